import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { FrameTurn } from "./frame-turn.ts";
import { type Mbuf, MbufPool } from "./mbuf.ts";
import { NetDevice } from "./net-device.ts";
import { PollLoop } from "./poll-loop.ts";

const APPLICATION = ACTORS.guestApplication.code;
const DRIVER = ACTORS.guestDriver.code;
/** Packets that an application asks for, or gives, in one burst (testpmd's default). */
const BURST = 32;
/** Mbufs of the application's pool: rings, and what waits to be sent. */
const POOL_COUNT = 8192;

/** A poll-mode driver as its application calls it; it hands frames to the port's `receiveMbuf`. */
export interface PollModeDriver {
  /** A poll would find a frame: looks without a row. */
  readonly receiveReady: boolean;
  /** A burst could send a frame: looks without a row. */
  readonly transmitReady: boolean;
  /** `rte_eth_rx_burst`: takes up to `count` frames and returns how many there were. */
  receiveBurst(count: number): number;
  /** `rte_eth_tx_burst`: sends the first `count` of `mbufs`, or fewer; returns how many. */
  transmitBurst(mbufs: readonly Mbuf[], count: number): number;
}

/**
 * A port of a DPDK application in the guest, in the place of the kernel's net device: no socket, no
 * copy, no interrupt. The application writes frames into mbufs and reads them there; its loop calls
 * the driver's burst functions on a vCPU that never halts.
 */
export class PollModePort extends NetDevice {
  readonly mbufs: MbufPool;
  readonly #machine: Machine;
  readonly #loop: PollLoop;
  readonly #pending: Mbuf[] = [];
  readonly #fillName: number;
  readonly #bufferName: number;
  readonly #emptyPoolName: number;
  readonly #receiveName: number;
  readonly #transmitName: number;
  readonly #unroutableName: number;
  readonly #fullRingName: number;
  #driver: PollModeDriver | undefined;

  /** @param mbufs The application's pool; default one of ordinary mbufs. */
  constructor(machine: Machine, mbufs = new MbufPool(machine, POOL_COUNT)) {
    super(machine);
    this.#machine = machine;
    this.mbufs = mbufs;
    this.#fillName = machine.trace.id("frame written into an mbuf, bytes:");
    this.#bufferName = machine.trace.id("mbuf");
    this.#emptyPoolName = machine.trace.id("no free mbuf");
    this.#receiveName = machine.trace.id("rte_eth_rx_burst");
    this.#transmitName = machine.trace.id("rte_eth_tx_burst");
    this.#unroutableName = machine.trace.id("forwarding: not to be routed");
    this.#fullRingName = machine.trace.id("transmit ring full");
    this.#loop = new ApplicationLoop(machine, this);
  }

  /** Frames that wait to be sent. */
  override get waitingCount(): number {
    return this.#pending.length;
  }

  /** The driver is started: the application's loop begins. */
  startPolling(driver: PollModeDriver): void {
    this.#driver = driver;
    this.#loop.start();
  }

