import { VectorBits } from "./vector-bits.ts";
import type { VirtualApic } from "./virtual-apic.ts";

const PIR = 0;
/** Bit 256: outstanding notification. Bit 257: suppress notification. */
const CONTROL = 32;
const NOTIFICATION_VECTOR = 34;
const DESTINATION = 36;

/**
 * A posted-interrupt descriptor: 64 bytes that the IOMMU or another CPU writes and the vCPU's CPU
 * empties. Intel SDM vol. 3C, 30.6 "Posted-Interrupt Processing", table 30-1; the notification fields
 * are VT-d's (Intel VT-d specification, 9.11 "Posted Interrupt Descriptor").
 */
export class PostedInterruptDescriptor {
  /** Posted-interrupt requests. */
  readonly pir: VectorBits;
  readonly #view: DataView;

  /** @param view The descriptor's 64 bytes. */
  constructor(view = new DataView(new ArrayBuffer(64))) {
    this.#view = view;
    this.pir = new VectorBits(view, PIR, 4);
  }

  /** Where it lies in the buffer of its view: the machine's address when that is its memory. */
  get address(): number {
    return this.#view.byteOffset;
  }

  /** ON: a notification is on its way or not handled yet. */
  get on(): boolean {
    return (this.#view.getUint8(CONTROL) & 1) !== 0;
  }

  /** SN: no notification is sent (the vCPU does not run). */
  get suppressed(): boolean {
    return (this.#view.getUint8(CONTROL) & 2) !== 0;
  }

  set suppressed(suppressed: boolean) {
    const bits = this.#view.getUint8(CONTROL);
    this.#view.setUint8(CONTROL, suppressed ? bits | 2 : bits & ~2);
  }

  /** The physical vector that notifies the CPU. */
  get notificationVector(): number {
    return this.#view.getUint8(NOTIFICATION_VECTOR);
  }

  set notificationVector(vector: number) {
    this.#view.setUint8(NOTIFICATION_VECTOR, vector);
  }

  /** NDST: APIC identifier of the CPU that is notified, in xAPIC's bits 15:8. */
  get notificationDestination(): number {
    return this.#view.getUint8(DESTINATION + 1);
  }

  set notificationDestination(apicId: number) {
    this.#view.setUint8(DESTINATION + 1, apicId);
  }

  /**
   * Posts a vector.
   * @param urgent URG of the IOMMU's entry: a notification is sent even when they are suppressed.
   * @returns Whether a notification is to be sent: not when one is outstanding or suppressed.
   */
  post(vector: number, urgent = false): boolean {
    this.pir.set(vector);
    if (this.on || (this.suppressed && !urgent)) return false;
    this.#setOn(true);
    return true;
  }

  /**
   * What the CPU does when the notification vector arrives in non-root mode, and KVM's
   * `vmx_sync_pir_to_irr` before an entry: PIR moves into the virtual APIC's VIRR.
   * @returns The highest vector moved, or -1.
   */
  process(apic: VirtualApic): number {
    this.#setOn(false);
    const highest = this.pir.highest;
    for (let word = 0; word < 8; word++) {
      const bits = this.pir.word(word);
      if (bits === 0) continue;
      this.pir.setWord(word, 0);
      apic.virr.setWord(word, apic.virr.word(word) | bits);
    }
    if (highest >= 0) apic.request(highest);
    return highest;
  }

  /** The same where the vectors are taken elsewhere: nothing is posted or outstanding any more. */
  clear(): void {
    this.#setOn(false);
    for (let word = 0; word < 8; word++) this.pir.setWord(word, 0);
  }

  #setOn(on: boolean): void {
    const bits = this.#view.getUint8(CONTROL);
    this.#view.setUint8(CONTROL, on ? bits | 1 : bits & ~1);
  }
}
