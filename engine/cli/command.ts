/** One command of `trapline`. */
export interface Command {
  readonly name: string;
  /** What stands behind `trapline NAME` in the usage text. */
  readonly synopsis: string;
  /** One line: what it does. */
  readonly summary: string;
  /** Runs it; returns the exit status. Bad input is thrown as InputError, bad usage as UsageError. */
  run(args: readonly string[]): number | Promise<number>;
}

/** The command line was not understood: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
