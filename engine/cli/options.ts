import { parseArgs, type ParseArgsConfig } from "node:util";
import { InputError } from "../core/input-error.ts";
import { UsageError } from "./command.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Options and positional arguments of a command line. */
export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
}

/**
 * Reads a command's arguments.
 * @throws UsageError in one sentence for an unknown option, a missing value, or an option given
 * twice that has one value.
 */
export function readOptions(args: readonly string[], options: Options): Parsed {
  const parsed = parse(args, options);
  const seen = new Set<string>();
  for (const token of parsed.tokens) {
    if (token.kind !== "option" || options[token.name]?.multiple === true) continue;
    if (seen.has(token.name)) throw new UsageError(`--${token.name} is given twice.`);
    seen.add(token.name);
  }
  return parsed as unknown as Parsed;
}

/** As `readOptions`, for a command that takes options only. */
export function readOptionsOnly(name: string, args: readonly string[], options: Options): Parsed {
  const parsed = readOptions(args, options);
  const extra = parsed.positionals[0];
  if (extra !== undefined) throw new UsageError(`trapline ${name} takes no argument ${extra}.`);
  return parsed;
}

/** The text of an option that has one. */
export function optionText(parsed: Parsed, name: string): string | undefined {
  const value = parsed.values[name];
  return typeof value === "string" ? value : undefined;
}

/** The texts of an option that may be given several times, in their order. */
export function optionTexts(parsed: Parsed, name: string): readonly string[] {
  const value = parsed.values[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** A whole number from an option's text; throws InputError naming option, value and bounds. */
export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InputError(`--${name}: ${text} is not a whole number from ${min} to ${max}.`);
}

/** A decimal number from an option's text; throws InputError naming option, value and bounds. */
export function decimalNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InputError(`--${name}: ${text} is not a number from ${min} to ${max}.`);
}

function parse(args: readonly string[], options: Options) {
  try {
    return parseArgs({
      args: withNegativeValues(args, options),
      options,
      allowPositionals: true,
      strict: true,
      tokens: true,
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${(text.split(/\.\s|\n/)[0] ?? text).replace(/\.$/, "")}.`);
  }
}

/** `--gap-us -5` means the value -5, which its check refuses with its bounds. */
function withNegativeValues(args: readonly string[], options: Options): string[] {
  const out: string[] = [];
  for (const arg of args) {
    const before = out.at(-1) ?? "";
    const takesValue = before.startsWith("--") && options[before.slice(2)]?.type === "string";
    if (takesValue && /^-[\d.]/.test(arg)) out[out.length - 1] = `${before}=${arg}`;
    else out.push(arg);
  }
  return out;
}
