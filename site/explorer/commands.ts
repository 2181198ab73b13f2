import type { Command } from "./command.ts";
import type { ExplorerPanel, ExplorerView } from "./explorer-state.ts";
import type { JourneyMove } from "./journey.ts";
import type { ExportFormat } from "./export-format.ts";
import { EXPORTS } from "./export-format.ts";

/** What commands need of the page. */
export interface CommandTarget {
  move(move: JourneyMove): void;
  canMove(move: JourneyMove): boolean;
  /** Whether a run is shown that can be stepped through and changed: a recording cannot. */
  showsRun(): boolean;
  togglePlay(): void;
  setMark(): void;
  runToMark(): void;
  canRunToMark(): boolean;
  view(view: ExplorerView): void;
  panel(panel: ExplorerPanel): void;
  drawer(drawer: "timeline" | "ledger"): void;
  focusFilter(): void;
  chooseMode(): void;
  chooseFile(): void;
  undo(): void;
  redo(): void;
  can(): { readonly undo: boolean; readonly redo: boolean };
  theme(theme: string): void;
  copyLink(): void;
  save(format: ExportFormat): void;
  palette(): void;
  keyMap(): void;
}

const MOVES: readonly [move: JourneyMove, title: string, ...keys: string[]][] = [
  ["next", "Step forward", "ArrowRight"],
  ["back", "Step back", "ArrowLeft"],
  ["nextHandOver", "Next hand-over", "PageDown", "H"],
  ["previousHandOver", "Previous hand-over", "PageUp", "Shift+H"],
  ["nextExit", "Next exit", "E"],
  ["previousExit", "Previous exit", "Shift+E"],
  ["nextPacket", "Next packet", "N"],
  ["previousPacket", "Previous packet", "Shift+N"],
  ["first", "First step of the packet", "Home"],
  ["last", "Last step of the packet", "End"],
];

const THEMES = ["system", "light", "dark", "contrast", "projector"];

/** Everything that can be done on the page. */
export function commandsOf(target: CommandTarget): readonly Command[] {
  return [...stepping(target), ...looking(target), ...changing(target), ...keeping(target)];
}

function stepping(target: CommandTarget): Command[] {
  const ofRun = onRun(target);
  return [
    ...MOVES.map(
      ([move, title, ...keys]): Command => ({
        id: `move-${move}`,
        title,
        group: "Step",
        keys,
        can: () => target.canMove(move),
        run: () => target.move(move),
      }),
    ),
    ofRun(command("play", "Play or pause", "Step", ["Space"], () => target.togglePlay())),
    ofRun(command("mark", "Set the mark here", "Step", ["M"], () => target.setMark())),
    {
      ...command("run-to-mark", "Run to the mark", "Step", ["R"], () => target.runToMark()),
      can: () => target.canRunToMark(),
    },
  ];
}

function looking(target: CommandTarget): Command[] {
  const views: [ExplorerView, string][] = [
    ["one", "Look into one mode"],
    ["compare", "Compare modes"],
    ["recorded", "Lay a recording beside the model"],
  ];
  const panels: [ExplorerPanel, string][] = [
    ["state", "Show registers and tables"],
    ["rings", "Show the rings"],
    ["frame", "Show frame and memory"],
    ["events", "Show the events"],
  ];
  return [
    ...views.map(([view, title], n) =>
      command(`view-${view}`, title, "Look", [`Alt+${n + 1}`], () => target.view(view)),
    ),
    ...panels.map(([panel, title], n) =>
      command(`panel-${panel}`, title, "Look", [String(n + 1)], () => target.panel(panel)),
    ),
    command("timeline", "Show the timeline", "Look", ["T"], () => target.drawer("timeline")),
    command("ledger", "Show the ledger", "Look", ["L"], () => target.drawer("ledger")),
    command("filter", "Filter the events", "Look", ["/"], () => target.focusFilter()),
    ...THEMES.map((theme) =>
      command(
        `theme-${theme}`,
        `Theme: ${theme === "contrast" ? "high contrast" : theme}`,
        "Look",
        [],
        () => target.theme(theme),
      ),
    ),
  ];
}

function changing(target: CommandTarget): Command[] {
  const ofRun = onRun(target);
  return [
    ofRun(command("mode", "Choose another mode", "Change", ["O"], () => target.chooseMode())),
    ofRun(command("file", "Open a capture of your own", "Change", [], () => target.chooseFile())),
    {
      ...command("undo", "Undo", "Change", ["Mod+Z", "U"], () => target.undo()),
      can: () => target.can().undo,
    },
    {
      ...command("redo", "Redo", "Change", ["Mod+Shift+Z", "Shift+U"], () => target.redo()),
      can: () => target.can().redo,
    },
  ];
}

function keeping(target: CommandTarget): Command[] {
  return [
    command("link", "Copy the link to exactly this", "Keep", ["Mod+L", "C"], () =>
      target.copyLink(),
    ),
    ...EXPORTS.map(({ format, title }) =>
      command(`save-${format}`, title, "Keep", [], () => target.save(format)),
    ),
    command("palette", "Find a command", "Keep", ["Mod+K"], () => target.palette()),
    command("keys", "Show all keys", "Keep", ["?"], () => target.keyMap()),
  ];
}

/** A command that is there while a run is shown. */
function onRun(target: CommandTarget) {
  return (one: Command): Command => ({ ...one, can: () => target.showsRun() });
}

function command(
  id: string,
  title: string,
  group: Command["group"],
  keys: readonly string[],
  run: () => void,
): Command {
  return { id, title, group, keys, run };
}
