import type { Nic } from "../../devices/nic.ts";
import { DEFAULT_IDENTITY } from "../../guest/identity.ts";
import { Machine } from "../../machine.ts";
import { readKnobs, type KnobValues } from "../../modes/knob.ts";
import { findMode } from "../../modes/index.ts";
import { GUEST_MAC } from "./frames.ts";
import type { KvmManifest } from "./manifest.ts";

/** The recorded machine in the engine, its driver up. */
export interface RecordedMachine {
  readonly machine: Machine;
  readonly nic: Nic;
}

/**
 * Builds what a manifest describes: mode and knobs, processor, the host's CPUs.
 * @throws InputError for a mode or knob that Trapline does not have.
 */
export function buildRecordedMachine(manifest: KvmManifest, hostCpus: number): RecordedMachine {
  const mode = findMode(manifest.mode);
  const amd = manifest.cpu === "svm";
  const wanted: KnobValues = {
    ...manifest.knobs,
    cpuVendor: amd ? "amd" : "intel",
    pvEoi: manifest.pvEoi,
    hostCpus,
  };
  const knobs = readKnobs(mode.id, mode.knobs, wanted);
  const machine = new Machine({
    identity: { ...DEFAULT_IDENTITY, mac: GUEST_MAC },
    interruptCrossing: (self) => mode.interrupt(self, knobs),
  });
  // The recorded guests boot without firmware tables of legacy devices: one vector fewer is taken.
  machine.kernel.releaseVectors(1);
  const nic = mode.build(machine, knobs);
  machine.kernel.runProcess(() => {
    nic.driver.probe();
    nic.driver.open();
    // The recorder's ifconfig sets the flags of the interface that its address brought up.
    nic.driver.refreshReceiveMode?.();
  });
  machine.run(machine.nowCycles);
  return { machine, nic };
}
