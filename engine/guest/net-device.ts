import type { Machine } from "../machine.ts";
import type { RingIndices } from "../memory/ring-indices.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { leaveChecksumPartial } from "./checksum-partial.ts";
import { ByteQueueLimit } from "./byte-queue-limit.ts";
import type { FrameTurn } from "./frame-turn.ts";
import type { ReceiveSocket } from "./receive-socket.ts";
import { SkbPool, type Skb } from "./skb.ts";

const APPLICATION = ACTORS.guestApplication.code;
const DRIVER = ACTORS.guestDriver.code;
/** txqueuelen of an Ethernet device: pfifo_fast drops beyond it. */
const QUEUE_LENGTH = 1000;
/** Frames that one run of the queue sends before it yields (`dev_tx_weight`). */
const TRANSMIT_WEIGHT = 64;

/** A network driver as the kernel calls it. */
export interface NetDriver {
  /** The driver's PCI probe: from `pci_enable_device` to a registered net device. */
  probe(): void;
  /** `ndo_open`: interface up. */
  open(): void;
  /** `ndo_stop`: interface down. */
  stop(): void;
  /** The driver's PCI remove. */
  remove(): void;
  /** `ndo_set_rx_mode`, where its accesses are modelled: somebody sets the interface's flags again. */
  refreshReceiveMode?(): void;
  /**
   * `ndo_start_xmit`. The driver owns the skb until it gives it back to `skbs`.
   * @param more `netdev_xmit_more`: another frame follows at once, the doorbell may wait.
   * @returns False for NETDEV_TX_BUSY (the kernel keeps the skb and tries again).
   */
  startXmit(skb: Skb, more: boolean): boolean;
}

/** What surrounds an application's socket where system calls are more than the guest's affair. */
export interface SocketCalls {
  /** The application calls `sendto`: from whatever the CPU did to the kernel's entry. */
  enter(): void;
  /** `sendto` returns. */
  leave(): void;
  /** A frame reached the socket: who waits for it is woken. */
  received(): void;
}

/** Hears of each frame that reached the guest's socket. */
export type FrameListener = (address: number, byteCount: number, packet: number) => void;

/**
 * The guest kernel's net device: socket to driver and back. One queue with pfifo_fast before it;
 * net/core/dev.c, __dev_queue_xmit; net/sched/sch_generic.c, __qdisc_run.
 */
