import type { KvmOptions } from "../crossings/kvm-options.ts";
import type { KnobSpecs, KnobValues } from "./knob.ts";

/** The host's CPUs and how it lets a vCPU wait: for every mode under KVM. */
export const HOST_KNOBS = {
  cpuVendor: {
    type: "choice",
    default: "intel",
    choices: ["intel", "amd"],
    doc: "the processor: VT-x, or SVM with its own exits and no APICv",
  },
  hostCpus: {
    type: "integer",
    default: 2,
    min: 1,
    max: 8,
    doc: "CPUs of the host; with one, a thread that is woken takes the vCPU's",
  },
  haltPollMicroseconds: {
    type: "integer",
    default: 0,
    min: 0,
    max: 10_000,
    doc: "how long a halted vCPU polls at most before its thread blocks (halt_poll_ns)",
  },
} as const satisfies KnobSpecs;

/** The IOAPIC pin of a slot's INTA# on QEMU's q35 machine, in which the guests were recorded. */
export const Q35_PIN = 21;

/** How the guest's local APIC is virtualized, where interrupts are not posted by the IOMMU. */
export const APIC_KNOBS = {
  apicv: {
    type: "boolean",
    default: true,
    doc: "APICv (Intel): interrupts are posted; EOI exits for level-triggered vectors only",
  },
  pvEoi: {
    type: "boolean",
    default: true,
    doc: "without APICv, EOI is a store to shared memory while no other interrupt waits",
  },
  x2apic: {
    type: "boolean",
    default: true,
    doc: "the guest reaches its local APIC by MSRs, as Linux does under KVM; else by its page",
  },
} as const satisfies KnobSpecs;

/** The same where injection is the point: off unless the reader asks for APICv. */
export const INJECTION_KNOBS = {
  ...APIC_KNOBS,
  apicv: { ...APIC_KNOBS.apicv, default: false },
} as const satisfies KnobSpecs;

/** What the knobs say of KVM and its host. */
export function kvmOptions(knobs: KnobValues): Partial<KvmOptions> {
  const amd = knobs["cpuVendor"] === "amd";
  return {
    vendor: amd ? "amd" : "intel",
    apicv: !amd && knobs["apicv"] !== false,
    pvEoi: knobs["pvEoi"] !== false,
    x2apic: knobs["x2apic"] !== false,
    hostCpus: Number(knobs["hostCpus"]),
    haltPollMicroseconds: Number(knobs["haltPollMicroseconds"]),
  };
}
