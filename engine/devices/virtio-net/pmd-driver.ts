import { assert } from "../../core/assert.ts";
import { type Mbuf, MBUF_DATA_BYTES } from "../../guest/mbuf.ts";
import type { NetDriver } from "../../guest/net-device.ts";
import type { PollModeDriver, PollModePort } from "../../guest/poll-mode-port.ts";
import type { Machine } from "../../machine.ts";
import { STATUS } from "../virtio/device-status.ts";
import { FEATURE, FeatureSet } from "../virtio/feature.ts";
import { PmdPackedQueue } from "../virtio/pmd-packed-queue.ts";
import type { PmdQueue } from "../virtio/pmd-queue.ts";
import { PmdSplitQueue } from "../virtio/pmd-split-queue.ts";
import { VirtioPciModern } from "./driver-modern.ts";
import type { VirtioBus } from "./driver-transport.ts";
import { COMMON, MODERN_LAYOUT } from "./registers.ts";

/** What the driver asks for, of what this device can have: VIRTIO_PMD_DEFAULT_GUEST_FEATURES. */
const FEATURES = FeatureSet.of("MAC", "STATUS", "MRG_RXBUF", "VERSION_1", "RING_PACKED");
const STATUS_OFFSET = 6;
const QUEUE = { rx: 0, tx: 1 } as const;
/** struct virtio_net_hdr_mrg_rxbuf. */
const HEADER_BYTES = 12;
const NUM_BUFFERS = 10;
const ETHERNET_HEADER_BYTES = 14;
/** VIRTIO_MBUF_BURST_SZ. */
const BURST_MAX = 64;
/** tx_free_thresh: at most 32 descriptors stay free before sent mbufs are taken back. */
const FREE_THRESHOLD_MAX = 32;

/**
 * DPDK's virtio driver on virtio-pci, in a process of the guest: drivers/net/virtio/virtio_ethdev.c,
 * virtio_init_device, virtio_dev_start; virtio_rxtx.c. It switches interrupts off in the rings, asks
 * for no event indices, and looks at the used rings instead. The control queue is not set up.
 */
export class VirtioPmd implements NetDriver, PollModeDriver {
  readonly #machine: Machine;
  readonly #port: PollModePort;
  readonly #bus: VirtioBus;
  readonly #mac = new Uint8Array(6);
  #transport: VirtioPciModern | undefined;
  #queues: readonly PmdQueue[] = [];
  readonly #notifyOffsets = [0, 0];
  #mergeable = false;
  #started = false;
  /** The device gave something back that it never got: the queue is left alone. */
  #broken = false;
  /** Frames that were too short or spread over several buffers. */
  errorCount = 0;

  constructor(machine: Machine, port: PollModePort, bus: VirtioBus) {
    this.#machine = machine;
    this.#port = port;
    this.#bus = bus;
  }

  get receiveReady(): boolean {
    return this.#started && !this.#broken && this.#rx.usedReady;
  }

  get transmitReady(): boolean {
    return this.#started && !this.#broken && (this.#tx.freeCount > 0 || this.#tx.usedReady);
  }

