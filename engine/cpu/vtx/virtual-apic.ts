import type { Vmcs } from "./vmcs.ts";
import { PRIMARY } from "./controls.ts";
import type { VmcsFieldName } from "./vmcs-field.ts";
import { VectorBits } from "./vector-bits.ts";

/** Offsets of registers in the virtual-APIC page: Intel SDM vol. 3C, 30.1.1 "Virtualized APIC Registers". */
export const VIRTUAL_APIC = {
  VTPR: 0x080,
  VPPR: 0x0a0,
  VEOI: 0x0b0,
  VISR: 0x100,
  VIRR: 0x200,
  VICR_LO: 0x300,
} as const;

/** What the CPU does after it virtualized an access to the APIC. */
export type ApicOutcome = "done" | "eoiInduced" | "tprBelowThreshold";

/**
 * The virtual-APIC page of one vCPU and what the CPU does with it by itself: PPR, TPR, EOI and
 * self-IPI virtualization, evaluation and delivery of virtual interrupts. The state is in the page's
 * bytes and in the VMCS field "guest interrupt status" (RVI in bits 7:0, SVI in 15:8). Intel SDM
 * vol. 3C, chapter 30 "APIC Virtualization and Virtual Interrupts".
 */
export class VirtualApic {
  /** The 4 KiB of the page. */
  readonly page: DataView;
  /** In-service and requested virtual interrupts. */
  readonly visr: VectorBits;
  readonly virr: VectorBits;
  readonly #vmcs: Vmcs;

  constructor(vmcs: Vmcs, page = new DataView(new ArrayBuffer(4096))) {
    this.#vmcs = vmcs;
    this.page = page;
    this.visr = new VectorBits(page, VIRTUAL_APIC.VISR, 16);
    this.virr = new VectorBits(page, VIRTUAL_APIC.VIRR, 16);
  }

  /** Requesting virtual interrupt: the highest vector that waits, 0 for none. */
  get rvi(): number {
    return this.#status & 0xff;
  }

  /** Servicing virtual interrupt: the highest vector in service, 0 for none. */
  get svi(): number {
    return this.#status >> 8;
  }

  /** Virtual processor priority. */
  get vppr(): number {
    return this.page.getUint8(VIRTUAL_APIC.VPPR);
  }

  /** Requests a virtual interrupt, as the hypervisor does before an entry (30.2.1). */
  request(vector: number): void {
    this.virr.set(vector);
    this.#setStatus(Math.max(this.rvi, vector), this.svi);
  }

  /** Whether a virtual interrupt is recognized: 30.2.1 "Evaluation of Pending Virtual Interrupts". */
  get recognized(): boolean {
    const windowExiting = this.#vmcs.has("primaryControls", PRIMARY.interruptWindowExiting);
    return !windowExiting && this.rvi >> 4 > this.vppr >> 4;
  }

  /**
   * Delivers the recognized virtual interrupt (30.2.2 "Virtual-Interrupt Delivery"); the caller
   * takes the vector through the guest's IDT.
   */
  deliver(): number {
    const vector = this.rvi;
    this.visr.set(vector);
    this.page.setUint32(VIRTUAL_APIC.VPPR, vector & 0xf0, true);
    this.virr.clear(vector);
    this.#setStatus(Math.max(0, this.virr.highest), vector);
    return vector;
  }

  /** A guest's write of EOI: 30.1.4 "EOI Virtualization"; `vector` is what was in service. */
  eoi(): { readonly outcome: ApicOutcome; readonly vector: number } {
    this.page.setUint32(VIRTUAL_APIC.VEOI, 0, true);
    const vector = this.svi;
    this.visr.clear(vector);
    this.#setStatus(this.rvi, Math.max(0, this.visr.highest));
    this.virtualizePpr();
    return { outcome: this.#exitsOnEoi(vector) ? "eoiInduced" : "done", vector };
  }

  /**
   * A guest's write of TPR: 30.1.2 "TPR Virtualization".
   * @param virtualDelivery Whether the control "virtual-interrupt delivery" is set.
   */
  writeTpr(value: number, virtualDelivery: boolean): ApicOutcome {
    this.page.setUint32(VIRTUAL_APIC.VTPR, value & 0xff, true);
    if (virtualDelivery) {
      this.virtualizePpr();
      return "done";
    }
    const threshold = this.#vmcs.readNumber("tprThreshold") & 0xf;
    return value >> 4 < threshold ? "tprBelowThreshold" : "done";
  }

  /** 30.1.3 "PPR Virtualization". */
  virtualizePpr(): void {
    const vtpr = this.page.getUint8(VIRTUAL_APIC.VTPR);
    const inService = this.svi;
    const vppr = vtpr >> 4 >= inService >> 4 ? vtpr : inService & 0xf0;
    this.page.setUint32(VIRTUAL_APIC.VPPR, vppr, true);
  }

  get #status(): number {
    return this.#vmcs.readNumber("guestInterruptStatus");
  }

  #setStatus(rvi: number, svi: number): void {
    this.#vmcs.record("guestInterruptStatus", (svi << 8) | rvi);
  }

  #exitsOnEoi(vector: number): boolean {
    const field = `eoiExitBitmap${vector >> 6}` as VmcsFieldName;
    return ((this.#vmcs.read(field) >> BigInt(vector & 63)) & 1n) === 1n;
  }
}