export class NetDevice {
  readonly skbs: SkbPool;
  readonly #machine: Machine;
  #driver: NetDriver | undefined;
  #stopped = false;
  /** __QUEUE_STATE_STACK_XOFF: byte queue limits hold frames back. */
  #heldBack = false;
  readonly #byteLimit: ByteQueueLimit;
  #running = false;
  readonly #queue: Skb[] = [];
  /** Frames that could not be sent when it was their turn (`gso_skb`). */
  readonly #requeued: Skb[] = [];
  readonly #batch: Skb[] = [];
  readonly #wakeAction = (): void => this.#runQueue();
  readonly #sendName: number;
  readonly #receiveName: number;
  readonly #socketName: number;
  readonly #hostName: number;
  readonly #forwardName: number;
  readonly #unroutableName: number;
  /** The net device of the physical function while its virtual functions are the guests': the host's. */
  hostStack = false;
  /** The application's socket, where it needs the CPU to read; without it, what comes up is read at once. */
  socket: ReceiveSocket | undefined;
  /** What the guest makes of frames that arrive when it sends them on; undefined: they are for itself. */
  sendsOn: FrameTurn | undefined;
  /** Hears of received frames; set by whoever runs the machine. */
  onReceive: FrameListener | undefined;
  /** What surrounds the application's socket; undefined where that never leaves the guest. */
  socketCalls: SocketCalls | undefined;
  /** Frames the application handed over. */
  sentCount = 0;
  /** Frames dropped because the queue was full. */
  droppedCount = 0;
  /** Frames that reached the guest's socket. */
  receivedCount = 0;
  /** NETIF_F_HW_CSUM: the stack leaves transport checksums to the device. */
  checksumOffload = false;
  /** Bytes that may be dequeued in one go with `more` set (BQL); 0: one frame at a time. */
  bulkBytes: () => number = () => 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.skbs = new SkbPool(machine);
    this.#byteLimit = new ByteQueueLimit(() => machine.nowCycles / machine.cyclesPerMicrosecond);
    this.#sendName = machine.trace.id("sendto: user to socket buffer");
    this.#receiveName = machine.trace.id("recvfrom: socket buffer to user");
    this.#socketName = machine.trace.id("socket");
    this.#forwardName = machine.trace.id("ip_forward");
    this.#unroutableName = machine.trace.id("ip_forward: not to be routed");
    this.#hostName = machine.trace.id("the host's own stack has a frame");
  }

  /** Where its driver makes known how far it is in its rings. */
  get ringIndices(): RingIndices {
    return this.#machine.ringIndices;
  }

  /** Registers the driver (`register_netdev`). */
  attach(driver: NetDriver): void {
    this.#driver = driver;
  }

  /** `netif_queue_stopped`. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** An application sends a frame: copied into an skb, queued, transmitted if the queue is open. */
  send(frame: Uint8Array, packet: number): void {
    const machine = this.#machine;
    const trace = machine.trace;
    const before = trace.packet;
    trace.packet = packet;
    this.socketCalls?.enter();
    this.sentCount++;
    const skb = this.skbs.take(frame.length, packet);
    machine.note(KIND.copy, APPLICATION, this.#sendName, frame.length, skb.dataAddress);
    machine.memory.bytes.set(frame, skb.dataAddress);
    if (this.checksumOffload) leaveChecksumPartial(machine.memory.bytes, skb);
    machine.kernel.disableBottomHalves();
    this.#enqueue(skb);
    machine.kernel.enableBottomHalves();
    this.socketCalls?.leave();
    trace.packet = before;
  }

  /** `netif_stop_queue`. */
  stopQueue(): void {
    this.#stopped = true;
  }

  /** `netif_start_queue`: opens the queue without running it. */
  startQueue(): void {
    this.#stopped = false;
  }

  /** `netif_wake_queue`: what waits is sent in the next NET_TX softirq. */
  wakeQueue(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#machine.kernel.raiseTransmitSoftirq(this.#wakeAction);
  }

  /**
   * `__netdev_tx_sent_queue`: bytes went to the device; byte queue limits may hold the next back.
   * @returns Whether the driver has to ring the doorbell now.
   */
  sentQueue(byteCount: number, more: boolean): boolean {
    this.#byteLimit.queued(byteCount);
    if (more) return this.#stopped;
    if (this.#byteLimit.available < 0) this.#heldBack = true;
    return true;
  }

  /** `netdev_tx_completed_queue`: the device is done with bytes; what was held back may go. */
  completedQueue(byteCount: number): void {
    if (byteCount === 0) return;
    this.#byteLimit.completed(byteCount);
    if (this.#byteLimit.available < 0 || !this.#heldBack) return;
    this.#heldBack = false;
    this.#machine.kernel.raiseTransmitSoftirq(this.#wakeAction);
  }

  /** `netdev_tx_reset_queue`: the device's queue was emptied. */
  resetQueue(): void {
    this.#heldBack = false;
    this.#byteLimit.reset();
  }

  /** `qdisc_avail_bulklimit` for a driver with byte queue limits: use as `bulkBytes`. */
  readonly byteLimitAvailable = (): number => this.#byteLimit.available;

  /**
   * The driver hands a received frame up; after this call its buffer may be used again.
   * @param vlanTag The 802.1Q tag that the device took out of the frame, -1 for none: it is put back
   * as a packet socket sees it (net/packet/af_packet.c, net/core/skbuff.c, skb_vlan_push); the
   * buffer has room for 4 bytes more.
   */
  receive(address: number, byteCount: number, vlanTag = -1): void {
    const machine = this.#machine;
    if (this.hostStack) {
      machine.note(KIND.mark, ACTORS.hostNetwork.code, this.#hostName, byteCount, address);
      return;
    }
    let bytes = byteCount;
    if (vlanTag >= 0) {
      machine.memory.move(address + 12, address + 16, byteCount - 12);
      machine.memory.view.setUint16(address + 12, 0x8100);
      machine.memory.view.setUint16(address + 14, vlanTag);
      bytes += 4;
    }
    const { trace } = machine;
    const before = trace.packet;
    const packet = machine.packets.get(address);
    if (packet >= 0) trace.packet = packet;
    this.receivedCount++;
    if (this.sendsOn !== undefined) this.#forward(address, bytes, packet, this.sendsOn);
    else if (this.socket !== undefined) {
      machine.note(KIND.deliver, APPLICATION, this.#socketName, bytes, address);
      this.socketCalls?.received();
      this.socket.queue(address, bytes, packet);
    } else {
      machine.note(KIND.copy, APPLICATION, this.#receiveName, bytes, address);
      machine.note(KIND.deliver, APPLICATION, this.#socketName, bytes, address);
      this.socketCalls?.received();
      trace.packet = before;
      this.onReceive?.(address, bytes, packet);
    }
    trace.packet = before;
  }

  /** `ip_forward`: the frame goes out again; the driver's buffer stays the driver's, so it is moved. */
  #forward(address: number, byteCount: number, packet: number, turn: FrameTurn): void {
    const machine = this.#machine;
    const { memory } = machine;
    machine.note(KIND.call, DRIVER, this.#forwardName, byteCount, 0);
    if (!turn(memory.bytes, address, byteCount)) {
      machine.note(KIND.frameDropped, DRIVER, this.#unroutableName, byteCount, 0);
      return;
    }
    const skb = this.skbs.take(byteCount, packet);
    memory.move(address, skb.dataAddress, byteCount);
    machine.kernel.disableBottomHalves();
    this.#enqueue(skb);
    machine.kernel.enableBottomHalves();
  }

  /** Whether frames go to the driver now: neither it nor byte queue limits hold them back. */
  get accepting(): boolean {
    return !this.#stopped && !this.#heldBack;
  }

  /** Frames that wait for the driver. */
  get waitingCount(): number {
    return this.#queue.length + this.#requeued.length;
  }

  /** `__dev_xmit_skb`: straight to the driver when nothing waits, else into the queue. */
  #enqueue(skb: Skb): void {
    const machine = this.#machine;
    if (this.#queue.length === 0 && this.#requeued.length === 0 && !this.#running) {
      this.#running = true;
      const sent = this.accepting && this.#xmit(skb, false);
      this.#running = false;
      if (!sent) this.#requeued.push(skb);
      else if (this.#queue.length > 0) this.#runQueue();
    } else if (this.#queue.length >= QUEUE_LENGTH) {
      this.droppedCount++;
      const cause = machine.trace.id("transmit queue full");
      machine.note(KIND.frameDropped, DRIVER, cause, skb.byteCount, 0);
      this.skbs.give(skb);
    } else {
      this.#queue.push(skb);
      this.#runQueue();
    }
  }

  /** `__qdisc_run`: transmits until nothing is left, the queue stops or it has had its turn. */
  #runQueue(): void {
    if (this.#running) return;
    this.#running = true;
    const { trace } = this.#machine;
    const before = trace.packet;
    for (let quota = TRANSMIT_WEIGHT; this.#dequeue(quota); quota -= this.#batch.length) {
      // Linux tries a refused frame again in the next softirq; here no time would pass until then,
      // so it waits for the next frame or wake-up.
      if (!this.#sendBatch()) break;
      if (quota > this.#batch.length) continue;
      this.#machine.kernel.raiseTransmitSoftirq(this.#wakeAction);
      break;
    }
    this.#batch.length = 0;
    trace.packet = before;
    this.#running = false;
  }

  /**
   * `dequeue_skb`: the next frames into the batch, as many as byte queue limits allow at once. One
   * that was turned back goes alone.
   */
  #dequeue(budget: number): boolean {
    const batch = this.#batch;
    batch.length = 0;
    if (!this.accepting) return false;
    const turnedBack = this.#requeued.shift();
    if (turnedBack !== undefined) batch.push(turnedBack);
    else {
      let allowance = this.bulkBytes();
      do {
        const skb = this.#queue.shift();
        if (skb === undefined) break;
        allowance -= skb.byteCount;
        batch.push(skb);
      } while (allowance > 0 && batch.length <= budget);
    }
    return batch.length > 0;
  }

  /** `dev_hard_start_xmit`: what the driver does not take is turned back; false if it refused one. */
  #sendBatch(): boolean {
    const batch = this.#batch;
    for (let i = 0; i < batch.length; i++) {
      const skb = batch[i] as Skb;
      const more = i + 1 < batch.length;
      this.#machine.trace.packet = skb.packet;
      const sent = this.#xmit(skb, more);
      if (sent && !(more && this.#stopped)) continue;
      for (let rest = sent ? i + 1 : i; rest < batch.length; rest++) {
        this.#requeued.push(batch[rest] as Skb);
      }
      return sent;
    }
    return true;
  }

  #xmit(skb: Skb, more: boolean): boolean {
    return (this.#driver as NetDriver).startXmit(skb, more);
  }
}
