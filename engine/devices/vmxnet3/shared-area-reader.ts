import type { DmaPort } from "../../memory/dma-port.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";
import { RING_ENTRIES_MAX } from "./descriptors.ts";
import type { Receiver, ReceiveQueue } from "./device-receive.ts";
import type { Transmitter, TransmitQueue } from "./device-transmit.ts";
import type { DeviceRing } from "./device-ring.ts";
import type { ReceiveFilter } from "./receive-filter.ts";
import { INTERRUPTS_MAX, RX_QUEUES_MAX, TX_QUEUES_MAX } from "./registers.ts";
import {
  FEATURE,
  GUEST_OS_WINDOWS,
  MAGIC,
  MTU_BYTES,
  QUEUE_DESC_BYTES,
  RX_QUEUE,
  SHARED,
  TX_QUEUE,
  VLAN_TABLE_BYTES,
} from "./shared-area.ts";

/** The threshold that the model gives every queue: each packet rings the doorbell. */
const TX_THRESHOLD = 1;
const COMPLETION_BYTES = 16;

/** What a reader of the shared area needs of the device. */
export interface SharedAreaOwner {
  readonly memory: GuestMemory;
  readonly dma: DmaPort;
  readonly filter: ReceiveFilter;
  readonly transmitter: Transmitter;
  readonly receiver: Receiver;
  readonly txQueues: readonly TransmitQueue[];
  readonly rxQueues: readonly ReceiveQueue[];
  /** Whether messages are in use: vectors beyond 0 exist only then. */
  readonly messages: boolean;
  /** Dictionary number of the purpose "shared area". */
  readonly sharedPurpose: number;
  guestError(what: string, value: number, detail?: number): void;
}

/**
 * The device's reading of what the driver laid down in shared memory: once, as a whole, at
 * activation, and in parts at the UPDATE commands.
 * Source: QEMU 10.0, hw/net/vmxnet3.c, vmxnet3_activate_device and vmxnet3_update_*.
 */
export class SharedAreaReader {
  /** Guest-physical address of the shared area; 0 when there is none. */
  address = 0;
  txQueueCount = 0;
  rxQueueCount = 0;
  /** Interrupt of events. */
  eventInterrupt = 0;
  /** Whether interrupts mask themselves. */
  autoMask = false;
  readonly #owner: SharedAreaOwner;
  readonly #scratch: number;
  /** Guest-physical address of the queue descriptors. */
  #queues = 0;

  constructor(owner: SharedAreaOwner) {
    this.#owner = owner;
    this.#scratch = owner.memory.allocateHost(0xffff, "device's scratch");
  }

