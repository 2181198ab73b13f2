import { assemble } from "../../../../engine/cpu/assembler/assemble.ts";
import { GuestMachine } from "../../../../engine/cpu/guest/machine.ts";
import type { CpuRun } from "../../../../engine/cpu/mode.ts";
import { native } from "../../../../engine/cpu/native.ts";
import type { GuestProgram } from "../../../../engine/cpu/program.ts";
import { VTX_DEFAULTS, type VtxSettings } from "../../../../engine/cpu/vtx/settings.ts";
import { runVtx } from "../../../../engine/cpu/vtx/vtx-mode.ts";

/** A program from its source. */
export function aProgram(source: string): GuestProgram {
  const image = assemble(source);
  const machine = (): GuestMachine => new GuestMachine();
  return { id: "test", title: "", shows: "", source, image, machine };
}

/** Runs a source on VT-x, and natively; the settings are the defaults but for some. */
export function runBoth(
  source: string,
  settings: Partial<VtxSettings> = {},
): { readonly run: CpuRun; readonly bare: CpuRun } {
  const program = aProgram(source);
  return {
    run: runVtx(program, {}, { ...VTX_DEFAULTS, ...settings }),
    bare: native.run(program),
  };
}

/** Exits as `reason qualification`. */
export function exitsOf(run: CpuRun): string[] {
  return run.steps
    .filter((step) => step.kind === "exit")
    .map(({ reason, qualification }) => `${reason} ${(qualification ?? 0n).toString(16)}`);
}

/** The first address at which two memories differ, or -1. */
export function differingByte(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return at;
  return -1;
}
