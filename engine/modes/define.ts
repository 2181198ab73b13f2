import type { InterruptCrossing } from "../core/crossing.ts";
import type { Nic } from "../devices/nic.ts";
import type { Bypass } from "../host/bypass.ts";
import type { CpuFeatures } from "../ledger/cpu-profile.ts";
import type { Machine } from "../machine.ts";
import type { KnobSpecs, KnobValues } from "./knob.ts";

/** What a mode is made of, in words: one line each in `trapline modes` and on the page. */
export interface ModeParts {
  /** How the CPU is virtualized. */
  readonly cpu: string;
  /** The guest's driver. */
  readonly driver: string;
  /** The NIC that the guest sees. */
  readonly device: string;
  /** Who handles slow register accesses. */
  readonly control: string;
  /** Who handles the doorbell. */
  readonly doorbell: string;
  /** Who moves the data. */
  readonly data: string;
  /** Who delivers interrupts. */
  readonly interrupt: string;
  /** What stands between the device and the wire. */
  readonly hostPath: string;
}

/** One mode: CPU virtualization, guest driver, device, who handles each crossing, host path. */
export interface Mode {
  readonly id: string;
  readonly title: string;
  readonly parts: ModeParts;
  readonly knobs: KnobSpecs;
  /** Largest frame without FCS that the mode carries, in bytes. */
  readonly frameBytesMax: number;
  /** What the mode was checked against. */
  readonly checkedAgainst: string;
  /** What a mode gives up for speed, and what it keeps; without it, nothing is given up. */
  readonly bypass?: Bypass;
  /** What the CPU must have for it. */
  readonly needs?: readonly (keyof CpuFeatures)[];
  /** Who handles interrupts. */
  interrupt(machine: Machine, knobs: KnobValues): InterruptCrossing;
  /** Builds device, driver and crossings on a machine; nothing is probed yet. */
  build(machine: Machine, knobs: KnobValues): Nic;
}

/** Gives a mode its type; a mode is one file and one line in modes/index.ts. */
export function defineMode(mode: Mode): Mode {
  return mode;
}
