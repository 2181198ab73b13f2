/** Something the reader can do, by palette, key or button; one list for all three. */
export interface Command {
  readonly id: string;
  /** What it does, as the palette says it. */
  readonly title: string;
  readonly group: "Step" | "Look" | "Change" | "Keep";
  /** Keys as people write them: `ArrowRight`, `Shift+E`, `Mod+K`; Mod is Ctrl, or ⌘ on a Mac. */
  readonly keys: readonly string[];
  /** Whether it can be done now; default yes. */
  readonly can?: () => boolean;
  readonly run: () => void;
}

/** The keys of an event as commands name them. */
export function keysOf(event: KeyboardEvent): string {
  // With Option, a Mac writes other signs: the digit is what was pressed.
  const digit = event.altKey ? /^Digit(\d)$/.exec(event.code)?.[1] : undefined;
  const named =
    digit ??
    (event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key);
  const isLetter = /^[A-Z]$/.test(named);
  const isNamed = event.key.length > 1;
  const parts = [
    event.ctrlKey || event.metaKey ? "Mod" : "",
    event.altKey ? "Alt" : "",
    // A sign such as ? has its Shift in it already.
    event.shiftKey && (isLetter || isNamed) ? "Shift" : "",
    named,
  ];
  return parts.filter((part) => part !== "").join("+");
}

/** The command that keys mean, if it can be done now. */
export function commandOf(commands: readonly Command[], keys: string): Command | undefined {
  return commands.find((command) => command.keys.includes(keys) && (command.can?.() ?? true));
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowRight: "→",
  ArrowLeft: "←",
  ArrowUp: "↑",
  ArrowDown: "↓",
};

/** Keys as they stand on a cap: `Ctrl K`, `Shift E`, `→`. */
export function keysText(keys: string, isMac: boolean): string {
  return keys
    .split("+")
    .map((key) => (key === "Mod" ? (isMac ? "⌘" : "Ctrl") : (SIGNS[key] ?? key)))
    .join(" ");
}

/** The commands whose title has all words of a text, best first: a word's beginning counts more. */
export function matching(commands: readonly Command[], text: string): readonly Command[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const score = ({ title, group }: Command) => {
    const said = `${title} ${group}`.toLowerCase();
    if (!words.every((word) => said.includes(word))) return 0;
    return (
      1 + words.filter((word) => said.split(/[\s,]+/).some((one) => one.startsWith(word))).length
    );
  };
  return commands
    .map((command) => ({ command, points: score(command) }))
    .filter(({ points }) => points > 0)
    .toSorted((one, other) => other.points - one.points)
    .map(({ command }) => command);
}
