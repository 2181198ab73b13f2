import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { TraceStore } from "../trace/store.ts";
import type { GuestMemory } from "./guest-memory.ts";
import type { AccessClock } from "./shared-block.ts";

/** Translates a device's addresses (VT-d); without one, a device addresses guest memory directly. */
export interface DmaTranslation {
  /**
   * Guest-physical address for a device address, or -1 when the access is refused; then the
   * translation has reported it. `byteCount` never crosses a 4 KiB page.
   */
  translate(iova: number, byteCount: number, write: boolean): number;
}

/**
 * How a device reaches guest memory. A chip does DMA; a device model does the same with the CPU,
 * so its payload transfers are rows of kind `copy`. An access outside guest memory is the guest's
 * error: a row says so, reads give `unmappedByte`, writes vanish, nothing is thrown.
 */
export class DmaPort {
  readonly #memory: GuestMemory;
  readonly #trace: TraceStore;
  readonly #clock: AccessClock;
  readonly #actor: number;
  readonly #payloadReadKind: number;
  readonly #payloadWriteKind: number;
  readonly #unmappedByte: number;
  readonly #outside: number;
  readonly #translation: DmaTranslation | undefined;
  /** Host memory where a value that crosses a translated page is put together; -1 until needed. */
  #splitAt = -1;

  constructor(
    memory: GuestMemory,
    trace: TraceStore,
    clock: AccessClock,
    actor: number,
    translation?: DmaTranslation,
  ) {
    this.#memory = memory;
    this.#trace = trace;
    this.#clock = clock;
    this.#actor = actor;
    const hardware = actor === ACTORS.hardware.code;
    this.#payloadReadKind = hardware ? KIND.dmaRead : KIND.copy;
    this.#payloadWriteKind = hardware ? KIND.dmaWrite : KIND.copy;
    this.#unmappedByte = hardware ? 0xff : 0;
    this.#outside = trace.id("DMA outside guest memory");
    this.#translation = translation;
  }

  /** Device's 1-byte load; `purpose` is a dictionary number of the trace. */
  load8(address: number, purpose: number): number {
    const at = this.#locate(address, 1, false, purpose);
    return at < 0 ? this.#unmappedByte : this.#memory.view.getUint8(at);
  }

  /** Device's 2-byte load. */
  load16(address: number, purpose: number): number {
    const at = this.#locate(address, 2, false, purpose);
    return at < 0 ? this.#unmappedByte * 0x101 : this.#memory.view.getUint16(at, true);
  }

