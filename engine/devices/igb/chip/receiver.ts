import { type Received, RECEIVED } from "../../../host/wire.ts";
import type { Machine } from "../../../machine.ts";
import type { DmaPort } from "../../../memory/dma-port.ts";
import { KIND } from "../../../trace/schema.ts";
import { FrameHeaders, PROTOCOL, word } from "../frame.ts";
import type { Interrupts } from "./interrupts.ts";
import { ReceiveFilter } from "./receive-filter.ts";
import { ReceiveStatus, STATUS } from "./receive-status.ts";
import { ReceiveScaling } from "./rss.ts";
import { CAST, type Statistics } from "./statistics.ts";
import { POOL_COUNT, QUEUE_COUNT, QUEUE_WORDS, WORD } from "./word.ts";

const DESCRIPTOR_BYTES = 16;
const QUEUE_ENABLE = 1 << 25;
const RECEIVE_ENABLE = 2;
const STRIP_CRC = 1 << 26;
const STRIP_VLAN = 1 << 30;
const LINK_UP = 2;
const RSS_PER_POOL = 1 << 17;
const SPLIT = 2;
const SPLIT_ALWAYS = 5;
const SPLIT_HEADER_BIT = 0x8000;
const CAUSE = { descriptorsLow: 1 << 4, overrun: 1 << 6, written: 1 << 7 } as const;
const FRAME_BYTES_MIN = 60;

/** Dictionary numbers of what the receiver's rows say. */
interface Names {
  readonly descriptor: number;
  readonly frame: number;
  readonly writeBack: number;
  readonly noMatch: number;
  readonly toSender: number;
  readonly noBuffer: number;
  readonly tooLong: number;
  readonly off: number;
}

/** The receive side: filter, queue, descriptor, buffer, write-back, cause. */
export class Receiver {
  readonly filter: ReceiveFilter;
  readonly #words: Uint32Array;
  readonly #machine: Machine;
  readonly #actor: number;
  readonly #ports: readonly DmaPort[];
  readonly #interrupts: Interrupts;
  readonly #statistics: Statistics;
  readonly #scaling: ReceiveScaling;
  readonly #headers = new FrameHeaders();
  readonly #status: ReceiveStatus;
  readonly #slot: number;
  readonly #frameSlot: number;
  readonly #vlanSlot: number;
  readonly #names: Names;
  /** VLAN tag taken out of the frame, or -1. */
  #vlanTag = -1;

