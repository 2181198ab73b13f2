import { loadProgram } from "../guest/loader.ts";
import { guestState } from "../guest-state.ts";
import type { CpuMode, CpuRun, CpuRunOptions, TranslatedBlock } from "../mode.ts";
import type { GuestProgram } from "../program.ts";
import { runToEnd } from "../run-loop.ts";
import { type Patch, patchKernel } from "./patcher.ts";
import { PvGuest } from "./pv-guest.ts";

/**
 * The kernel knows that it is a guest: its sensitive instructions are replaced by hypercalls and
 * by accesses to memory that it shares with Xen; everything of it runs without privilege.
 */
export const paravirtual: CpuMode = {
  id: "paravirtual",
  title: "paravirtual: the kernel's sensitive instructions are replaced, Xen's ABI",
  correct: true,
  run(program: GuestProgram, options: CpuRunOptions = {}): CpuRun {
    const { machine, cpu } = loadProgram(program);
    const patches = patchKernel(program.image);
    for (const { site, after } of patches) machine.bytes.set(after, site.address);
    const guest = new PvGuest(machine, cpu, program.image, patches);
    const ended = runToEnd(options, () => guest.step());
    guest.settle();
    restore(machine.bytes, patches);
    return {
      mode: paravirtual.id,
      program: program.id,
      ...ended,
      state: guestState(guest.state),
      memory: machine.bytes.slice(0, machine.view.byteLength),
      output: machine.output,
      steps: guest.steps,
      blocks: patches.map((patch) => blockOf(patch, guest)),
      counts: guest.counts(),
      silentFailures: guest.silentFailures,
    };
  },
};

/** Puts the program's own bytes back, where the program itself has not put others. */
function restore(memory: Uint8Array, patches: readonly Patch[]): void {
  for (const { site, before, after } of patches) {
    const now = memory.subarray(site.address, site.address + site.byteCount);
    if (after.every((byte, at) => byte === now[at])) memory.set(before, site.address);
  }
}

function blockOf(patch: Patch, guest: PvGuest): TranslatedBlock {
  return {
    address: BigInt(patch.site.address),
    byteCount: patch.site.byteCount,
    source: patch.source,
    translated: patch.replaced,
    executions: guest.executions(patch),
  };
}
