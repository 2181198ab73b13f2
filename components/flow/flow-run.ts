import type { Direction, RegisterMeanings, RegisterNames, Run, Totals, Trace } from "#engine";

/** What the drawings need of a run: plain values, so that a worker can post them. */
export interface FlowRun {
  readonly modeId: string;
  readonly title: string;
  /** One line each on who handles what. */
  readonly parts: Run["mode"]["parts"];
  readonly direction: Direction;
  readonly packetCount: number;
  readonly totals: Totals;
  readonly trace: Trace;
  readonly registers: RegisterNames;
  readonly registerMeanings: RegisterMeanings;
  /** The frames that were given to the run; used again from the first when they run out. */
  readonly frames: readonly Uint8Array[];
}

/** What the drawings need of a run of the engine. */
export function flowRunOf(run: Run): FlowRun {
  const { mode, direction, packetCount, totals, trace, frames } = run;
  const { registers, registerMeanings } = run;
  const { id: modeId, title, parts } = mode;
  return {
    modeId,
    title,
    parts,
    direction,
    packetCount,
    totals,
    trace,
    registers,
    registerMeanings,
    frames,
  };
}

/** Whether there is a line to cross: without virtualization guest and host are one. */
export function hasLine(run: FlowRun): boolean {
  return run.parts.cpu !== "none";
}
