import { loadProgram } from "../guest/loader.ts";
import { guestState } from "../guest-state.ts";
import { symbolsOf } from "../guest-step.ts";
import type { CpuMode, CpuRun, CpuRunOptions, CpuStep } from "../mode.ts";
import type { GuestProgram } from "../program.ts";
import { runToEnd } from "../run-loop.ts";
import { blockOf, kindCounts } from "./side-by-side.ts";
import { StepWriter } from "./step-writer.ts";
import { VirtualMachineMonitor } from "./virtual-machine-monitor.ts";

/** Dynamic recompilation: the guest's kernel is translated, and runs in ring 1 without knowing. */
export const translator: CpuMode = {
  id: "translator",
  title: "dynamic recompilation: kernel code is translated block by block, user code runs as it is",
  correct: true,
  run(program: GuestProgram, options: CpuRunOptions = {}): CpuRun {
    const { machine, cpu } = loadProgram(program);
    const vmm = new VirtualMachineMonitor(cpu, machine);
    const symbolOf = symbolsOf(program.image);
    const steps: CpuStep[] = [];
    vmm.listener = new StepWriter(steps, machine, cpu, symbolOf);
    const ended = runToEnd(options, () => vmm.step() === "halted" && !machine.sleep());
    const { fragments } = vmm.cache;
    return {
      mode: translator.id,
      program: program.id,
      ...ended,
      state: guestState(cpu),
      memory: machine.bytes.slice(0, machine.view.byteLength),
      output: machine.output,
      steps,
      blocks: fragments.map((it) => blockOf(it, vmm.cache.codeOf(it), symbolOf)),
      counts: countsOf(vmm),
      silentFailures: [],
    };
  },
};

function countsOf({ cache, counts, shadow }: VirtualMachineMonitor): Record<string, number> {
  const kinds = kindCounts(cache.fragments);
  return {
    callouts: counts.callouts,
    hiddenFaults: counts.emulatedFaults + counts.filledFaults,
    hiddenFaultsEmulated: counts.emulatedFaults,
    shadowEntriesFilled: counts.filledFaults,
    retranslated: counts.adapted,
    interrupts: counts.interrupts,
    exceptions: counts.reflected,
    blocksTranslated: cache.counts.translated,
    blocksEntered: counts.entered,
    blocksInvalidated: cache.counts.invalidated,
    exitsChained: cache.counts.chained,
    dispatches: counts.dispatched,
    lookups: counts.lookups,
    lookupHits: counts.lookupHits,
    cacheFlushes: cache.counts.flushes,
    addressSpaces: shadow.counts.builtSpaces,
    instructionsIdentical: kinds.identical + kinds.relocated,
    instructionsControlFlow: kinds.controlFlow,
    instructionsInline: kinds.inline,
    instructionsCallout: kinds.callout,
    directInstructions: counts.direct,
  };
}
