import type { AlignedPhase } from "./aligned.ts";

/** What of a recording to lay beside the engine. */
export interface AlignOptions {
  /** Stop after this phase; default the last. The phases before it are its past and are run too. */
  readonly lastPhase?: string;
  /** Only what the recorder saw in this way; default all. */
  readonly variant?: AlignedPhase["variant"];
}
