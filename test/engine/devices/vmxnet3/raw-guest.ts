import { BAR0, BAR1 } from "../../../../engine/devices/vmxnet3/registers.ts";
import { COMMANDS } from "../../../../engine/devices/vmxnet3/commands.ts";
import {
  MAGIC,
  QUEUE_DESC_BYTES,
  RX_MODE,
  RX_QUEUE,
  SHARED,
  TX_QUEUE,
} from "../../../../engine/devices/vmxnet3/shared-area.ts";
import { Vmxnet3 } from "../../../../engine/devices/vmxnet3/device.ts";
import { Wire } from "../../../../engine/host/wire.ts";
import { Machine } from "../../../../engine/machine.ts";
import { KIND } from "../../../../engine/trace/schema.ts";

/** Ring sizes of a raw guest. */
export const SIZES = { tx: 8, rx0: 8, rx1: 8 };

const GUEST_BYTES = 4 << 20;
const PAGE = 4096;

/**
 * A guest without a driver: it writes shared memory byte by byte and knocks on registers, so that a
 * test can be as wrong as it likes.
 */
export class RawGuest {
  readonly machine = new Machine({ guestBytes: GUEST_BYTES });
  readonly wire = new Wire(this.machine);
  readonly device = new Vmxnet3(this.machine, this.wire, {
    macAddress: this.machine.identity.mac,
    pin: this.machine.pin(10),
  });
  readonly view = this.machine.memory.view;
  readonly bytes = this.machine.memory.bytes;
  /** Frames that left. */
  readonly sent: Uint8Array[] = [];
  readonly shared = this.#page();
  readonly queues = this.#page();
  readonly txRing = this.#page();
  readonly txCompletions = this.#page();
  readonly rxRing0 = this.#page();
  readonly rxRing1 = this.#page();
  readonly rxCompletions = this.#page();

  constructor() {
    this.wire.onTransmit = (at, byteCount) => this.sent.push(this.bytes.slice(at, at + byteCount));
    const { shared, queues, view } = this;
    view.setUint32(shared + SHARED.magic, MAGIC, true);
    view.setUint32(shared + SHARED.guestOs, 6, true);
    view.setUint32(shared + SHARED.mtu, 1500, true);
    view.setUint16(shared + SHARED.maxNumRxSG, 4, true);
    view.setUint32(shared + SHARED.queueDescAddress, queues, true);
    view.setUint8(shared + SHARED.numTxQueues, 1);
    view.setUint8(shared + SHARED.numRxQueues, 1);
    view.setUint8(shared + SHARED.autoMask, 1);
    view.setUint32(shared + SHARED.rxMode, RX_MODE.PROMISC, true);
    view.setUint32(queues + TX_QUEUE.txRingAddress, this.txRing, true);
    view.setUint32(queues + TX_QUEUE.txRingSize, SIZES.tx, true);
    view.setUint32(queues + TX_QUEUE.compRingAddress, this.txCompletions, true);
    view.setUint32(queues + TX_QUEUE.compRingSize, SIZES.tx, true);
    const rx = queues + QUEUE_DESC_BYTES;
    view.setUint32(rx + RX_QUEUE.rxRing0Address, this.rxRing0, true);
    view.setUint32(rx + RX_QUEUE.rxRing1Address, this.rxRing1, true);
    view.setUint32(rx + RX_QUEUE.rxRing0Size, SIZES.rx0, true);
    view.setUint32(rx + RX_QUEUE.rxRing1Size, SIZES.rx1, true);
    view.setUint32(rx + RX_QUEUE.compRingAddress, this.rxCompletions, true);
    view.setUint32(rx + RX_QUEUE.compRingSize, SIZES.rx0 + SIZES.rx1, true);
  }

  /** Hands the shared area over and activates; returns the command's result, 0 for success. */
  activate(sharedAddress = this.shared): number {
    this.device.bar1.write(BAR1.DSAL.offset, 4, sharedAddress % 4294967296);
    this.device.bar1.write(BAR1.DSAH.offset, 4, Math.floor(sharedAddress / 4294967296));
    return this.command(COMMANDS.ACTIVATE_DEV);
  }

  /** Executes a command and reads its result. */
  command(code: number): number {
    this.device.bar1.write(BAR1.CMD.offset, 4, code);
    return this.device.bar1.read(BAR1.CMD.offset, 4);
  }

  /** Writes a transmit descriptor. */
  txDescriptor(index: number, address: number, byteCount: number, flags: TxFlags = {}): void {
    const at = this.txRing + 16 * index;
    this.view.setUint32(at, address % 4294967296, true);
    this.view.setUint32(at + 4, Math.floor(address / 4294967296), true);
    this.view.setUint32(at + 8, byteCount | ((flags.gen ?? 1) << 14), true);
    const offload = (flags.offload ?? 0) << 10;
    const eop = (flags.eop ?? true) ? 0x1000 : 0;
    const tag = flags.tag === undefined ? 0 : 0x8000 | (flags.tag << 16);
    this.view.setUint32(at + 12, offload | eop | tag, true);
  }

  /** Writes a receive descriptor into a ring. */
  rxDescriptor(
    ring: number,
    index: number,
    address: number,
    byteCount: number,
    body: boolean,
  ): void {
    const at = ring + 16 * index;
    this.view.setUint32(at, address % 4294967296, true);
    this.view.setUint32(at + 4, Math.floor(address / 4294967296), true);
    this.view.setUint32(at + 8, byteCount | (body ? 1 << 14 : 0) | (1 << 31), true);
  }

  /** Rings the transmit doorbell. */
  doorbell(queue = 0, value = 0): void {
    this.device.bar0.write(BAR0.TXPROD.offset + 8 * queue, 4, value);
  }

  /** Four words of a completion. */
  completion(ring: number, index: number): number[] {
    return [0, 4, 8, 12].map((offset) => this.view.getUint32(ring + 16 * index + offset, true));
  }

  /** What guestError rows said, in order. */
  errors(): string[] {
    const trace = this.machine.trace.finish();
    const said: string[] = [];
    for (let row = 0; row < trace.length; row++) {
      if (trace.kind[row] !== KIND.guestError) continue;
      said.push(trace.names[trace.where[row] as number] as string);
    }
    return said;
  }

  /** A frame of this size in guest memory, its bytes counting up behind the header. */
  putFrame(address: number, byteCount: number): Uint8Array {
    const frame = aFrame(byteCount);
    this.bytes.set(frame, address);
    return frame;
  }

  #page(): number {
    return this.machine.memory.allocate(PAGE, PAGE);
  }
}

/** Fields of a transmit descriptor besides address and length. */
export interface TxFlags {
  readonly gen?: number;
  readonly eop?: boolean;
  readonly offload?: number;
  readonly tag?: number;
}

/** A frame of no known network layer, 14 bytes or more, its payload counting up. */
export function aFrame(byteCount: number): Uint8Array {
  const frame = Uint8Array.from({ length: byteCount }, (_, i) => i);
  frame.set(
    [0x52, 0x54, 0, 0x12, 0x34, 0x56, 0x52, 0x54, 0, 0, 0, 1, 0x88, 0xb5].slice(0, byteCount),
  );
  return frame;
}
