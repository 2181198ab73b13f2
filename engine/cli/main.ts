import process, { argv, stderr, stdout } from "node:process";
import { isMainThread } from "node:worker_threads";
import { InvariantError } from "../core/assert.ts";
import { InputError } from "../core/input-error.ts";
import { benchCommand } from "./bench.ts";
import { UsageError, type Command } from "./command.ts";
import { compareCommand } from "./compare.ts";
import { costsCommand } from "./costs.ts";
import { modesCommand } from "./modes.ts";
import { runCommand } from "./run.ts";
import { sizeCommand } from "./size.ts";
import { stateCommand } from "./state.ts";
import { sweepCommand } from "./sweep.ts";
import { validateCommand } from "./validate.ts";
import { verifyCommand } from "./verify.ts";
import { serve } from "./worker.ts";

const COMMANDS: readonly Command[] = [
  modesCommand,
  runCommand,
  stateCommand,
  compareCommand,
  sizeCommand,
  sweepCommand,
  costsCommand,
  validateCommand,
  verifyCommand,
  benchCommand,
];

/** Exit statuses: bad input, bad usage, and a mistake of our own. */
const BAD_INPUT = 1;
const BAD_USAGE = 2;
const BROKEN = 70;

for (const stream of [stdout, stderr]) {
  stream.on("error", (error: Error & { code?: string }) => {
    // Whoever read our output has seen enough (`trapline run … | head`).
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
}
// The commands that use workers start them from this file: there is one bundle.
if (isMainThread) process.exitCode = await main(argv.slice(2));
else serve();

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") {
    stdout.write(usage());
    return 0;
  }
  try {
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined) {
      const known = COMMANDS.map((candidate) => candidate.name).join(", ");
      const what = name === undefined ? "no command given" : `there is no command ${name}`;
      throw new UsageError(`${what}; there are ${known}.`);
    }
    if (rest.includes("--help") || rest.includes("-h")) {
      stdout.write(`Usage: trapline ${command.name} ${command.synopsis}\n  ${command.summary}\n`);
      return 0;
    }
    return await command.run(rest);
  } catch (error) {
    if (error instanceof UsageError) return complain(error.message, BAD_USAGE);
    if (error instanceof InputError) return complain(error.message, BAD_INPUT);
    const what = error instanceof InvariantError ? error.message : String(error);
    return complain(`this is a mistake in Trapline itself: ${what}`, BROKEN);
  }
}

/** One line, whatever an argument held. */
function complain(message: string, status: number): number {
  stderr.write(`trapline: ${message.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")}\n`);
  return status;
}

function usage(): string {
  const lines = COMMANDS.map(
    (command) => `  trapline ${command.name} ${command.synopsis}\n      ${command.summary}`,
  );
  return `Usage: trapline COMMAND [options]\n\n${lines.join("\n")}\n`;
}
