import { assert } from "../core/assert.ts";
import { type MemoryWatcher, WatchedBytes, WatchedView } from "./watched-bytes.ts";

const FIRST_BYTE = 0x10_0000;

/** A stretch of host memory with one purpose. */
export interface HostArea {
  readonly address: number;
  byteCount: number;
  /** What it is for, in a few words. */
  readonly what: string;
  /** Whether hardware walks it: page tables, tables of entries, queues. */
  readonly isTable: boolean;
}

/**
 * The bytes of one simulated host in one `ArrayBuffer`: guest-physical memory from address 0, and
 * behind it host memory (device FIFOs, frames on the wire), so that any copy is one `copyWithin`.
 * Little-endian throughout.
 */
export class GuestMemory {
  /** Size of guest-physical memory in bytes. */
  readonly guestBytes: number;
  /**
   * All bytes, guest first. Payload access only: loads and stores that mean something are traced.
   * Written by methods and `putByte`, never by assignment: a journal would not see it.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly #watcher: MemoryWatcher | undefined;
  readonly #hostAreas: HostArea[] = [];
  readonly #lastAreas: HostArea[] = [];
  #guestNext: number;
  #hostNext: number;
  #hostEnd: number;
  readonly #freed = new Map<number, number[]>();

  /** @param watcher Hears of each write, when there is one. */
  constructor(guestBytes: number, hostBytes: number, watcher?: MemoryWatcher) {
    this.guestBytes = guestBytes;
    this.#watcher = watcher;
    const buffer = new ArrayBuffer(guestBytes + hostBytes);
    this.bytes = watcher ? new WatchedBytes(watcher, buffer) : new Uint8Array(buffer);
    this.view = this.window(0, buffer.byteLength);
    // Page 0 stays unused, so that address 0 is never a buffer.
    this.#guestNext = FIRST_BYTE;
    this.#hostNext = guestBytes;
    this.#hostEnd = this.bytes.length;
  }

  /** A view of a stretch of this memory; its byte offset is the address. */
  window(address: number, byteCount: number): DataView<ArrayBuffer> {
    const { buffer } = this.bytes;
    return this.#watcher === undefined
      ? new DataView(buffer, address, byteCount)
      : new WatchedView(this.#watcher, buffer, address, byteCount);
  }

  /** Whether `byteCount` bytes at `address` all lie in guest-physical memory. */
  contains(address: number, byteCount: number): boolean {
    return address >= 0 && byteCount >= 0 && address + byteCount <= this.guestBytes;
  }

  /**
   * Takes zeroed guest memory, as the guest kernel's allocator would.
   * @param alignment Power of two in bytes, below 64 MiB.
   */
  allocate(byteCount: number, alignment = 64): number {
    const reuse = this.#freed.get(freedKey(byteCount, alignment))?.pop();
    if (reuse !== undefined) {
      this.bytes.fill(0, reuse, reuse + byteCount);
      return reuse;
    }
    const at = Math.ceil(this.#guestNext / alignment) * alignment;
    this.#guestNext = at + byteCount;
    assert(this.#guestNext <= this.guestBytes, `guest memory is full: ${byteCount} bytes wanted`);
    return at;
  }

  /** Gives memory back that `allocate` returned for the same size and alignment. */
  free(address: number, byteCount: number, alignment = 64): void {
    const key = freedKey(byteCount, alignment);
    const list = this.#freed.get(key);
    if (list === undefined) this.#freed.set(key, [address]);
    else list.push(address);
  }

  /** Guest memory that was handed out, from its first byte to behind its last. */
  get guestTaken(): { readonly from: number; readonly to: number } {
    return { from: FIRST_BYTE, to: this.#guestNext };
  }

  /** Host memory that was handed out, in order. */
  get hostAreas(): readonly HostArea[] {
    return [...this.#hostAreas, ...this.#lastAreas];
  }

  /**
   * Takes host memory (behind the guest's): a device's FIFO, a frame on the wire.
   * @param what What it is for, in a few words.
   * @param isTable Whether hardware walks it.
   */
  allocateHost(byteCount: number, what = "device or host", isTable = false): number {
    const at = this.#hostNext;
    this.#hostNext = at + Math.ceil(byteCount / 64) * 64;
    const last = this.#hostAreas.at(-1);
    if (last?.what === what) last.byteCount = this.#hostNext - last.address;
    else this.#hostAreas.push({ address: at, byteCount: this.#hostNext - at, what, isTable });
    assert(this.#hostNext <= this.#hostEnd, `host memory is full: ${byteCount} bytes wanted`);
    return at;
  }

  /**
   * Takes a page of 4 KiB from the end of host memory: the hypervisor's own, apart from devices'.
   * @param what What it is for, in a few words.
   * @param isTable Whether hardware walks it.
   */
  takeLastPage(what: string, isTable = false): number {
    const address = (Math.ceil(this.#hostEnd / 4096) - 1) * 4096;
    this.#hostEnd = address;
    this.#lastAreas.unshift({ address, byteCount: 4096, what, isTable });
    assert(this.#hostNext <= address, "host memory has room for another page");
    return address;
  }

  /** Moves bytes within the machine: guest or host addresses alike. */
  move(from: number, to: number, byteCount: number): void {
    this.bytes.copyWithin(to, from, from + byteCount);
  }
}

function freedKey(byteCount: number, alignment: number): number {
  return byteCount * 0x400_0000 + alignment;
}
