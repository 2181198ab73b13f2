import type { RecordedEvent, WireEvent } from "./event.ts";
import type { Divergence, Match } from "./compare.ts";

/** Frames that the engine put on the wire or took from it in a phase. */
export interface EngineWire {
  /** Frames that left, whole. */
  readonly transmitted: readonly Uint8Array[];
  /** Frames that reached the guest's socket, in order. */
  readonly delivered: readonly Uint8Array[];
  /** How many frames the device dropped, and how many wait for the driver when the phase ends. */
  readonly lostCount: number;
  readonly waitingCount: number;
}

/** The result of comparing frames. */
export interface WireComparison {
  readonly match: Match;
  readonly firstDivergence: Divergence | undefined;
  /** All of them, in their order. */
  readonly divergences: readonly Divergence[];
}

/**
 * Compares the frames of a phase: those that left byte for byte where the recording has their
 * bytes, else by length, payload and sequence number; those that arrived as the guest got them.
 * @param waiting Frames that the phase before left in the device.
 */
export function compareWire(
  events: readonly RecordedEvent[],
  onWire: readonly Uint8Array[] | undefined,
  arriving: readonly Uint8Array[],
  engine: EngineWire,
  waiting: readonly Uint8Array[] = [],
): WireComparison {
  const lines = events.filter((e): e is WireEvent => e.op === "wire_tx" || e.op === "wire_rx");
  const sent = lines.filter((line) => line.op === "wire_tx");
  const come = lines.filter((line) => line.op === "wire_rx");
  const problems: Divergence[] = [];
  let matched = 0;
  for (const [at, line] of sent.entries()) {
    const problem = compareSent(line, onWire?.[at], engine.transmitted[at]);
    if (problem === "") matched++;
    else problems.push(wireDivergence(line.line, line, problem));
  }
  const arrived = compareArrived([...waiting, ...arriving], engine);
  for (const [at, line] of come.entries()) {
    const problem =
      lineProblem(line, arriving[at]) || (arrived.problems[waiting.length + at] ?? "no frame came");
    if (problem === "") matched++;
    else problems.push(wireDivergence(line.line, line, problem));
  }
  const extra = [
    ["left", engine.transmitted.length - sent.length],
    ["reached the guest", arrived.extra],
  ] as const;
  for (const [what, count] of extra) {
    if (count > 0) problems.push(wireDivergence(0, undefined, `${count} more frames ${what}`));
  }
  return {
    match: { matched, total: lines.length },
    firstDivergence: problems[0],
    divergences: problems,
  };
}

function compareSent(
  line: WireEvent,
  expected: Uint8Array | undefined,
  frame: Uint8Array | undefined,
): string {
  if (frame === undefined) return "no frame left";
  if (frame.length !== line.byteCount) return `a frame of ${frame.length} bytes left`;
  const at = expected === undefined ? -1 : frame.findIndex((byte, i) => byte !== expected[i]);
  if (at >= 0) return `byte ${at} is ${frame[at]}, on the wire it was ${expected?.[at]}`;
  return lineProblem(line, frame);
}

/** What a line says of its frame that is not so, "" for nothing. */
function lineProblem(line: WireEvent, frame: Uint8Array | undefined): string {
  if (frame === undefined) return "";
  if (frame.length !== line.byteCount) return `the frame has ${frame.length} bytes`;
  if (line.payloadBytes < 4 || line.seq < 0) return "";
  const seq = ((frame[44] as number) << 8) | (frame[45] as number);
  return seq === line.seq ? "" : `the frame has sequence number ${seq}`;
}

/**
 * What is wrong with each frame that came, "" for nothing. Of frames that did not reach the guest,
 * as many are right as the device dropped, and at the end as many as wait there.
 */
function compareArrived(
  frames: readonly Uint8Array[],
  engine: EngineWire,
): { problems: string[]; extra: number } {
  let next = 0;
  let lost = engine.lostCount;
  const problems = frames.map((frame, at) => {
    const got = engine.delivered[next];
    if (got !== undefined && sameBytes(frame, got)) {
      next++;
      return "";
    }
    if (got === undefined && at >= frames.length - engine.waitingCount) return "";
    if (lost-- > 0) return "";
    next++;
    return got === undefined ? "no frame reached the guest" : "other bytes reached it";
  });
  return { problems, extra: engine.delivered.length - next };
}

/** A driver may hand up padding or not: what the guest got must begin with the frame's datagram. */
function sameBytes(frame: Uint8Array, got: Uint8Array): boolean {
  return got.length === frame.length && got.every((byte, i) => byte === frame[i]);
}

function wireDivergence(line: number, event: WireEvent | undefined, problem: string): Divergence {
  const recorded =
    event === undefined ? "(nothing more)" : `${event.op} ${event.byteCount} bytes, ${event.proto}`;
  return {
    aspect: "wire",
    line,
    recorded: [`> line ${line}: ${recorded}`],
    engine: [`> ${problem}`],
  };
}
