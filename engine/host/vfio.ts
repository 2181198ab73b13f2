import type { Machine } from "../machine.ts";
import type { DmaPort } from "../memory/dma-port.ts";
import { PAGE_BYTES } from "../memory/host-page.ts";
import type { IommuDomain } from "../memory/iommu-domain.ts";
import type { IommuPageBytes } from "../memory/iommu-entry.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";

/** The PF of the recorded machines: bus 1, device 0, function 0. */
const PF_REQUESTER = 0x100;
/** Routing of its virtual functions: the first 0x80 after it, then every second. */
const FIRST_VF = 0x80;
const VF_STRIDE = 2;

/** Requester identifier of the 82576's virtual function `vf`: 0 is 01:10.0. */
export function vfRequester(vf: number): number {
  return PF_REQUESTER + FIRST_VF + vf * VF_STRIDE;
}

/**
 * VFIO: gives devices to a guest. All of the guest's memory is pinned and mapped at start, device
 * address = guest-physical address, so that nothing of a packet's way asks the host;
 * drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map, vfio_iommu_map.
 */
export class Vfio {
  readonly domain: IommuDomain;
  readonly #machine: Machine;
  readonly #pageBytes: IommuPageBytes;
  readonly #attachName: number;

  /** @param pageBytes Pages in which the guest's memory lies in the host's, and is mapped. */
  constructor(machine: Machine, pageBytes: IommuPageBytes) {
    this.#machine = machine;
    this.#pageBytes = pageBytes;
    this.domain = machine.iommu.createDomain();
    this.#attachName = machine.trace.id("VFIO_GROUP_SET_CONTAINER");
    const { guestBytes } = machine.memory;
    const name = machine.trace.id("VFIO_IOMMU_MAP_DMA: all of the guest's memory");
    machine.note(KIND.systemCall, ACTORS.deviceModel.code, name, guestBytes, 0);
    const whole = guestBytes - (guestBytes % pageBytes);
    this.domain.map(0, 0, whole, pageBytes);
    if (whole < guestBytes) this.#mapRest(whole);
    const event = machine.trace.id("dmar_fault");
    machine.iommu.faults.onEvent = () => {
      const record = machine.iommu.faults.take();
      const { code } = ACTORS.hypervisor;
      machine.note(KIND.deviceStep, code, event, record?.reason ?? 0, record?.requester ?? 0);
    };
  }

  /** Gives a function to the guest: from now on its requests go through the guest's domain. */
  assign(requester: number): void {
    const machine = this.#machine;
    machine.note(KIND.systemCall, ACTORS.deviceModel.code, this.#attachName, requester, 0);
    machine.iommu.attach(requester, this.domain);
  }

  /** A function's way to the guest's memory. */
  dmaPort(requester: number): DmaPort {
    const { iommu } = this.#machine;
    return this.#machine.dmaPort(ACTORS.hardware.code, iommu.translation(requester));
  }

  /**
   * What is left of memory that is not whole pages, in small ones; a page of 1 GiB is mapped whole
   * also for a smaller guest, and what lies in it beyond the guest's RAM is no memory of anybody.
   */
  #mapRest(first: number): void {
    const bytes = this.#pageBytes;
    if (bytes > 0x20_0000) this.domain.map(first, first, bytes, bytes);
    else this.domain.map(first, first, this.#machine.memory.guestBytes - first, PAGE_BYTES);
  }
}
