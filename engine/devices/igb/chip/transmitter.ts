import { HAND_OVER, Task } from "../../../core/task.ts";
import type { Wire } from "../../../host/wire.ts";
import type { Machine } from "../../../machine.ts";
import type { DmaPort } from "../../../memory/dma-port.ts";
import { KIND } from "../../../trace/schema.ts";
import type { IgbBehaviours } from "../behaviour.ts";
import { insertNetworkChecksum, insertTransportChecksum } from "./checksum.ts";
import { FrameHeaders, putWord, word } from "../frame.ts";
import type { Interrupts } from "./interrupts.ts";
import { quad, type Receiver } from "./receiver.ts";
import { Segmenter } from "./segmentation.ts";
import { castOf, type Statistics } from "./statistics.ts";
import { TransmitFifo } from "./transmit-fifo.ts";
import { POOL_WORDS, QUEUE_COUNT, QUEUE_WORDS, WORD } from "./word.ts";

const DESCRIPTOR_BYTES = 16;
const QUEUE_ENABLE = 1 << 25;
const TRANSMIT_ENABLE = 2;
const LOOPBACK_MAC = 1 << 6;
const VMDQ = 1;
const VMDQ_LOOPBACK = 0x8000_0000;
const TXDW = 1;
const DOUTSYNC = 1 << 28;
const VMVIR = { always: 1 << 30, never: 0x8000_0000 } as const;
/** Bits of a descriptor's command (Intel 82576EB datasheet 2.63, 7.2.2.2 to 7.2.2.3). */
const COMMAND = {
  endOfPacket: 1 << 24,
  reportStatus: 1 << 27,
  extended: 1 << 29,
  insertVlan: 1 << 30,
  segment: 0x8000_0000,
  data: 3 << 20,
  context: 2 << 20,
} as const;
const OPTION = { networkChecksum: 1 << 8, transportChecksum: 1 << 9 } as const;
const L4T_SCTP = 1 << 12;
/** Room for one frame before segmentation: 64 KiB of IP and its headers. */
const FIFO_BYTES = 66_048;

/** What one queue remembers between descriptors. */
class QueueState {
  /** The frame's next data descriptor is its first. */
  first = true;
  /** The frame could not be fetched and is thrown away at its end. */
  skip = false;
  command = 0;
  options = 0;
  /** Bytes of the frame fetched so far. */
  byteCount = 0;
  /** Two contexts of four words each: VLAN and lengths, seed, type, MSS. */
  readonly contexts = new Uint32Array(8);
}

/** A queue is fetched from again when there is room for its frames. */
class GoOn extends Task {
  readonly #transmitter: Transmitter;
  readonly #q: number;

  constructor(transmitter: Transmitter, q: number) {
    super(HAND_OVER.deviceTimer, q);
    this.#transmitter = transmitter;
    this.#q = q;
  }

  override run(): void {
    this.#transmitter.start(this.#q);
  }
}

/** The transmit side: everything between a tail register's write and its end. */
export class Transmitter {
  readonly #words: Uint32Array;
  readonly #machine: Machine;
  readonly #actor: number;
  readonly #ports: readonly DmaPort[];
  readonly #interrupts: Interrupts;
  readonly #statistics: Statistics;
  readonly #receiver: Receiver;
  readonly #wire: Wire;
  readonly #behaviours: IgbBehaviours;
  readonly #phyLoopback: () => boolean;
  readonly #queues: readonly QueueState[];
  readonly #headers = new FrameHeaders();
  readonly #segmenter: Segmenter;
  readonly #held: TransmitFifo;
  readonly #goOn: readonly GoOn[];
  readonly #slot: number;
  readonly #fifo: number;
  readonly #descriptorName: number;
  readonly #frameName: number;
  readonly #writeBackName: number;
  readonly #spoofName: number;
  readonly #badName: number;
  #pool = 0;