  /** `virtio_init_device`: reset, features, address, queues, DRIVER_OK. */
  probe(): void {
    const { pci } = this.#bus;
    pci.enable();
    pci.setMaster();
    const transport = VirtioPciModern.probe(this.#machine, this.#bus);
    assert(transport !== undefined, "DPDK's driver is built on the modern interface here");
    this.#transport = transport;
    transport.reset();
    transport.addStatus(STATUS.ACKNOWLEDGE);
    transport.addStatus(STATUS.DRIVER);
    const features = transport.offeredFeatures().and(FEATURES);
    transport.acceptFeatures(features);
    transport.addStatus(STATUS.FEATURES_OK);
    transport.getStatus();
    this.#mergeable = features.has(FEATURE.MRG_RXBUF);
    transport.readConfigBytes(0, this.#mac);
    const packed = features.has(FEATURE.RING_PACKED);
    this.#queues = ["rx", "tx"].map((name, index) => this.#setUpQueue(name, index, packed));
    transport.addStatus(STATUS.DRIVER_OK);
  }

  /** `virtio_dev_start`: fills the receive ring and tells the device once; then the loop begins. */
  open(): void {
    const rx = this.#rx;
    this.#refill();
    this.#notify(rx);
    this.#started = true;
    this.#transport?.readConfig(STATUS_OFFSET, 2);
    this.#port.startPolling(this);
  }

  /** `virtio_dev_stop`. */
  stop(): void {
    this.#started = false;
    this.#port.stopPolling();
  }

  /** `virtio_dev_close`: reset; what the device had is freed. */
  remove(): void {
    this.#transport?.reset();
    for (const queue of this.#queues) {
      for (let mbuf = queue.detach(); mbuf !== undefined; mbuf = queue.detach()) {
        this.#port.mbufs.give(mbuf);
      }
    }
    this.#queues = [];
    this.#broken = false;
  }

  /** The kernel never sends by a port that it does not know. */
  startXmit(): boolean {
    return false;
  }

  /** `virtio_recv_pkts`, `virtio_recv_mergeable_pkts` and their packed siblings. */
  receiveBurst(wanted: number): number {
    const { trace, packets, memory } = this.#machine;
    const rx = this.#rx;
    let count = Math.min(wanted, BURST_MAX);
    if (rx instanceof PmdSplitQueue) count = Math.min(count, rx.usedCount());
    if (count > rx.perCacheLine) count -= (rx.usedPosition + count) % rx.perCacheLine;
    let taken = 0;
    for (; taken < count; taken++) {
      const mbuf = rx.take();
      if (mbuf === undefined) break;
      trace.packet = packets.get(mbuf.dataAddress);
      mbuf.byteCount = rx.lastBytes - HEADER_BYTES;
      const header = mbuf.dataAddress - HEADER_BYTES;
      const buffers = this.#mergeable ? memory.view.getUint16(header + NUM_BUFFERS, true) : 1;
      if (mbuf.byteCount < ETHERNET_HEADER_BYTES || buffers !== 1) {
        this.errorCount++;
        this.#port.mbufs.give(mbuf);
      } else this.#port.receiveMbuf(mbuf);
    }
    trace.packet = -1;
    if (taken === 0) this.#broken = rx.usedReady;
    if (rx.freeCount > 0) this.#refill();
    return taken;
  }

  /** `virtio_xmit_pkts`, `virtio_xmit_pkts_packed`: sent mbufs are freed when room is needed. */
  transmitBurst(mbufs: readonly Mbuf[], count: number): number {
    const { trace, memory } = this.#machine;
    const tx = this.#tx;
    this.#cleanUp(count);
    let sent = 0;
    for (; sent < count && tx.freeCount > 0; sent++) {
      const mbuf = mbufs[sent] as Mbuf;
      trace.packet = mbuf.packet;
      const header = mbuf.dataAddress - HEADER_BYTES;
      memory.bytes.fill(0, header, mbuf.dataAddress);
      tx.add(mbuf, header, HEADER_BYTES + mbuf.byteCount, false);
    }
    trace.packet = -1;
    if (sent > 0 && tx.publish()) this.#notify(tx);
    return sent;
  }

  get #rx(): PmdQueue {
    return this.#queues[QUEUE.rx] as PmdQueue;
  }

  get #tx(): PmdQueue {
    return this.#queues[QUEUE.tx] as PmdQueue;
  }

  /** `virtio_xmit_cleanup`: a split ring is cleaned when few descriptors are free, a packed one for the burst. */
  #cleanUp(wanted: number): void {
    const tx = this.#tx;
    if (tx instanceof PmdSplitQueue) {
      const used = tx.usedCount();
      if (used <= tx.num - Math.min(tx.num >> 2, FREE_THRESHOLD_MAX)) {
        if (tx.freeCount >= wanted) return;
      }
      for (let i = 0; i < used && this.#freeOne(); i++);
    } else for (let i = tx.freeCount; i < wanted && this.#freeOne(); i++);
  }

  #freeOne(): boolean {
    const mbuf = this.#tx.take();
    if (mbuf !== undefined) this.#port.mbufs.give(mbuf);
    return mbuf !== undefined;
  }

  /** `virtqueue_enqueue_recv_refill`: new mbufs into all free descriptors. */
  #refill(): void {
    const rx = this.#rx;
    let added = 0;
    while (rx.freeCount > 0) {
      const mbuf = this.#port.mbufs.take();
      if (mbuf === undefined) break;
      const address = mbuf.dataAddress - HEADER_BYTES;
      rx.add(mbuf, address, HEADER_BYTES + MBUF_DATA_BYTES, true);
      added++;
    }
    if (added > 0 && rx.publish()) this.#notify(rx);
  }

  /** `virtio_init_queue`, `modern_setup_queue`. */
  #setUpQueue(name: string, index: number, packed: boolean): PmdQueue {
    const common = (this.#bus.modern as NonNullable<VirtioBus["modern"]>).common;
    common.store(COMMON.queue_select, index);
    const num = common.load(COMMON.queue_size);
    const options = { name, index, num };
    const queue = packed
      ? new PmdPackedQueue(this.#machine, options)
      : new PmdSplitQueue(this.#machine, options);
    common.store(COMMON.queue_select, index);
    for (const [register, address] of [
      [COMMON.queue_desc_lo, queue.descAddress],
      [COMMON.queue_driver_lo, queue.driverAddress],
      [COMMON.queue_device_lo, queue.deviceAddress],
    ] as const) {
      common.write(register.offset, 4, address >>> 0);
      common.write(register.offset + 4, 4, Math.floor(address / 4294967296));
    }
    const offset = common.load(COMMON.queue_notify_off);
    this.#notifyOffsets[index] = offset * MODERN_LAYOUT.notifyMultiplier;
    common.store(COMMON.queue_enable, 1);
    return queue;
  }

  /** `modern_notify_queue`. */
  #notify(queue: PmdQueue): void {
    const offset = this.#notifyOffsets[queue.index] as number;
    this.#bus.modern?.notify.write(offset, 2, queue.index);
  }
}
