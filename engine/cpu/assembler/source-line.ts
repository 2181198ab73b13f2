/** A line of the source taken apart. */
export interface SourceLine {
  readonly label: string | undefined;
  /** Mnemonic or directive in lower case, or empty. */
  readonly word: string;
  readonly prefixes: readonly number[];
  /** What follows, split at commas outside of brackets and quotes. */
  readonly operands: readonly string[];
  /** `NAME equ VALUE`. */
  readonly equals: string | undefined;
}

const PREFIXES: Readonly<Record<string, number>> = {
  lock: 0xf0,
  rep: 0xf3,
  repe: 0xf3,
  repne: 0xf2,
};

/** Splits a line into label, prefixes, word and operands; the comment behind `;` is dropped. */
export function splitLine(text: string): SourceLine {
  let rest = withoutComment(text).trim();
  const equ = /^([a-z_.][\w.]*)\s+equ\s+(.*)$/i.exec(rest);
  if (equ !== null) {
    return { label: equ[1], word: "equ", prefixes: [], operands: [], equals: equ[2] };
  }
  const [labelText, label] = /^([a-z_.][\w.]*):\s*/i.exec(rest) ?? [];
  if (labelText !== undefined) rest = rest.slice(labelText.length);
  const prefixes: number[] = [];
  for (;;) {
    const [, word = "", after = ""] = /^(\w+)\s*(.*)$/s.exec(rest) ?? [];
    const prefix = PREFIXES[word.toLowerCase()];
    if (prefix === undefined) {
      const operands = splitOperands(after);
      return { label, word: word.toLowerCase(), prefixes, operands, equals: undefined };
    }
    prefixes.push(prefix);
    rest = after;
  }
}

function withoutComment(text: string): string {
  return /^(?:[^;"']|"[^"]*"|'[^']*'?)*/.exec(text)?.[0] ?? "";
}

function splitOperands(text: string): string[] {
  const parts = text.match(/(?:[^,"'[]|"[^"]*"|'.'|\[[^\]]*\])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}
