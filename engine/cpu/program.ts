import type { Image } from "./assembler/image.ts";
import type { GuestMachine } from "./guest/machine.ts";

/** A small guest kernel or driver in real machine code. */
export interface GuestProgram {
  /** Short name for the command line. */
  readonly id: string;
  readonly title: string;
  /** What one sees when it runs, in one or two sentences. */
  readonly shows: string;
  /** The source, assembly in Intel's syntax. */
  readonly source: string;
  readonly image: Image;
  /** Builds its machine, devices included; a fresh one for each run. */
  machine(): GuestMachine;
}
