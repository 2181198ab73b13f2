import { alignOrder, mergedLines } from "../align-order.ts";
import type { AlignOptions } from "../align-options.ts";
import type { AlignedLine, AlignedPhase, AlignedRecording } from "../aligned.ts";
import type { Match } from "../compare.ts";
import type { KvmEvent } from "./event.ts";
import { kvmEventText } from "./event-text.ts";
import { ROUNDS } from "./folder.ts";
import type { KvmPoint } from "./plan.ts";
import { KVM_ASPECTS, STREAMS, type KvmAspect, type Token } from "./token.ts";
import { type KvmCompared, verifyKvmFolder } from "./verify.ts";

/** Why most lines of a host's trace have no partner. */
const NOT_COMPARED =
  "the host's own work, moments of other threads, or what a compared line has told already";

/** What is told of a point at which a packet sets out. */
const MARKS: Readonly<Partial<Record<KvmPoint["kind"], string>>> = {
  timerAndSend: "the timer wakes the application, which sends",
  arrival: "a frame reaches the host",
};

/**
 * Replays a recording of KVM and lays both sides beside each other, line by line.
 * @param files The folder's files by name, unpacked.
 * @throws InputError when the recording is damaged or asks for what Trapline does not have.
 */
export function alignKvmRecording(
  files: ReadonlyMap<string, Uint8Array>,
  { lastPhase, variant }: AlignOptions,
): AlignedRecording {
  const phases: AlignedPhase[] = [];
  const hear = (compared: KvmCompared): void => {
    phases.push(alignedPhase(compared));
  };
  const round = ROUNDS.find((one) => one === variant);
  const { config, driver } = verifyKvmFolder(files, {
    hear,
    ...(lastPhase === undefined ? {} : { lastPhase }),
    ...(round === undefined ? {} : { round }),
  });
  return { config, driver, phases };
}

function alignedPhase(compared: KvmCompared): AlignedPhase {
  const { phase, report } = compared;
  return {
    phase: phase.name,
    variant: report.round,
    file: phase.file,
    lines: alignedLines(compared),
    matches: matchesOf(report),
    points: report.points,
    pointsMissed: report.pointsMissed,
    pointsEarly: report.pointsEarly,
    leftOut: report.leftOut,
    descriptorNumbers: 0,
    rules: report.rules,
  };
}

/** Of what a burst is judged by rules for, nothing is counted. */
function matchesOf(report: Readonly<Record<KvmAspect, Match>>): AlignedPhase["matches"] {
  const counted = KVM_ASPECTS.filter((aspect) => report[aspect].total > 0);
  return Object.fromEntries(counted.map((aspect) => [aspect, report[aspect]]));
}

function alignedLines({ phase, recorded, engine, leftOut, plan }: KvmCompared): AlignedLine[] {
  // Threads have no common order; the places of their recorded lines bring them together.
  const streams = STREAMS.map((stream) => {
    const ofStream = (token: Token): boolean => token.stream === stream;
    return alignOrder(recorded.filter(ofStream), engine.filter(ofStream), tokenText);
  });
  const rules = new Map(leftOut.map(({ line, rule }) => [line, rule]));
  const compared = new Set(recorded.map(({ origin }) => origin));
  const others = phase.events.filter(({ line }) => !compared.has(line));
  const rest = others.map((event) => unpaired(event, rules.get(event.line)));
  return withMarks(mergedLines([...streams, rest]), plan);
}

/** A token for a reader: "EPT_MISCONFIG, writes 0xd9, 1 B: 0x40". */
function tokenText({ key }: Token): string {
  const access = /^(\S+) (read|write) (0x[0-9a-f]+)\/(\d) = (.*)$/.exec(key);
  if (access === null) return key;
  const [, reason, direction, offset, size, value] = access;
  return `${reason}, ${direction}s ${offset}, ${size} B: ${value}`;
}

function unpaired(event: KvmEvent, rule: string | undefined): AlignedLine {
  return {
    status: rule === undefined ? "moment" : "leftOut",
    aspect: "moments",
    line: event.line,
    recorded: kvmEventText(event),
    row: -1,
    engine: "",
    place: "",
    note: rule ?? NOT_COMPARED,
  };
}

/** Puts a mark before the line with which each packet sets out; packets are counted from 1. */
function withMarks(lines: readonly AlignedLine[], plan: readonly KvmPoint[]): AlignedLine[] {
  const result: AlignedLine[] = [];
  const points = plan.filter(({ kind }) => MARKS[kind] !== undefined);
  let next = 0;
  for (const line of lines) {
    while (line.line > 0 && (points[next]?.line ?? Infinity) <= line.line) {
      result.push(mark(next + 1, points[next] as KvmPoint));
      next++;
    }
    result.push(line);
  }
  return result;
}

function mark(packet: number, { kind }: KvmPoint): AlignedLine {
  const recorded = `packet ${packet}: ${MARKS[kind] ?? ""}`;
  const place = { line: 0, row: -1, engine: "", place: "", note: "" };
  return { status: "moment", aspect: "moments", recorded, ...place };
}
