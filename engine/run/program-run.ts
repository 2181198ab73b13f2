import { InputError } from "../core/input-error.ts";
import { memoryDiffers } from "../cpu/difference.ts";
import type { CpuMode, CpuRun } from "../cpu/mode.ts";
import { CPU_MODES } from "../cpu/modes.ts";
import { native } from "../cpu/native.ts";
import type { GuestProgram } from "../cpu/program.ts";
import { VTX_DEFAULTS, type VtxSettings } from "../cpu/vtx/settings.ts";
import { runVtx } from "../cpu/vtx/vtx-mode.ts";
import { readKnobs, type KnobSpecs, type KnobValues } from "../modes/knob.ts";
import { PROGRAMS } from "../programs/index.ts";

/** What a reader may set of VT-x. */
const VTX_KNOBS: KnobSpecs = {
  apicv: {
    type: "boolean",
    default: VTX_DEFAULTS.apicv,
    doc: "APICv: virtual-interrupt delivery, APIC-register virtualization, posted interrupts",
  },
  lazyEpt: {
    type: "boolean",
    default: VTX_DEFAULTS.lazyEpt,
    doc: "guest pages are mapped at their first EPT violation",
  },
  rdtscExiting: {
    type: "boolean",
    default: VTX_DEFAULTS.rdtscExiting,
    doc: "RDTSC and RDTSCP exit",
  },
  descriptorTableExiting: {
    type: "boolean",
    default: VTX_DEFAULTS.descriptorTableExiting,
    doc: "LGDT, LIDT, SGDT, SIDT and their like exit",
  },
  preemptionTimer: {
    type: "integer",
    default: VTX_DEFAULTS.preemptionTimer,
    min: 0,
    max: 1_000_000,
    doc: "guest instructions until the VMX-preemption timer exits; 0: off",
  },
};

/** The knobs of a CPU mode. */
export function knobsOf(mode: CpuMode): KnobSpecs {
  return mode.id === "vtx" ? VTX_KNOBS : {};
}

/** A program, the way it ran, and what the hardware alone makes of it. */
export interface ProgramRun {
  readonly program: GuestProgram;
  readonly mode: CpuMode;
  readonly knobs: KnobValues;
  readonly run: CpuRun;
  /** Whether registers, memory and output are what they are natively. */
  readonly asNative: boolean;
}

/**
 * Runs a guest program in a CPU mode, and natively beside it.
 * @throws InputError for a knob that the mode does not have.
 */
export function runProgram(
  program: GuestProgram,
  mode: CpuMode,
  settings: KnobValues = {},
): ProgramRun {
  const knobs = readKnobs(mode.id, knobsOf(mode), settings);
  const vtx = { ...VTX_DEFAULTS, ...knobs } as VtxSettings;
  const run = mode.id === "vtx" ? runVtx(program, {}, vtx) : mode.run(program);
  const reference = mode.id === native.id ? run : native.run(program);
  return { program, mode, knobs, run, asNative: isSame(run, reference) };
}

/**
 * The program with this name.
 * @throws InputError naming it and the programs there are.
 */
export function findProgram(id: string): GuestProgram {
  const program = PROGRAMS.find((candidate) => candidate.id === id);
  if (program !== undefined) return program;
  const known = PROGRAMS.map((candidate) => candidate.id).join(", ");
  throw new InputError(`Program ${id}: there is no such program; there are ${known}.`);
}

/**
 * The CPU mode with this name.
 * @throws InputError naming it and the modes there are.
 */
export function findCpuMode(id: string): CpuMode {
  const mode = CPU_MODES.find((candidate) => candidate.id === id);
  if (mode !== undefined) return mode;
  const known = CPU_MODES.map((candidate) => candidate.id).join(", ");
  throw new InputError(`CPU mode ${id}: there is no such mode; there are ${known}.`);
}

function isSame(run: CpuRun, reference: CpuRun): boolean {
  return (
    run.end === reference.end &&
    run.output.join("\n") === reference.output.join("\n") &&
    Object.entries(run.state).every(([name, value]) => value === reference.state[name]) &&
    memoryDiffers(run, reference) < 0
  );
}
