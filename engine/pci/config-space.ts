import { assert } from "../core/assert.ts";

/** What a device does when the guest writes its configuration space. */
export interface ConfigWritten {
  (offset: number, sizeBytes: number): void;
}

/** A capability as it was added: where it lies. */
export interface Capability {
  readonly id: number;
  readonly offset: number;
  readonly byteCount: number;
}

/** Standard header offsets: PCI Local Bus 3.0, 6.1 "Configuration Space Organization". */
export const CONFIG = {
  vendorId: 0x00,
  deviceId: 0x02,
  command: 0x04,
  status: 0x06,
  revision: 0x08,
  cacheLineSize: 0x0c,
  latencyTimer: 0x0d,
  headerType: 0x0e,
  bar0: 0x10,
  capabilities: 0x34,
  interruptLine: 0x3c,
  interruptPin: 0x3d,
} as const;

/**
 * The configuration space of one PCI function: bytes, a mask of writable bits, capabilities.
 * 256 bytes, or 4,096 with extended capabilities (PCI Express).
 */
export class ConfigSpace {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Goes up whenever a byte may have changed. */
  version = 0;
  readonly #writable: Uint8Array;
  readonly #clearOnOne: Uint8Array;
  readonly #view: DataView;
  #written: ConfigWritten = () => {};

  constructor(byteCount: 256 | 4096 = 256) {
    this.bytes = new Uint8Array(byteCount);
    this.#writable = new Uint8Array(byteCount);
    this.#clearOnOne = new Uint8Array(byteCount);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Installs what happens after a guest's write. */
  onWrite(written: ConfigWritten): void {
    this.#written = written;
  }

  /** Sets bytes as the device. */
  set(offset: number, sizeBytes: 1 | 2 | 4, value: number): this {
    this.version++;
    for (let i = 0; i < sizeBytes; i++) this.bytes[offset + i] = Math.floor(value / 256 ** i) % 256;
    return this;
  }

  /** Reads as the device: 1, 2 or 4 bytes. */
  get(offset: number, sizeBytes: number): number {
    if (sizeBytes === 1) return this.#view.getUint8(offset);
    if (sizeBytes === 2) return this.#view.getUint16(offset, true);
    return this.#view.getUint32(offset, true);
  }

  /** Makes bits writable by the guest. */
  allowWrites(offset: number, sizeBytes: 1 | 2 | 4, bits: number): this {
    for (let i = 0; i < sizeBytes; i++) {
      this.#writable[offset + i] = Math.floor(bits / 256 ** i) % 256;
    }
    return this;
  }

  /** Makes bits that a guest clears by writing 1. */
  clearOnOne(offset: number, sizeBytes: 1 | 2 | 4, bits: number): this {
    for (let i = 0; i < sizeBytes; i++) {
      this.#clearOnOne[offset + i] = Math.floor(bits / 256 ** i) % 256;
    }
    return this;
  }

  /** Links a capability at the head of the list, as QEMU and most chips lay them out. */
  addCapability(id: number, offset: number, byteCount: number): Capability {
    this.version++;
    assert(offset >= 0x40 && offset + byteCount <= 256, "a capability lies in 0x40 to 0xff");
    this.bytes[offset] = id;
    this.bytes[offset + 1] = this.bytes[CONFIG.capabilities] as number;
    this.bytes[CONFIG.capabilities] = offset;
    this.bytes[CONFIG.status] = (this.bytes[CONFIG.status] as number) | 0x10;
    return { id, offset, byteCount };
  }

  /** A guest's read; bytes beyond the space read as ones. */
  read(offset: number, sizeBytes: number): number {
    let value = 0;
    for (let i = 0; i < sizeBytes; i++) value += (this.bytes[offset + i] ?? 0xff) * 256 ** i;
    return value;
  }

  /** A guest's write; read-only bits keep their value. */
  write(offset: number, sizeBytes: number, value: number): void {
    this.version++;
    for (let i = 0; i < sizeBytes && offset + i < this.bytes.length; i++) {
      const at = offset + i;
      const byte = Math.floor(value / 256 ** i) % 256;
      const may = this.#writable[at] as number;
      const before = this.bytes[at] as number;
      const merged = (before & ~may) | (byte & may);
      this.bytes[at] = merged & ~(byte & (this.#clearOnOne[at] as number));
    }
    this.#written(offset, sizeBytes);
  }
}
