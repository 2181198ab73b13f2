import { loadProgram } from "../guest/loader.ts";
import { guestState } from "../guest-state.ts";
import { exceptionStep, interruptStep, symbolsOf } from "../guest-step.ts";
import type { CpuMode, CpuRun, CpuRunOptions, CpuStep } from "../mode.ts";
import type { GuestProgram } from "../program.ts";
import { runToEnd } from "../run-loop.ts";
import { formatInstruction } from "../x86/format.ts";
import { showGuestView } from "./non-root.ts";
import { VTX_DEFAULTS, type VtxSettings } from "./settings.ts";
import { VtxGuest } from "./vtx-guest.ts";

/** VT-x with EPT: the guest's code runs on the CPU itself, and the VMCS decides what exits. */
export const vtx: CpuMode = {
  id: "vtx",
  title: "VT-x: the CPU runs the guest's code and exits where the VMCS says so",
  correct: true,
  run: (program, options = {}) => runVtx(program, options, VTX_DEFAULTS),
};

/** Runs a program on VT-x with other settings than the defaults. */
export function runVtx(
  program: GuestProgram,
  options: CpuRunOptions,
  settings: VtxSettings,
): CpuRun {
  const { machine, cpu } = loadProgram(program);
  const steps: CpuStep[] = [];
  const symbols = symbolsOf(program.image);
  const guest = new VtxGuest(cpu, machine, settings, {
    exit: (step) => steps.push(step),
    interrupt: (address, vector, how) =>
      steps.push({ ...interruptStep(address, vector), detail: HOW[how] }),
    exception: (address, instruction, exception) =>
      steps.push(exceptionStep(address, instruction, exception, program.image)),
    describe: (instruction) => formatInstruction(instruction, symbols),
  });
  const ended = runToEnd(options, () => guest.step());
  showGuestView(cpu, guest.vmcs);
  return {
    mode: vtx.id,
    program: program.id,
    ...ended,
    state: guestState(cpu),
    memory: machine.bytes.slice(0, machine.view.byteLength),
    output: machine.output,
    steps,
    counts: { instructions: cpu.retired, ...guest.counts },
    silentFailures: [],
  };
}

const HOW = {
  injected: "injected on VM entry; the CPU goes through the guest's IDT",
  posted: "posted, and delivered by the CPU without an exit",
} as const;
