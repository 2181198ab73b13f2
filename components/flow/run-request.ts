import type { FlowRun } from "./flow-run.ts";

/** What an element's attributes ask for. */
export interface FlowRequest {
  /** Ids of modes; the first is looked into. */
  readonly modeIds: readonly string[];
  readonly direction: string;
  readonly packets: number;
  readonly sizeBytes: number;
}

/** Runs a request, one run for each mode; throws an error with a sentence when it cannot. */
export type FlowProvider = (request: FlowRequest) => readonly FlowRun[];

/** The modes that the attributes `mode` and `modes` name, without doubles. */
export function modeIdsOf(mode: string, modes: string): string[] {
  const named = modes.split(",").map((id) => id.trim());
  return [...new Set([...named, mode])].filter((id) => id !== "");
}