  /** @param ports The way to guest memory of pool 0 to 7's function. */
  constructor(
    words: Uint32Array,
    machine: Machine,
    actor: number,
    ports: readonly DmaPort[],
    interrupts: Interrupts,
    statistics: Statistics,
    receiver: Receiver,
    wire: Wire,
    behaviours: IgbBehaviours,
    phyLoopback: () => boolean,
  ) {
    this.#words = words;
    this.#machine = machine;
    this.#actor = actor;
    this.#ports = ports;
    this.#interrupts = interrupts;
    this.#statistics = statistics;
    this.#receiver = receiver;
    this.#wire = wire;
    this.#behaviours = behaviours;
    this.#phyLoopback = phyLoopback;
    this.#queues = Array.from({ length: QUEUE_COUNT }, () => new QueueState());
    this.#held = new TransmitFifo(machine.clock);
    this.#goOn = this.#queues.map((_, q) => new GoOn(this, q));
    this.#slot = machine.memory.allocateHost(64);
    this.#fifo = machine.memory.allocateHost(FIFO_BYTES, "chip's transmit memory");
    this.#segmenter = new Segmenter(machine.memory.bytes, machine.memory.allocateHost(16_384));
    this.#descriptorName = machine.trace.id("transmit descriptor");
    this.#frameName = machine.trace.id("frame to send");
    this.#writeBackName = machine.trace.id("transmit write-back");
    this.#spoofName = machine.trace.id("spoofed sender");
    this.#badName = machine.trace.id("frame the chip cannot send");
  }

  /** Forgets half-fetched frames and contexts (device reset). */
  reset(): void {
    for (const queue of this.#queues) {
      queue.first = true;
      queue.skip = false;
      queue.byteCount = 0;
      queue.contexts.fill(0);
    }
  }

