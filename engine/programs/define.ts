import { assemble } from "../cpu/assembler/assemble.ts";
import { GuestMachine } from "../cpu/guest/machine.ts";
import type { GuestProgram } from "../cpu/program.ts";

/** What a program's file says: everything but what the assembler makes of it. */
export interface ProgramText {
  readonly id: string;
  readonly title: string;
  readonly shows: string;
  readonly source: string;
  /** Its machine, by default one without devices but the local APIC. */
  readonly machine?: () => GuestMachine;
}

/** Assembles a program. @throws InputError naming the line that is wrong. */
export function defineProgram({ id, title, shows, source, machine }: ProgramText): GuestProgram {
  return {
    id,
    title,
    shows,
    source,
    image: assemble(source),
    machine: machine ?? (() => new GuestMachine()),
  };
}
