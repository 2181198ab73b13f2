import type { GuestMemory } from "./guest-memory.ts";

const BYTES = 64;
const CONTROL = 32;
const NOTIFICATION_VECTOR = 34;
const DESTINATION = 36;
const ON = 1;
const SN = 2;

/**
 * A posted-interrupt descriptor in host memory, one for each vCPU: 256 bits of posted vectors (PIR),
 * ON, SN, NV, NDST. Intel VT-d 9.12 "Posted Interrupt Descriptor (PID)"; Intel SDM vol. 3C, 30.6
 * "Posted-Interrupt Processing".
 */
export class PostedInterruptDescriptor {
  /** Machine address of its 64 bytes. */
  readonly address: number;
  readonly #view: DataView;

  constructor(memory: GuestMemory) {
    this.address = memory.allocateHost(BYTES);
    memory.bytes.fill(0, this.address, this.address + BYTES);
    this.#view = memory.view;
  }

  /** ON: a notification is outstanding; the CPU has not looked yet. */
  get outstanding(): boolean {
    return (this.#control & ON) !== 0;
  }

  set outstanding(on: boolean) {
    this.#set(ON, on);
  }

  /** SN: no notifications, please: the vCPU is preempted and will look when it is entered. */
  get suppress(): boolean {
    return (this.#control & SN) !== 0;
  }

  set suppress(on: boolean) {
    this.#set(SN, on);
  }

  /** NV: the host vector that notifies, 0 to 255. */
  get notificationVector(): number {
    return this.#view.getUint8(this.address + NOTIFICATION_VECTOR);
  }

  set notificationVector(vector: number) {
    this.#view.setUint8(this.address + NOTIFICATION_VECTOR, vector);
  }

  /** NDST: APIC identifier of the host CPU that is notified, in xAPIC's bits 15:8. */
  get notificationDestination(): number {
    return (this.#view.getUint32(this.address + DESTINATION, true) >>> 8) & 0xff;
  }

  set notificationDestination(apicId: number) {
    this.#view.setUint32(this.address + DESTINATION, apicId << 8, true);
  }

  /**
   * Posts a vector: sets its PIR bit, and ON if a notification goes out. VT-d 5.2.3 "Interrupt-Posting
   * Hardware Operation".
   * @returns Whether the notification event is sent: none was outstanding, and none is suppressed
   * unless it is urgent.
   */
  post(vector: number, urgent = false): boolean {
    const at = this.address + 4 * (vector >> 5);
    this.#view.setUint32(at, this.#view.getUint32(at, true) | (1 << (vector & 31)), true);
    const control = this.#control;
    if ((control & ON) !== 0 || ((control & SN) !== 0 && !urgent)) return false;
    this.outstanding = true;
    return true;
  }

  /** Whether a vector is posted and not yet taken. */
  pending(vector: number): boolean {
    const word = this.#view.getUint32(this.address + 4 * (vector >> 5), true);
    return ((word >>> (vector & 31)) & 1) === 1;
  }

  /**
   * The CPU's posted-interrupt processing: clears ON, moves the posted vectors to the virtual IRR.
   * @param into Eight words, vector 0 in bit 0 of the first; posted vectors are added.
   */
  take(into: Uint32Array): void {
    this.outstanding = false;
    for (let word = 0; word < 8; word++) {
      const at = this.address + 4 * word;
      into[word] = (into[word] as number) | this.#view.getUint32(at, true);
      this.#view.setUint32(at, 0, true);
    }
  }

  get #control(): number {
    return this.#view.getUint8(this.address + CONTROL);
  }

  #set(bit: number, on: boolean): void {
    const control = this.#control;
    this.#view.setUint8(this.address + CONTROL, on ? control | bit : control & ~bit);
  }
}
