import type { ResourceCode } from "./resource.ts";

/** A core that looks instead of being told: it hears of every moment at which there may be something. */
export interface Poller {
  /** The core that it never leaves. */
  readonly core: ResourceCode;
  /** Something happened in the machine: if there is work now, the next poll will find it. */
  look(): void;
}

/** What a polling thread serves: one of its ports. */
export interface PolledPort {
  /** Whether a poll would find something: looks without a row and without time. */
  readonly ready: boolean;
  /** Serves what is there, one burst. */
  poll(): void;
}