  /**
   * Reads everything and starts all rings.
   * @returns False when the area is not valid; the device then stays as it was.
   */
  activate(): boolean {
    const owner = this.#owner;
    const magic = this.#load32(SHARED.magic);
    if (magic !== MAGIC) return this.#refuse("shared area without its magic number", magic);
    if (!this.#readQueueCounts()) return false;
    owner.receiver.compound = ((this.#load32(SHARED.guestOs) >>> 2) & 15) !== GUEST_OS_WINDOWS;
    this.updateFeatures();
    this.updatePowerManagement();
    this.updateMode();
    this.updateVlanTable();
    this.updateMulticast();
    const mtuBytes = this.#load32(SHARED.mtu);
    if (mtuBytes < MTU_BYTES.min || mtuBytes > MTU_BYTES.max) {
      return this.#refuse("MTU out of range", mtuBytes);
    }
    owner.receiver.mtuBytes = mtuBytes;
    owner.receiver.fragmentsMax = Math.max(1, this.#load16(SHARED.maxNumRxSG));
    this.eventInterrupt = this.#load8(SHARED.eventIntrIdx);
    this.autoMask = this.#load8(SHARED.autoMask) !== 0;
    this.#queues = this.#load64(SHARED.queueDescAddress);
    this.#startTransmitQueues(this.#queues);
    this.#startReceiveQueues(this.#queues + this.txQueueCount * QUEUE_DESC_BYTES);
    return this.#interruptsValid();
  }

  /** UPDATE_FEATURE: which offloads the driver wants. */
  updateFeatures(): void {
    const features = this.#load32(SHARED.uptFeatures);
    this.#owner.receiver.stripVlan = (features & FEATURE.RXVLAN) !== 0;
  }

  /** UPDATE_PMCFG: read and forgotten, wake-up is not modelled. */
  updatePowerManagement(): void {
    this.#load32(SHARED.pmConfLength);
    this.#load32(SHARED.pmConfVersion);
    this.#load64(SHARED.pmConfAddress);
  }

  /** UPDATE_RX_MODE. */
  updateMode(): void {
    this.#owner.filter.mode = this.#load32(SHARED.rxMode);
  }

  /** UPDATE_VLAN_FILTERS. */
  updateVlanTable(): void {
    const { memory, dma, filter, sharedPurpose } = this.#owner;
    const at = this.address + SHARED.vfTable;
    dma.read(at, this.#scratch, VLAN_TABLE_BYTES, sharedPurpose);
    const table = memory.bytes.subarray(this.#scratch, this.#scratch + VLAN_TABLE_BYTES);
    filter.vlanTable.set(table);
  }

  /** UPDATE_MAC_FILTERS: the list of multicast addresses. */
  updateMulticast(): void {
    const { memory, dma, filter, sharedPurpose } = this.#owner;
    const byteCount = this.#load16(SHARED.mfTableLen);
    const address = this.#load64(SHARED.mfTablePA);
    filter.multicastBytes = byteCount;
    if (byteCount === 0) return;
    dma.read(address, this.#scratch, byteCount, sharedPurpose);
    filter.multicast.set(memory.bytes.subarray(this.#scratch, this.#scratch + byteCount));
  }

  /** Writes the threshold of every transmit queue. */
  setTransmitThreshold(packets: number): void {
    const { dma, sharedPurpose } = this.#owner;
    for (let i = 0; i < this.txQueueCount; i++) {
      const at = this.#queues + i * QUEUE_DESC_BYTES + TX_QUEUE.txThreshold;
      dma.store32(at, packets, sharedPurpose);
    }
  }

  /** Sets bits in the event register, which lies in shared memory. */
  setEvents(bits: number): void {
    this.#store32(SHARED.ecr, this.#load32(SHARED.ecr) | bits);
  }

  /** Clears bits in the event register: the driver wrote ECR. */
  clearEvents(bits: number): void {
    this.#store32(SHARED.ecr, this.#load32(SHARED.ecr) & ~bits);
  }

  #readQueueCounts(): boolean {
    this.txQueueCount = this.#load8(SHARED.numTxQueues);
    this.rxQueueCount = this.#load8(SHARED.numRxQueues);
    if (this.txQueueCount > TX_QUEUES_MAX) {
      return this.#refuse("too many transmit queues", this.txQueueCount);
    }
    if (this.rxQueueCount > RX_QUEUES_MAX) {
      return this.#refuse("too many receive queues", this.rxQueueCount);
    }
    this.#owner.receiver.queueCount = this.rxQueueCount;
    return true;
  }

  #startTransmitQueues(table: number): void {
    const { dma, txQueues, transmitter, sharedPurpose } = this.#owner;
    transmitter.fragmentsMax = 0;
    for (let i = 0; i < this.txQueueCount; i++) {
      const queue = txQueues[i] as TransmitQueue;
      const at = table + i * QUEUE_DESC_BYTES;
      queue.interrupt = dma.load8(at + TX_QUEUE.intrIdx, sharedPurpose);
      this.#start(queue.ring, at, TX_QUEUE.txRingAddress, TX_QUEUE.txRingSize, RING_ENTRIES_MAX.tx);
      transmitter.fragmentsMax += queue.ring.size;
      this.#start(
        queue.completions,
        at,
        TX_QUEUE.compRingAddress,
        TX_QUEUE.compRingSize,
        RING_ENTRIES_MAX.txComp,
      );
      this.#clear(queue.completions);
      queue.statisticsAddress = at + TX_QUEUE.stats;
      queue.statistics.reset();
      dma.store32(at + TX_QUEUE.txThreshold, TX_THRESHOLD, sharedPurpose);
    }
  }

  #startReceiveQueues(table: number): void {
    const { dma, rxQueues, sharedPurpose } = this.#owner;
    for (let i = 0; i < this.rxQueueCount; i++) {
      const queue = rxQueues[i] as ReceiveQueue;
      const at = table + i * QUEUE_DESC_BYTES;
      queue.interrupt = dma.load8(at + RX_QUEUE.intrIdx, sharedPurpose);
      const [ring0, ring1] = queue.rings;
      this.#start(ring0, at, RX_QUEUE.rxRing0Address, RX_QUEUE.rxRing0Size, RING_ENTRIES_MAX.rx);
      this.#start(ring1, at, RX_QUEUE.rxRing1Address, RX_QUEUE.rxRing1Size, RING_ENTRIES_MAX.rx);
      this.#start(
        queue.completions,
        at,
        RX_QUEUE.compRingAddress,
        RX_QUEUE.compRingSize,
        RING_ENTRIES_MAX.rxComp,
      );
      this.#clear(queue.completions);
      queue.statisticsAddress = at + RX_QUEUE.stats;
      queue.statistics.reset();
    }
  }

  #start(ring: DeviceRing, at: number, address: number, size: number, sizeMax: number): void {
    const { dma, sharedPurpose } = this.#owner;
    const wanted = dma.load32(at + size, sharedPurpose);
    ring.init(dma.load64(at + address, sharedPurpose), wanted, sizeMax);
    if (wanted === 0) this.#owner.guestError("ring without entries", at + size);
    else if (wanted > sizeMax) this.#owner.guestError("ring cut to its largest size", wanted);
  }

  /** Zeroes a completion ring, so that no old generation bit is left. */
  #clear(ring: DeviceRing): void {
    const { memory, dma, sharedPurpose } = this.#owner;
    memory.bytes.fill(0, this.#scratch, this.#scratch + COMPLETION_BYTES * 64);
    for (let done = 0; done < ring.size; done += 64) {
      const byteCount = COMPLETION_BYTES * Math.min(64, ring.size - done);
      dma.put(this.#scratch, ring.address + done * COMPLETION_BYTES, byteCount, sharedPurpose);
    }
  }

  /** The model stops the machine over a vector it does not have; here activation is refused. */
  #interruptsValid(): boolean {
    const { txQueues, rxQueues, messages } = this.#owner;
    const count = messages ? INTERRUPTS_MAX : 1;
    let worst = this.eventInterrupt;
    for (let i = 0; i < this.txQueueCount; i++) {
      worst = Math.max(worst, (txQueues[i] as TransmitQueue).interrupt);
    }
    for (let i = 0; i < this.rxQueueCount; i++) {
      worst = Math.max(worst, (rxQueues[i] as ReceiveQueue).interrupt);
    }
    return worst < count || this.#refuse("interrupt that does not exist", worst);
  }

  #refuse(what: string, value: number): false {
    this.#owner.guestError(what, value);
    return false;
  }

  #load8(offset: number): number {
    return this.#owner.dma.load8(this.address + offset, this.#owner.sharedPurpose);
  }

  #load16(offset: number): number {
    return this.#owner.dma.load16(this.address + offset, this.#owner.sharedPurpose);
  }

  #load32(offset: number): number {
    return this.#owner.dma.load32(this.address + offset, this.#owner.sharedPurpose);
  }

  #load64(offset: number): number {
    return this.#owner.dma.load64(this.address + offset, this.#owner.sharedPurpose);
  }

  #store32(offset: number, value: number): void {
    this.#owner.dma.store32(this.address + offset, value >>> 0, this.#owner.sharedPurpose);
  }
}