  /** Device's 4-byte load. */
  load32(address: number, purpose: number): number {
    const at = this.#locate(address, 4, false, purpose);
    return at < 0 ? (this.#unmappedByte * 0x1010101) >>> 0 : this.#memory.view.getUint32(at, true);
  }

  /** Device's 8-byte load; exact below 2^53. An unmapped one gives all ones (rounded to 2^64) or 0. */
  load64(address: number, purpose: number): number {
    const at = this.#locate(address, 8, false, purpose);
    if (at < 0) return this.#unmappedByte === 0 ? 0 : 2 ** 64;
    const view = this.#memory.view;
    return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
  }

  /** Device's 1-byte store. */
  store8(address: number, value: number, purpose: number): void {
    const at = this.#locate(address, 1, true, purpose);
    if (at < 0) return;
    this.#memory.view.setUint8(at, value);
  }

  /** Device's 2-byte store. */
  store16(address: number, value: number, purpose: number): void {
    const at = this.#locate(address, 2, true, purpose);
    if (at < 0) return;
    this.#memory.view.setUint16(at, value, true);
    if (at === this.#splitAt) this.#transfer(at, address, 2, true);
  }

  /** Device's 4-byte store. */
  store32(address: number, value: number, purpose: number): void {
    const at = this.#locate(address, 4, true, purpose);
    if (at < 0) return;
    this.#memory.view.setUint32(at, value, true);
    if (at === this.#splitAt) this.#transfer(at, address, 4, true);
  }

  /** Device's 8-byte store of a non-negative integer below 2^53. */
  store64(address: number, value: number, purpose: number): void {
    const at = this.#locate(address, 8, true, purpose);
    if (at < 0) return;
    this.#memory.view.setUint32(at, value, true);
    this.#memory.view.setUint32(at + 4, value / 4294967296, true);
    if (at === this.#splitAt) this.#transfer(at, address, 8, true);
  }

  /**
   * Fetches a descriptor (up to 128 bytes) into host memory: one row, kind `dmaRead`.
   * @returns False when the guest's address is bad; the host bytes are then `unmappedByte`.
   */
  fetch(address: number, hostAddress: number, byteCount: number, purpose: number): boolean {
    return this.#in(KIND.dmaRead, address, hostAddress, byteCount, purpose);
  }

  /** Fetches payload into host memory: `dmaRead` by a chip, `copy` by a device model. */
  read(address: number, hostAddress: number, byteCount: number, purpose: number): boolean {
    return this.#in(this.#payloadReadKind, address, hostAddress, byteCount, purpose);
  }

  /** Puts payload from host memory into the guest's: `dmaWrite` by a chip, `copy` by a model. */
  write(hostAddress: number, address: number, byteCount: number, purpose: number): boolean {
    this.#row(this.#payloadWriteKind, address, byteCount, purpose);
    return this.#transfer(hostAddress, address, byteCount, true);
  }

  /** Puts a descriptor (up to 128 bytes) from host memory into the guest's: one row, `dmaWrite`. */
  put(hostAddress: number, address: number, byteCount: number, purpose: number): boolean {
    this.#row(KIND.dmaWrite, address, byteCount, purpose);
    return this.#transfer(hostAddress, address, byteCount, true);
  }

  #in(kind: number, address: number, host: number, byteCount: number, purpose: number): boolean {
    this.#row(kind, address, byteCount, purpose);
    return this.#transfer(host, address, byteCount, false);
  }

  #transfer(host: number, address: number, byteCount: number, write: boolean): boolean {
    const memory = this.#memory;
    if (this.#translation === undefined) {
      if (!memory.contains(address, byteCount)) {
        this.#complain(address, byteCount);
        return this.#refuse(host, byteCount, write);
      }
      if (write) memory.move(host, address, byteCount);
      else memory.move(address, host, byteCount);
      return true;
    }
    let ok = true;
    for (let done = 0; done < byteCount; ) {
      const part = Math.min(byteCount - done, 4096 - ((address + done) % 4096));
      const at = this.#translation.translate(address + done, part, write);
      if (at < 0 || !memory.contains(at, part)) {
        if (at >= 0) this.#complain(address + done, part);
        ok = this.#refuse(host + done, part, write);
      } else if (write) memory.move(host + done, at, part);
      else memory.move(at, host + done, part);
      done += part;
    }
    return ok;
  }

  #refuse(host: number, byteCount: number, write: boolean): false {
    if (!write) this.#memory.bytes.fill(this.#unmappedByte, host, host + byteCount);
    return false;
  }

  #locate(address: number, byteCount: number, write: boolean, purpose: number): number {
    this.#row(write ? KIND.dmaWrite : KIND.dmaRead, address, byteCount, purpose);
    if (this.#translation !== undefined && (address % 4096) + byteCount > 4096) {
      return this.#split(address, byteCount, write);
    }
    const at =
      this.#translation === undefined
        ? address
        : this.#translation.translate(address, byteCount, write);
    if (at >= 0 && this.#memory.contains(at, byteCount)) return at;
    if (at >= 0 || this.#translation === undefined) this.#complain(address, byteCount);
    return -1;
  }

  /** The guest gave an address behind which it has no memory, and no IOMMU said so. */
  #complain(address: number, byteCount: number): void {
    const { nowCycles } = this.#clock;
    const { guestError } = KIND;
    this.#trace.row(nowCycles, guestError, this.#actor, this.#outside, 0, address, byteCount);
  }

  /** The value lies in two pages: it is put together in host memory, where its address then is. */
  #split(address: number, byteCount: number, write: boolean): number {
    if (this.#splitAt < 0) this.#splitAt = this.#memory.allocateHost(8);
    if (!write) this.#transfer(this.#splitAt, address, byteCount, false);
    return this.#splitAt;
  }

  #row(kind: number, address: number, byteCount: number, purpose: number): void {
    this.#trace.row(this.#clock.nowCycles, kind, this.#actor, purpose, 0, byteCount, address);
  }
}
