import { alignOrder, mergedLines } from "../align-order.ts";
import type { AlignOptions } from "../align-options.ts";
import type { AlignedLine, AlignedPhase, AlignedRecording } from "../aligned.ts";
import type { XenLine } from "./line.ts";
import type { XenToken } from "./token.ts";
import { folderConfig } from "./verify-folder.ts";
import { verifyXenNetwork, type XenCompared } from "./verify.ts";

/** Why a line that no rule leaves out has no partner. */
const NOT_COMPARED =
  "what the engine takes from the recording (timer programmings, address spaces, other threads), or what is no access, hypercall or event";

/**
 * Replays the network's phases of a recording of Xen PV and lays both sides beside each other, line by
 * line; the tests of the CPU have no order of lines, `trapline verify` compares them.
 * @param files The folder's files by name, unpacked.
 * @throws InputError when the recording is damaged.
 */
export function alignXenRecording(
  files: ReadonlyMap<string, Uint8Array>,
  { lastPhase }: AlignOptions,
): AlignedRecording {
  const phases: AlignedPhase[] = [];
  verifyXenNetwork(files, (compared) => phases.push(alignedPhase(compared)));
  const last = phases.findIndex(({ phase }) => phase === lastPhase);
  return {
    config: folderConfig(files),
    driver: "xen-netfront",
    phases: last < 0 ? phases : phases.slice(0, last + 1),
  };
}

function alignedPhase(compared: XenCompared): AlignedPhase {
  const { phase, aspects, points, leftOut, rules } = compared.report;
  return {
    phase,
    variant: "insn",
    file: `${phase}.insn.jsonl`,
    lines: alignedLines(compared),
    matches: aspects,
    points,
    pointsMissed: 0,
    pointsEarly: 0,
    leftOut,
    descriptorNumbers: 0,
    rules,
  };
}

function alignedLines({ lines, recorded, engine, leftOut }: XenCompared): AlignedLine[] {
  const ordered = alignOrder(
    recorded.map(happeningOf),
    // A packet is a run of its own on the engine's side: its rows have no number in the phase.
    engine.map((token) => ({ ...happeningOf(token), origin: -1 })),
    ({ key }) => key,
  );
  const compared = new Set(recorded.map(({ line }) => line));
  const others = lines.filter(({ line }) => !compared.has(line));
  const sends = new Sends();
  return [
    ...mergedLines([ordered, others.map((line) => unpaired(line, leftOut.get(line.line), sends))]),
  ];
}

function happeningOf({ aspect, key, line }: XenToken): {
  readonly aspect: XenToken["aspect"];
  readonly key: string;
  readonly origin: number;
} {
  return { aspect, key, origin: line };
}

/** Counts the packets of a phase. */
class Sends {
  #count = 0;

  /** The number of the packet that is sent now, from 1. */
  next(): number {
    return ++this.#count;
  }
}

function unpaired(line: XenLine, rule: string | undefined, sends: Sends): AlignedLine {
  const isSend = line.op === "mark" && line.what === "send-call";
  const recorded = isSend ? `packet ${sends.next()}: ${line.who} sends` : lineText(line);
  const side = { row: -1, engine: "", place: "" };
  return {
    status: rule === undefined || isSend ? "moment" : "leftOut",
    aspect: "moments",
    line: line.line,
    recorded,
    ...side,
    note: isSend ? "" : (rule ?? NOT_COMPARED),
  };
}

function lineText(line: XenLine): string {
  switch (line.op) {
    case "mark":
      return `${line.who}: ${line.what.replaceAll("-", " ")}`;
    case "syscall":
      return `${line.who} calls ${line.name || "the kernel"}`;
    case "hypercall":
      return `${line.who} makes ${line.name} ${line.argument}`.trim();
    case "exception":
      return `${line.who} takes ${line.name}`;
    case "upcall":
      return `upcall of ${line.who}`;
    case "switch":
      return `switch to ${line.to}`;
    case "access":
      return `${line.who} ${line.write ? "writes" : "reads"} ${line.block}+${line.offset}, ${line.sizeBytes} B: ${line.value}`;
    default:
      return "something else";
  }
}
