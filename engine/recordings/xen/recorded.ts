import type { LeftOutLines } from "./left-out.ts";
import { withoutOtherEpisodes } from "./episode-filter.ts";
import { withoutOtherEvents } from "./event-filter.ts";
import type { XenLine } from "./line.ts";
import type { ThreadOrder } from "./replay.ts";
import {
  accessKey,
  ADDRESS_SPACE,
  aspectOf,
  CLOCK,
  RECEIVED,
  type VifPorts,
  type XenToken,
} from "./token.ts";

/** System calls of the agent's test itself; any other is its talk with the harness. */
const TEST_CALLS = new Set(["sendto", "clock_nanosleep", "recvfrom", "poll"]);

/** One packet of a paced phase: from `sendto` to the machine at rest, and what came until the next. */
export interface RecordedPacket {
  readonly sender: "domU" | "dom0";
  readonly tokens: readonly XenToken[];
  /** The stretch ends early for all but rings and grants: the agent went on to something else. */
  readonly cut: boolean;
  /** What dom0's scheduler decided. */
  readonly order: ThreadOrder;
  readonly frameBytes: number;
}

/**
 * Cuts a phase into packets, each from the mark before `sendto`.
 * @param lines All lines of a paced phase.
 */
export function recordedPackets(
  lines: readonly XenLine[],
  ports: VifPorts,
  leftOut: LeftOutLines,
): RecordedPacket[] {
  const starts = sendMarks(lines);
  leftOut.add("between", lines.slice(0, starts[0] ?? lines.length).filter(isCompared));
  return starts.map((start, n) => {
    const stretch = lines.slice(start, starts[n + 1] ?? lines.length);
    return onePacket(stretch, ports, leftOut);
  });
}

/** Where the sends of a phase begin. */
export function sendMarks(lines: readonly XenLine[]): number[] {
  const starts: number[] = [];
  lines.forEach((line, at) => {
    if (line.op === "mark" && line.what === "send-call") starts.push(at);
  });
  return starts;
}

function onePacket(
  stretch: readonly XenLine[],
  ports: VifPorts,
  leftOut: LeftOutLines,
): RecordedPacket {
  const idle = stretch.findIndex((line) => line.op === "switch" && line.to === "idle");
  const rest = idle < 0 ? stretch.length : idle + 1;
  const own = withoutOtherEpisodes(stretch.slice(0, rest), ports, leftOut);
  const foreign = own.findIndex((line) => line.op === "syscall" && !TEST_CALLS.has(line.name));
  const cut = foreign >= 0;
  const end = cut ? lastMark(own, foreign) : own.length;
  const inside = withoutOtherEvents(own.slice(0, end), ports, leftOut);
  const after = [...own.slice(end), ...stretch.slice(rest)];
  // Whatever touches a ring or a grant belongs to a packet, wherever it stands.
  const late = after.filter((line) => line.op === "access" && isData(line.block));
  leftOut.add(
    cut ? "agent" : "between",
    after.filter((line) => isCompared(line) && !late.includes(line)),
  );
  const sender = stretch[0] as XenLine & { who: "domU" | "dom0" };
  return {
    sender: sender.who,
    tokens: [...inside, ...late].flatMap((line) => tokensOf(line)),
    cut,
    order: {
      receiverFirst: receivedBeforeUnmap(inside),
      senderPreempted: sender.who === "domU" || copiedBeforeReturn(inside),
    },
    frameBytes: frameBytesOf(stretch, sender.who),
  };
}

/** Behind the agent's last mark before it went on to something else. */
function lastMark(stretch: readonly XenLine[], foreign: number): number {
  const { who } = stretch[foreign] as XenLine & { who: string };
  const marks = stretch.slice(0, foreign);
  return 1 + marks.findLastIndex((line) => line.op === "mark" && line.who === who);
}

/** Whether a line can be compared at all. */
export function isCompared(line: XenLine): boolean {
  return line.op !== "other" && line.op !== "mark";
}

/** Whether a block holds rings or grants: what only packets touch. */
export function isData(block: string): boolean {
  return block.endsWith(" ring") || block === "grant table";
}

/** Whether a token is an access to a ring or a grant, whoever's. */
export function isDataToken(token: XenToken): boolean {
  return isData(/ (\w+ (?:ring|table))\+/.exec(token.key)?.[1] ?? "");
}

/** A line as tokens: none for a mark. */
export function tokensOf(line: XenLine): XenToken[] {
  switch (line.op) {
    case "access":
      return [
        {
          aspect: aspectOf(line.who, line.block),
          key: accessKey(line.who, line.write, line),
          line: line.line,
        },
      ];
    case "hypercall":
      return [{ aspect: "hypercalls", key: hypercallKey(line), line: line.line }];
    case "syscall":
      return [{ aspect: "cpu", key: `${line.who} calls ${line.name}`, line: line.line }];
    case "exception":
      return [{ aspect: "cpu", key: `${line.who} takes ${line.name}`, line: line.line }];
    case "upcall":
      return [{ aspect: "cpu", key: `upcall of ${line.who}`, line: line.line }];
    case "switch":
      return [{ aspect: "cpu", key: `switch to ${line.to}`, line: line.line }];
    case "mark":
      if (line.what !== RECEIVED) return [];
      return [{ aspect: "cpu", key: `${line.who} ${RECEIVED}`, line: line.line }];
    default:
      return [];
  }
}

function hypercallKey(line: { who: string; name: string; argument: string }): string {
  if (line.name === "vcpu_op.set_singleshot_timer") return `${line.who} ${CLOCK}`;
  if (line.name === ADDRESS_SPACE) return `${line.who} ${ADDRESS_SPACE}`;
  const argument = line.argument === "" ? "" : ` ${line.argument}`;
  return `${line.who} makes ${line.name}${argument}`;
}

function receivedBeforeUnmap(lines: readonly XenLine[]): boolean {
  const received = lines.findIndex((line) => line.op === "syscall" && line.name === "recvfrom");
  const unmapped = lines.findIndex(
    (line) => line.op === "hypercall" && line.name === "grant_table_op.unmap_grant_ref",
  );
  return unmapped >= 0 && received >= 0 && received < unmapped;
}

function copiedBeforeReturn(lines: readonly XenLine[]): boolean {
  const at = (name: string): number =>
    lines.findIndex((line) => line.op === "hypercall" && line.who === "dom0" && line.name === name);
  return at("grant_table_op.copy") < at("iret.to_user");
}

/** Length of a packet's frame: the guest's request, or the response that dom0 wrote. */
function frameBytesOf(stretch: readonly XenLine[], sender: "domU" | "dom0"): number {
  const [block, slotBytes, inSlot] =
    sender === "domU" ? (["tx ring", 12, 10] as const) : (["rx ring", 8, 6] as const);
  const written = stretch.find(
    (line) =>
      line.op === "access" &&
      line.write &&
      line.who === sender &&
      line.block === block &&
      line.offset >= 64 &&
      (line.offset - 64) % slotBytes === inSlot &&
      line.sizeBytes === 2,
  );
  return written?.op === "access" ? Number(written.value) : 0;
}
