import { RemappedInterrupts, takePostedDescriptor } from "../crossings/remapped-interrupts.ts";
import { Vfio, vfRequester } from "../host/vfio.ts";
import type { Machine } from "../machine.ts";
import type { DmaPort } from "../memory/dma-port.ts";
import type { IommuPageBytes } from "../memory/iommu-entry.ts";
import type { KnobSpec, KnobValues } from "./knob.ts";

/** VT-d before a virtual function: off, or in which pages it maps the guest's memory. */
export const IOMMU_KNOB = {
  type: "choice",
  default: "2M",
  choices: ["off", "4K", "2M", "1G"],
  doc: "VT-d: pages in which the guest's memory is mapped for the VF; off: its DMA is unchecked",
} as const satisfies KnobSpec;

const PAGES: Readonly<Record<string, IommuPageBytes>> = {
  "4K": 4096,
  "2M": 0x20_0000,
  "1G": 0x4000_0000,
};

/** The VFs' ways to guest memory as the knob `iommu` says; nothing: untranslated. */
export function vfDma(machine: Machine, knobs: KnobValues): { vfDma?: (vf: number) => DmaPort } {
  const pageBytes = PAGES[String(knobs["iommu"])];
  if (pageBytes === undefined) return {};
  const vfio = new Vfio(machine, pageBytes);
  // Only VF 0 is this guest's; requests of the others would find no context entry.
  vfio.assign(vfRequester(0));
  return { vfDma: (vf) => vfio.dmaPort(vfRequester(vf)) };
}

/**
 * The IOMMU's interrupt remapping before VF 0's messages, unless the knob `iommu` is off.
 * @param posted Whether its entries post into the vCPU's descriptor; else they name a host vector.
 */
export function vfInterrupts(
  machine: Machine,
  knobs: KnobValues,
  posted: boolean,
): RemappedInterrupts | undefined {
  if (knobs["iommu"] === "off") return undefined;
  const descriptor = posted ? takePostedDescriptor(machine.memory) : undefined;
  return new RemappedInterrupts(machine.iommu, vfRequester(0), descriptor);
}
