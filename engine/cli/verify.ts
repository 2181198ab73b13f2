import { basename, join, resolve } from "node:path";
import { stdout } from "node:process";
import { gunzipSync } from "node:zlib";
import { InputError } from "../core/input-error.ts";
import { verifyRecording } from "../recordings/verifiers.ts";
import { UsageError, type Command } from "./command.ts";
import { namesIn, readRegular } from "./file.ts";
import { readOptions } from "./options.ts";

const OPTIONS = { json: { type: "boolean" } } as const;

/** Files of a recording that are read; a folder may hold others. */
const RECORDING_FILE = /\.(jsonl|json|pcap)(\.gz)?$/;

/** `trapline verify`: a recording beside the engine. */
export const verifyCommand: Command = {
  name: "verify",
  synopsis: "DIR [--json]",
  summary: "replays what the recording in DIR did and counts what the engine did as well",
  run(args) {
    const { values, positionals } = readOptions(args, OPTIONS);
    const [directory, extra] = positionals;
    if (directory === undefined) throw new UsageError("trapline verify needs a folder DIR.");
    if (extra !== undefined)
      throw new UsageError(`trapline verify takes one folder, not ${extra}.`);
    const files = readFiles(directory);
    const { report, text } = inFolder(directory, () => verifyRecording(files));
    stdout.write(values["json"] === true ? `${JSON.stringify(report)}\n` : text);
    return report.phases.some((phase) => phase.firstDivergence !== null) ? 1 : 0;
  },
};

/** Complaints about a file say in which folder it is. */
function inFolder<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${basename(resolve(directory))}/${error.message}`);
  }
}

function readFiles(directory: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const name of namesIn(directory)) {
    if (!RECORDING_FILE.test(name)) continue;
    const path = join(directory, name);
    const bytes = readRegular(path);
    if (name.endsWith(".gz")) files.set(name.slice(0, -3), unpacked(path, bytes));
    else files.set(name, bytes);
  }
  return files;
}

function unpacked(path: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path}: it is no whole gzip file: ${reason}.`);
  }
}
