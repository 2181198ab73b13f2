import { differences } from "../difference.ts";
import { loadProgram } from "../guest/loader.ts";
import { guestState } from "../guest-state.ts";
import type { CpuMode, CpuRun, CpuRunOptions } from "../mode.ts";
import { native } from "../native.ts";
import type { GuestProgram } from "../program.ts";
import { runToEnd } from "../run-loop.ts";
import { TrapAndEmulate } from "./hypervisor.ts";

/**
 * Plain trap-and-emulate: the guest's kernel in ring 3 and nothing else. It works as long as every
 * sensitive instruction traps, which x86's do not (Robin and Irvine, USENIX Security 2000, name
 * seventeen), so this mode is wrong on purpose and its run says where.
 */
export const trapAndEmulate: CpuMode = {
  id: "trap-and-emulate",
  title: "trap and emulate: the guest's kernel in ring 3, and nothing for what does not trap",
  correct: false,
  run(program: GuestProgram, options: CpuRunOptions = {}): CpuRun {
    const guest = loadProgram(program);
    const hypervisor = new TrapAndEmulate(guest, program);
    const ended = runToEnd(options, () => hypervisor.step());
    hypervisor.states.enterHypervisor();
    const run: CpuRun = {
      mode: trapAndEmulate.id,
      program: program.id,
      ...ended,
      state: guestState(guest.cpu),
      memory: guest.machine.bytes.slice(),
      output: guest.machine.output,
      steps: hypervisor.steps,
      counts: hypervisor.counts,
      silentFailures: hypervisor.silentFailures,
    };
    if (run.silentFailures.length === 0) return run;
    const wrong = differences(run, native.run(program, options), program.image);
    return { ...run, silentFailures: [...run.silentFailures, ...wrong] };
  },
};
