import type { Match } from "./compare.ts";
import type { KvmAspect } from "./kvm/token.ts";
import type { XenAspect } from "./xen/token.ts";
import type { Aspect } from "./row.ts";
import type { RuleReport } from "./burst-rules.ts";

/** What is compared of recordings, each counted for itself. */
export type AlignedAspect = Aspect | "wire" | KvmAspect | XenAspect;
/** What a line is about: what is compared, or a moment that only says when others did something. */
export type LineAspect = AlignedAspect | "moments";

/**
 * How a line came out: both sides have it; both have it with a difference; only one side has it; it is
 * left out by a rule; it is not compared, but says when something happened.
 */
export type LineStatus = "equal" | "differs" | "recorded" | "engine" | "leftOut" | "moment";

/** A recorded line beside the engine's row. */
export interface AlignedLine {
  readonly status: LineStatus;
  readonly aspect: LineAspect;
  /** Line of the recording's file, or 0. */
  readonly line: number;
  /** What is recorded, or "". */
  readonly recorded: string;
  /** Row of the engine's trace in this phase, or -1. */
  readonly row: number;
  /** What the engine did, in the same words, or "". */
  readonly engine: string;
  /** Guest function, where either side knows it. */
  readonly place: string;
  /** What differs, or why it is left out; else "". */
  readonly note: string;
}

/** A phase of a recording beside the engine's. */
export interface AlignedPhase {
  readonly phase: string;
  /**
   * What the recorder saw: of a device's recording register accesses (`plain`) or rings as well
   * (`insn`); of a host's recording KVM's trace points (`kvm`) or its threads as well (`full`).
   */
  readonly variant: "plain" | "insn" | "kvm" | "full" | "setup";
  /** The file that its lines are of. */
  readonly file: string;
  readonly lines: readonly AlignedLine[];
  /** How much agrees, as `trapline verify` counts it; what a recording does not have is not there. */
  readonly matches: Readonly<Partial<Record<AlignedAspect, Match>>>;
  /** Points of hand-over taken from the recording, by kind; of these missed and early. */
  readonly points: Readonly<Record<string, number>>;
  readonly pointsMissed: number;
  readonly pointsEarly: number;
  /** Recorded lines that rules left out, by rule. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Descriptors named by first use. */
  readonly descriptorNumbers: number;
  /** The rules that judged it where its races did not come out as recorded, or undefined. */
  readonly rules: readonly RuleReport[] | undefined;
}

/** A recording beside the engine, plain values that can be posted. */
export interface AlignedRecording {
  readonly config: string;
  readonly driver: string;
  readonly phases: readonly AlignedPhase[];
}