  /** @param ports The way to guest memory of pool 0 to 7's function. */
  constructor(
    words: Uint32Array,
    machine: Machine,
    actor: number,
    ports: readonly DmaPort[],
    interrupts: Interrupts,
    statistics: Statistics,
  ) {
    this.#words = words;
    this.#machine = machine;
    this.#actor = actor;
    this.#ports = ports;
    this.#interrupts = interrupts;
    this.#statistics = statistics;
    this.filter = new ReceiveFilter(words, machine.memory.bytes);
    this.#scaling = new ReceiveScaling(words);
    this.#status = new ReceiveStatus(words, machine.memory, this.#headers, this.#scaling);
    this.#slot = machine.memory.allocateHost(64);
    this.#frameSlot = machine.memory.allocateHost(64);
    this.#vlanSlot = machine.memory.allocateHost(16_384);
    const id = (name: string): number => machine.trace.id(name);
    this.#names = {
      descriptor: id("receive descriptor"),
      frame: id("received frame"),
      writeBack: id("receive write-back"),
      noMatch: id("receive filter"),
      toSender: id("to an address of its sender: the switch gives it to nobody"),
      noBuffer: id("no receive descriptor"),
      tooLong: id("frame too long"),
      off: id("receiver off"),
    };
  }

  /** Whether link, receiver, bus mastering and some ring would take a frame now. */
  ready(master: boolean): boolean {
    const w = this.#words;
    if (!master || !this.#on) return false;
    for (let q = 0; q < QUEUE_COUNT; q++) {
      const at = q * QUEUE_WORDS;
      if (((w[WORD.RXDCTL + at] as number) & QUEUE_ENABLE) === 0) continue;
      if ((w[WORD.RDLEN + at] as number) > 0 && this.#freeCount(at) > 0) return true;
    }
    return false;
  }

  /** A frame from the wire lies at `at`. */
  receive(at: number, byteCount: number): Received {
    if (!this.#on) {
      this.#dropped(this.#names.off, byteCount);
      return RECEIVED.dropped;
    }
    return this.#deliver(at, byteCount, false, 0);
  }

  /**
   * A pool sent the frame at `at`: it is offered to the other pools.
   * @param excluded Bit mask of pools that do not get it.
   * @returns Whether it has to go out on the wire as well.
   */
  loopBack(at: number, byteCount: number, excluded: number): boolean {
    this.filter.external = true;
    if (!this.#on) return true;
    this.#deliver(at, byteCount, true, excluded);
    return this.filter.external;
  }

  get #on(): boolean {
    const w = this.#words;
    return (
      ((w[WORD.STATUS] as number) & LINK_UP) !== 0 &&
      ((w[WORD.RCTL] as number) & RECEIVE_ENABLE) !== 0
    );
  }

  #deliver(from: number, fromBytes: number, looped: boolean, excluded: number): Received {
    let at = from;
    let byteCount = fromBytes;
    const { bytes } = this.#machine.memory;
    if (byteCount < FRAME_BYTES_MIN) {
      bytes.copyWithin(this.#frameSlot, at, at + byteCount);
      bytes.fill(0, this.#frameSlot + byteCount, this.#frameSlot + FRAME_BYTES_MIN);
      at = this.#frameSlot;
      byteCount = FRAME_BYTES_MIN;
      this.#statistics.count(WORD.RUC);
    }
    let queues = this.filter.assign(at, byteCount, looped) & ~excluded;
    if (this.filter.oversized) {
      this.#statistics.count(WORD.ROC);
      this.#dropped(this.#names.tooLong, byteCount);
    }
    if (queues === 0) {
      const cause = looped ? this.#names.toSender : this.#names.noMatch;
      const lost = !looped || !this.filter.external;
      if (lost && !this.filter.oversized) this.#dropped(cause, byteCount);
      return RECEIVED.dropped;
    }
    this.#headers.parse(bytes, at, byteCount);
    this.#scaling.assign(bytes, at, this.#headers, looped);
    queues = this.#spread(queues);
    return this.#store(queues, at, byteCount);
  }

  /** Pools to queues: PQn = VFn + VQn * 8, chosen by RSS where the pool allows it. */
  #spread(pools: number): number {
    if (!this.filter.virtualized) return 1 << this.#scaling.queue;
    if ((this.#scaling.queue & 1) === 0) return pools;
    let queues = pools;
    for (let left = pools; left !== 0; left &= left - 1) {
      const pool = 31 - Math.clz32(left & -left);
      if (((this.#words[WORD.VMOLR + pool] as number) & RSS_PER_POOL) === 0) continue;
      queues = (queues & ~(1 << pool)) | (1 << (pool + POOL_COUNT));
    }
    return queues;
  }

  #store(queues: number, from: number, fromBytes: number): Received {
    const w = this.#words;
    let causes = 0;
    let vectors = 0;
    for (let left = queues; left !== 0; left &= left - 1) {
      const q = 31 - Math.clz32(left & -left);
      const at = q * QUEUE_WORDS;
      if (((w[WORD.RXDCTL + at] as number) & QUEUE_ENABLE) === 0) continue;
      const stripped = this.#strip(q, from, fromBytes);
      const start = stripped ? this.#vlanSlot : from;
      const byteCount = stripped ? fromBytes - 4 : fromBytes;
      const total = byteCount + this.#crcBytes;
      if (total > this.#freeCount(at) * this.#bufferBytes(at)) {
        causes |= CAUSE.overrun;
        this.#dropped(this.#names.noBuffer, byteCount);
        continue;
      }
      causes |= CAUSE.written;
      this.#fill(q, start, byteCount);
      const low = (((w[WORD.SRRCTL + at] as number) >>> 20) & 31) * 16;
      if (this.#freeCount(at) === low) causes |= CAUSE.descriptorsLow;
      vectors |= this.#vectorOf(q);
    }
    this.#interrupts.raise(WORD.EICR, vectors);
    this.#interrupts.raise(WORD.ICR, causes);
    return (causes & CAUSE.written) !== 0 ? RECEIVED.accepted : RECEIVED.dropped;
  }

  /** Writes one frame into a queue's buffers, descriptor after descriptor. */
  #fill(q: number, from: number, byteCount: number): void {
    const w = this.#words;
    const at = q * QUEUE_WORDS;
    const port = this.#ports[q & 7] as DmaPort;
    const { bytes, view } = this.#machine.memory;
    const total = byteCount + this.#crcBytes;
    const bufferBytes = this.#bufferBytes(at);
    const splits = this.#splits(at);
    let offset = 0;
    while (offset < total) {
      if (this.#empty(at)) return;
      const address =
        (w[WORD.RDBAH + at] as number) * 4294967296 +
        (w[WORD.RDBAL + at] as number) +
        DESCRIPTOR_BYTES * (w[WORD.RDH + at] as number);
      port.fetch(address, this.#slot, DESCRIPTOR_BYTES, this.#names.descriptor);
      const buffer = quad(view, this.#slot);
      const header = splits ? quad(view, this.#slot + 8) : 0;
      let written = 0;
      let headerBytes = 0;
      if (buffer !== 0 && !(splits && header === 0)) {
        if (splits && offset === 0) headerBytes = this.#headerBytes(at, byteCount);
        if (headerBytes > 0) port.write(from, header, headerBytes, this.#names.frame);
        const data = Math.min(byteCount - offset - headerBytes, bufferBytes);
        if (data > 0) {
          if (offset === 0) this.#machine.packets.set(buffer, this.#machine.trace.packet);
          port.write(from + offset + headerBytes, buffer, data, this.#names.frame);
        }
        written = Math.min(total - offset - headerBytes, bufferBytes);
        if (written > data) {
          bytes.fill(0, this.#frameSlot, this.#frameSlot + 4);
          const pad = written - Math.max(data, 0);
          port.write(this.#frameSlot, buffer + Math.max(data, 0), pad, this.#names.frame);
        }
        offset += written + headerBytes;
      }
      this.#writeBack(port, address, written, headerBytes, offset >= total, from, byteCount);
      this.#advance(at);
    }
    const pool = this.filter.virtualized ? q & 7 : -1;
    this.#statistics.received(byteCount, total, this.filter.cast, pool);
  }

  #writeBack(
    port: DmaPort,
    address: number,
    length: number,
    headerBytes: number,
    last: boolean,
    from: number,
    byteCount: number,
  ): void {
    const { view } = this.#machine.memory;
    const slot = this.#slot;
    for (let i = 0; i < 16; i += 4) view.setUint32(slot + i, 0, true);
    view.setUint16(slot + 12, length, true);
    let status: number = STATUS.done;
    if (headerBytes > 0) {
      const info = ((headerBytes << 5) & 0x7fe0) | SPLIT_HEADER_BIT;
      view.setUint16(slot + 2, info, true);
    }
    if (last) {
      const { bytes } = this.#machine.memory;
      if (this.#vlanTag >= 0) this.#headers.parse(bytes, from, byteCount);
      status |= STATUS.endOfPacket | this.#status.describe(from, byteCount, slot, this.#vlanTag);
    }
    view.setUint32(slot + 8, status & ~STATUS.done, true);
    // The done bit goes last, so that the driver never sees it before the rest.
    port.put(slot, address, DESCRIPTOR_BYTES, this.#names.writeBack);
    port.store32(address + 8, status >>> 0, this.#names.writeBack);
  }

  /** Takes the outer VLAN tag out if the queue's pool (or CTRL.VME) says so. */
  #strip(q: number, from: number, byteCount: number): boolean {
    const w = this.#words;
    this.#vlanTag = -1;
    if (this.filter.vlanTags === 0) return false;
    let control = w[WORD.CTRL] as number;
    if (this.filter.virtualized) {
      const source = this.filter.cast === CAST.multicast ? WORD.RPLOLR : WORD.VMOLR + (q & 7);
      control = w[source] as number;
    }
    if ((control & STRIP_VLAN) === 0) return false;
    const { bytes } = this.#machine.memory;
    this.#vlanTag = word(bytes, from + 14);
    bytes.copyWithin(this.#vlanSlot, from, from + 12);
    bytes.copyWithin(this.#vlanSlot + 12, from + 16, from + byteCount);
    return true;
  }

  #vectorOf(q: number): number {
    const n = q < 8 ? q * 4 : (q - 8) * 4 + 2;
    const entry = ((this.#words[WORD.IVAR + (n >> 2)] as number) >>> (8 * (n & 3))) & 0xff;
    return (entry & 0x80) !== 0 ? 1 << (entry & 0x1f) : 0;
  }

  #splits(at: number): boolean {
    const type = ((this.#words[WORD.SRRCTL + at] as number) >>> 25) & 7;
    return type === SPLIT || type === SPLIT_ALWAYS;
  }

  /** Bytes that go into the header buffer of a split descriptor. */
  #headerBytes(at: number, byteCount: number): number {
    const control = this.#words[WORD.SRRCTL + at] as number;
    const room = (control & 0xf00) >> 2;
    const always = ((control >>> 25) & 7) === SPLIT_ALWAYS;
    if (always && byteCount <= room) return byteCount;
    const { ipVersion, protocol, transportOffset, fragment } = this.#headers;
    let bytes = transportOffset;
    if (ipVersion !== 0 && !fragment && protocol === PROTOCOL.udp) bytes += 8;
    if (ipVersion !== 0 && !fragment && protocol === PROTOCOL.tcp) bytes += 20;
    if (ipVersion !== 0 && bytes <= room) return bytes;
    return always ? room : 0;
  }

  get #crcBytes(): number {
    return ((this.#words[WORD.RCTL] as number) & STRIP_CRC) !== 0 ? 0 : 4;
  }

  #bufferBytes(at: number): number {
    const kibibytes = (this.#words[WORD.SRRCTL + at] as number) & 0x7f;
    if (kibibytes !== 0) return kibibytes * 1024;
    const rctl = this.#words[WORD.RCTL] as number;
    const size = 2048 >> ((rctl >> 16) & 3);
    return (rctl & (1 << 25)) !== 0 && size < 2048 ? size * 16 : size;
  }

  #empty(at: number): boolean {
    const w = this.#words;
    const tail = w[WORD.RDT + at] as number;
    return w[WORD.RDH + at] === tail || tail >= (w[WORD.RDLEN + at] as number) >>> 4;
  }

  #freeCount(at: number): number {
    const w = this.#words;
    const head = w[WORD.RDH + at] as number;
    const tail = w[WORD.RDT + at] as number;
    return head <= tail ? tail - head : ((w[WORD.RDLEN + at] as number) >>> 4) + tail - head;
  }

  #advance(at: number): void {
    const w = this.#words;
    const next = (w[WORD.RDH + at] as number) + 1;
    w[WORD.RDH + at] = next * DESCRIPTOR_BYTES >= (w[WORD.RDLEN + at] as number) ? 0 : next;
  }

  #dropped(cause: number, byteCount: number): void {
    this.#machine.note(KIND.frameDropped, this.#actor, cause, byteCount, 0);
  }
}

/** The 64-bit little-endian number at `at`; exact below 2^53. */
export function quad(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
}