  /** The tail of queue `q` was written: sends what lies between head and tail. */
  start(q: number): void {
    const w = this.#words;
    const at = q * QUEUE_WORDS;
    if (!this.#enabled(q)) return;
    const port = this.#ports[q & 7] as DmaPort;
    const queue = this.#queues[q] as QueueState;
    const { view } = this.#machine.memory;
    const count = (w[WORD.TDLEN + at] as number) >>> 4;
    const tail = w[WORD.TDT + at] as number;
    if (tail >= count && w[WORD.TDH + at] !== tail) {
      this.#machine.guestError(this.#actor, "transmit tail beyond the ring", tail, count);
      return;
    }
    const base = (w[WORD.TDBAH + at] as number) * 4294967296 + (w[WORD.TDBAL + at] as number);
    let vectors = 0;
    let head = w[WORD.TDH + at] as number;
    while (head !== tail) {
      if (queue.byteCount === 0 && this.#mustWait(q)) break;
      const address = base + DESCRIPTOR_BYTES * head;
      port.fetch(address, this.#slot, DESCRIPTOR_BYTES, this.#descriptorName);
      const command = view.getUint32(this.#slot + 8, true);
      this.#process(q, queue, port, command, view.getUint32(this.#slot + 12, true));
      head++;
      if (head >= count) head = 0;
      w[WORD.TDH + at] = head;
      if ((command & COMMAND.reportStatus) !== 0) vectors |= this.#report(q, port, address, head);
    }
    if (vectors !== 0) {
      this.#interrupts.raise(WORD.EICR, vectors);
      this.#interrupts.raise(WORD.ICR, TXDW);
    }
    queue.byteCount = 0;
  }

  /** Whether the packet buffer is full, where time is counted; fetching goes on when it has room. */
  #mustWait(q: number): boolean {
    const { clock } = this.#machine;
    if (!clock.timed) return false;
    const delay = this.#held.roomAtCycles - clock.nowCycles;
    const task = this.#goOn[q] as GoOn;
    if (delay > 0 && !task.queued) this.#machine.post(task, delay);
    return delay > 0;
  }

  #enabled(q: number): boolean {
    const w = this.#words;
    const virtualized = ((w[WORD.MRQC] as number) & VMDQ) !== 0;
    return (
      ((w[WORD.TCTL] as number) & TRANSMIT_ENABLE) !== 0 &&
      (!virtualized || ((w[WORD.VFTE] as number) & (1 << (q & 7))) !== 0) &&
      ((w[WORD.TXDCTL + q * QUEUE_WORDS] as number) & QUEUE_ENABLE) !== 0
    );
  }

  #process(q: number, queue: QueueState, port: DmaPort, command: number, options: number): void {
    if ((command & COMMAND.extended) !== 0) {
      if ((command & COMMAND.data) !== COMMAND.data) {
        if ((command & COMMAND.data) === COMMAND.context) this.#context(queue);
        else this.#machine.guestError(this.#actor, "unknown descriptor type", command, q);
        return;
      }
      if (queue.first) {
        queue.command = command;
        queue.options = options;
        queue.first = false;
      }
    }
    const length = command & 0xffff;
    if (!queue.skip && length > 0) this.#fetch(queue, port, length);
    if ((command & COMMAND.endOfPacket) === 0) return;
    const headers = this.#headers;
    const { bytes } = this.#machine.memory;
    if (!queue.skip && headers.parse(bytes, this.#fifo, queue.byteCount)) this.#finish(q, queue);
    else if (!queue.skip) {
      this.#machine.guestError(this.#actor, "frame too short for its headers", queue.byteCount, q);
    }
    queue.first = true;
    queue.skip = false;
    queue.byteCount = 0;
  }

  #context(queue: QueueState): void {
    const { view } = this.#machine.memory;
    const index = ((view.getUint32(this.#slot + 12, true) >>> 4) & 1) * 4;
    for (let i = 0; i < 4; i++) {
      queue.contexts[index + i] = view.getUint32(this.#slot + 4 * i, true);
    }
  }

  #fetch(queue: QueueState, port: DmaPort, length: number): void {
    const machine = this.#machine;
    const address = quad(machine.memory.view, this.#slot);
    if (queue.byteCount === 0) {
      const packet = machine.packets.get(address);
      if (packet >= 0) machine.trace.packet = packet;
    }
    if (queue.byteCount + length > FIFO_BYTES) {
      machine.guestError(this.#actor, "frame larger than the chip's memory", length, 0);
      queue.skip = true;
    } else if (!port.read(address, this.#fifo + queue.byteCount, length, this.#frameName)) {
      queue.skip = true;
    } else queue.byteCount += length;
  }

  /** The frame is complete: VLAN tag, checksums or segmentation, then the switch. */
  #finish(q: number, queue: QueueState): void {
    const w = this.#words;
    const { bytes } = this.#machine.memory;
    const index = ((queue.options >>> 4) & 1) * 4;
    this.#pool = ((w[WORD.MRQC] as number) & VMDQ) !== 0 ? q & 7 : -1;
    if (this.#spoofed(q)) return;
    this.#insertVlan(queue, (queue.contexts[index] as number) >>> 16);
    const cast = castOf(bytes, this.#fifo);
    const headers = this.#headers;
    if ((queue.command & COMMAND.segment) !== 0) {
      const segmentBytes = (queue.contexts[index + 3] as number) >>> 16;
      const cut = this.#segmenter.cut(this.#fifo, queue.byteCount, segmentBytes, headers, this);
      if (!cut) {
        this.#machine.note(KIND.frameDropped, this.#actor, this.#badName, queue.byteCount, q);
        return;
      }
      this.#statistics.count(WORD.TSCTC);
    } else {
      const sctp = ((queue.contexts[index + 2] as number) & L4T_SCTP) !== 0;
      if ((queue.options & OPTION.transportChecksum) !== 0 && !sctp) {
        if (!insertTransportChecksum(bytes, this.#fifo, queue.byteCount, headers)) {
          this.#machine.note(KIND.frameDropped, this.#actor, this.#badName, queue.byteCount, q);
          return;
        }
      }
      if ((queue.options & OPTION.networkChecksum) !== 0) {
        insertNetworkChecksum(bytes, this.#fifo, headers);
      }
      this.segment(this.#fifo, queue.byteCount);
    }
    this.#statistics.sent(queue.byteCount, cast, this.#pool);
  }

  /** A finished frame leaves: to other pools, the wire, or both. */
  segment(at: number, byteCount: number): void {
    const w = this.#words;
    const mac = ((w[WORD.RCTL] as number) & LOOPBACK_MAC) !== 0;
    if (mac || this.#phyLoopback()) {
      this.#receiver.loopBack(at, byteCount, 0);
      return;
    }
    const control = w[WORD.DTXSWC] as number;
    if (this.#pool >= 0 && control >= VMDQ_LOOPBACK) {
      const bit = 1 << this.#pool;
      const heardBySender = this.#behaviours.echoToSender || ((control >>> 16) & bit) !== 0;
      if (!this.#receiver.loopBack(at, byteCount, heardBySender ? 0 : bit)) {
        this.#countLoopback(byteCount);
        return;
      }
    }
    this.#wire.transmit(at, byteCount);
    this.#held.sent(byteCount);
  }

  #countLoopback(byteCount: number): void {
    if (this.#behaviours.spoofUnchecked) return;
    const w = this.#words;
    const at = this.#pool * POOL_WORDS;
    w[WORD.PVFGPTLBC + at] = (w[WORD.PVFGPTLBC + at] as number) + 1;
    w[WORD.PVFGOTLBC + at] = (w[WORD.PVFGOTLBC + at] as number) + byteCount + 4;
  }

  /** Anti-spoofing (7.10.3.9.2): sender's address and VLAN must belong to the pool. */
  #spoofed(q: number): boolean {
    if (this.#pool < 0 || this.#behaviours.spoofUnchecked) return false;
    const w = this.#words;
    const control = w[WORD.DTXSWC] as number;
    const bit = 1 << this.#pool;
    const { filter } = this.#receiver;
    const address = (control & bit) !== 0 && !filter.ownsAddress(this.#fifo + 6, this.#pool);
    let vlan = false;
    if ((control & (bit << 8)) !== 0) {
      const { bytes } = this.#machine.memory;
      if (word(bytes, this.#fifo + 12) === ((w[WORD.VET] as number) & 0xffff)) {
        vlan = !filter.ownsVlan(word(bytes, this.#fifo + 14) & 0xfff, this.#pool);
      }
    }
    if (!address && !vlan) return false;
    w[WORD.WVBR] = (w[WORD.WVBR] as number) | (1 << q);
    this.#machine.note(KIND.frameDropped, this.#actor, this.#spoofName, 0, q);
    this.#interrupts.raise(WORD.ICR, DOUTSYNC);
    return true;
  }

  #insertVlan(queue: QueueState, contextTag: number): void {
    const w = this.#words;
    let insert = (queue.command & COMMAND.insertVlan) !== 0;
    let tag = contextTag;
    if (this.#pool >= 0) {
      const control = w[WORD.VMVIR + this.#pool] as number;
      if ((control & VMVIR.always) !== 0) {
        insert = true;
        tag = control & 0xffff;
      } else if (control >= VMVIR.never) insert = false;
    }
    if (!insert) return;
    const { bytes } = this.#machine.memory;
    const at = this.#fifo;
    bytes.copyWithin(at + 16, at + 12, at + queue.byteCount);
    putWord(bytes, at + 12, (w[WORD.VET] as number) & 0xffff);
    putWord(bytes, at + 14, tag);
    queue.byteCount += 4;
    this.#headers.parse(bytes, at, queue.byteCount);
  }

  /** Reports a descriptor as done; returns the vectors of its queue. */
  #report(q: number, port: DmaPort, address: number, head: number): number {
    const w = this.#words;
    const at = q * QUEUE_WORDS;
    const low = w[WORD.TDWBAL + at] as number;
    if ((low & 1) !== 0) {
      const high = (w[WORD.TDWBAH + at] as number) * 4294967296;
      port.store32(high + ((low & ~3) >>> 0), head, this.#writeBackName);
    } else {
      const { view } = this.#machine.memory;
      view.setUint32(this.#slot + 12, view.getUint32(this.#slot + 12, true) | 1, true);
      port.put(this.#slot, address, DESCRIPTOR_BYTES, this.#writeBackName);
    }
    const n = q < 8 ? q * 4 + 1 : (q - 8) * 4 + 3;
    const entry = ((w[WORD.IVAR + (n >> 2)] as number) >>> (8 * (n & 3))) & 0xff;
    return (entry & 0x80) !== 0 ? 1 << (entry & 0x1f) : 0;
  }
}