  /** The application stops polling; what waits is dropped. */
  stopPolling(): void {
    this.#loop.stop();
    for (const mbuf of this.#pending) this.mbufs.give(mbuf);
    this.#pending.length = 0;
  }

  /** The application makes a frame: written in place, sent by the loop's next turn. */
  override send(frame: Uint8Array, packet: number): void {
    const machine = this.#machine;
    const { trace } = machine;
    const before = trace.packet;
    trace.packet = packet;
    this.sentCount++;
    const mbuf = this.mbufs.take();
    if (mbuf === undefined) {
      this.droppedCount++;
      machine.note(KIND.frameDropped, APPLICATION, this.#emptyPoolName, frame.length, 0);
    } else {
      mbuf.byteCount = frame.length;
      mbuf.packet = packet;
      machine.note(KIND.deviceStep, APPLICATION, this.#fillName, frame.length, 0);
      machine.memory.bytes.set(frame, mbuf.dataAddress);
      machine.packets.set(mbuf.dataAddress, packet);
      this.#pending.push(mbuf);
    }
    trace.packet = before;
  }

  /**
   * The driver hands a received frame over; the application reads it in place and frees it.
   * @param vlanTag The 802.1Q tag that the device took out, -1 for none; the application puts it
   * back (`rte_vlan_insert`), the headroom has room.
   */
  receiveMbuf(mbuf: Mbuf, vlanTag = -1): void {
    const machine = this.#machine;
    const { trace, memory, packets } = machine;
    const packet = packets.get(mbuf.dataAddress);
    if (vlanTag >= 0) {
      const start = mbuf.dataAddress;
      memory.move(start, start - 4, 12);
      memory.view.setUint16(start + 8, 0x8100);
      memory.view.setUint16(start + 10, vlanTag);
    }
    const address = vlanTag < 0 ? mbuf.dataAddress : mbuf.dataAddress - 4;
    const byteCount = vlanTag < 0 ? mbuf.byteCount : mbuf.byteCount + 4;
    const before = trace.packet;
    if (packet >= 0) trace.packet = packet;
    this.receivedCount++;
    machine.note(KIND.deliver, APPLICATION, this.#bufferName, byteCount, address);
    if (this.sendsOn !== undefined) this.#sendOn(mbuf, address, byteCount, packet, this.sendsOn);
    else {
      trace.packet = before;
      this.onReceive?.(address, byteCount, packet);
      this.mbufs.give(mbuf);
    }
    trace.packet = before;
  }

  /** The application changes a frame in place; it goes out with the turn's burst. */
  #sendOn(mbuf: Mbuf, address: number, byteCount: number, packet: number, turn: FrameTurn): void {
    const machine = this.#machine;
    if (!turn(machine.memory.bytes, address, byteCount)) {
      machine.note(KIND.frameDropped, APPLICATION, this.#unroutableName, byteCount, 0);
      this.mbufs.give(mbuf);
      return;
    }
    // A tag that was put back stands before the buffer's usual start: the frame is moved behind it.
    if (address !== mbuf.dataAddress) machine.memory.move(address, mbuf.dataAddress, byteCount);
    mbuf.byteCount = byteCount;
    mbuf.packet = packet;
    this.#pending.push(mbuf);
  }

  /** Whether a turn of the loop would find something. */
  get ready(): boolean {
    const driver = this.#driver;
    if (driver === undefined) return false;
    return driver.receiveReady || (this.#pending.length > 0 && driver.transmitReady);
  }

  /** One turn of the loop: a burst in, and bursts out until nothing waits or the ring is full. */
  turn(): void {
    const driver = this.#driver as PollModeDriver;
    const machine = this.#machine;
    if (driver.receiveReady) {
      const span = machine.open(DRIVER, this.#receiveName, BURST);
      driver.receiveBurst(BURST);
      machine.close(span);
    }
    while (this.#pending.length > 0 && driver.transmitReady) {
      const count = Math.min(BURST, this.#pending.length);
      const span = machine.open(DRIVER, this.#transmitName, count);
      const sent = driver.transmitBurst(this.#pending, count);
      machine.close(span);
      this.#pending.splice(0, sent);
      if (sent < count) break;
    }
    if (this.sendsOn !== undefined) this.#dropUnsent();
  }

  /** What a forwarding application cannot send at once it frees, as testpmd does. */
  #dropUnsent(): void {
    const { trace } = this.#machine;
    for (const mbuf of this.#pending) {
      trace.packet = mbuf.packet;
      this.droppedCount++;
      const { byteCount } = mbuf;
      this.#machine.note(KIND.frameDropped, APPLICATION, this.#fullRingName, byteCount, 0);
      this.mbufs.give(mbuf);
    }
    this.#pending.length = 0;
  }
}

class ApplicationLoop extends PollLoop {
  readonly #port: PollModePort;

  constructor(machine: Machine, port: PollModePort) {
    super(machine, { name: "guest's poll loop", actor: DRIVER, guest: true });
    this.#port = port;
  }

  protected ready(): boolean {
    return this.#port.ready;
  }

  protected poll(): void {
    this.#port.turn();
  }
}
