import { loadProgram } from "./guest/loader.ts";
import { guestState } from "./guest-state.ts";
import { exceptionStep, interruptStep } from "./guest-step.ts";
import type { CpuMode, CpuRun, CpuRunOptions, CpuStep } from "./mode.ts";
import type { GuestProgram } from "./program.ts";
import { runToEnd } from "./run-loop.ts";
import { Processor } from "./x86/processor.ts";

/** No hypervisor: the program has the processor for itself. What all others are compared with. */
export const native: CpuMode = {
  id: "native",
  title: "native: the program has the processor for itself",
  correct: true,
  run(program: GuestProgram, options: CpuRunOptions = {}): CpuRun {
    const { machine, cpu } = loadProgram(program);
    const steps: CpuStep[] = [];
    const counts = { instructions: 0, interrupts: 0, exceptions: 0 };
    const processor = new Processor(cpu, machine);
    const ended = runToEnd(options, () => {
      const at = cpu.rip;
      if (processor.interruptible && machine.pendingVector(cpu) >= 0) {
        counts.interrupts++;
        steps.push(interruptStep(at, processor.takeInterrupt()));
        return false;
      }
      if (cpu.halted) return !machine.sleep();
      const { instruction, exception } = processor.attempt();
      if (exception === undefined) return false;
      counts.exceptions++;
      steps.push(exceptionStep(at, instruction, exception, program.image));
      processor.raise(exception);
      return false;
    });
    counts.instructions = cpu.retired;
    return {
      mode: native.id,
      program: program.id,
      ...ended,
      state: guestState(cpu),
      memory: machine.bytes.slice(),
      output: machine.output,
      steps,
      counts,
      silentFailures: [],
    };
  },
};
