import { Napi } from "../../guest/napi.ts";
import type { NetDevice } from "../../guest/net-device.ts";
import type { Skb } from "../../guest/skb.ts";
import type { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";
import { type DriverVirtqueue, NO_BUFFER } from "../virtio/driver-virtqueue.ts";
import { ScatterList } from "../virtio/scatter-list.ts";

const DRIVER = ACTORS.guestDriver.code;
/** Descriptors that must be free for another frame: 2 + MAX_SKB_FRAGS. */
const ROOM_MIN = 19;
/** struct virtio_net_hdr: what the driver clears. */
const PLAIN_HEADER_BYTES = 10;
/** struct virtio_net_hdr_mrg_rxbuf with its num_buffers. */
const MERGEABLE_HEADER_BYTES = 12;

/** What the transmit queue needs to know of the driver. */
export interface SendOptions {
  readonly headerBytes: number;
  readonly mergeable: boolean;
  /** Completed frames are taken back in NAPI, driven by interrupts (`napi_tx`). */
  readonly napi: boolean;
}

/**
 * The driver's transmit queue and its NAPI; drivers/net/virtio_net.c, start_xmit,
 * free_old_xmit, virtnet_poll_tx.
 */
export class SendQueue extends Napi {
  readonly #machine: Machine;
  readonly #netDevice: NetDevice;
  readonly #queue: DriverVirtqueue;
  readonly #options: SendOptions;
  readonly #list = new ScatterList(1);
  readonly #skbs: (Skb | undefined)[];
  readonly #freeTokens: Int32Array;
  #freeCount: number;
  readonly #xmitId: number;
  readonly #pollId: number;

  constructor(
    machine: Machine,
    netDevice: NetDevice,
    queue: DriverVirtqueue,
    options: SendOptions,
  ) {
    super();
    this.#machine = machine;
    this.#netDevice = netDevice;
    this.#queue = queue;
    this.#options = options;
    this.#skbs = new Array<Skb | undefined>(queue.num).fill(undefined);
    this.#freeTokens = Int32Array.from({ length: queue.num }, (_, i) => queue.num - 1 - i);
    this.#freeCount = queue.num;
    this.#xmitId = machine.trace.id("start_xmit");
    this.#pollId = machine.trace.id("virtnet_poll_tx");
    // NAPI is disabled until the interface is opened.
    this.scheduled = true;
  }

  /** `skb_xmit_done`: the interrupt. */
  readonly interrupt = (): void => {
    this.#queue.disableCb();
    if (this.#options.napi) this.#schedule();
    else this.#netDevice.wakeQueue();
  };

  /** `virtnet_napi_tx_enable`. */
  enable(): void {
    if (!this.#options.napi) return;
    this.scheduled = false;
    this.missed = false;
    this.#machine.kernel.disableBottomHalves();
    this.#schedule();
    this.#machine.kernel.enableBottomHalves();
  }

  /** `virtnet_napi_tx_disable`. */
  disable(): void {
    this.scheduled = true;
  }

  /** `start_xmit`: the doorbell waits while more frames follow at once. */
  startXmit(skb: Skb, more: boolean): boolean {
    const machine = this.#machine;
    const { napi } = this.#options;
    const row = machine.open(DRIVER, this.#xmitId, skb.byteCount);
    // Bounded: each turn takes back at least one frame that the device finished meanwhile.
    for (let i = 0; i <= this.#queue.num; i++) {
      if (napi) this.#queue.disableCb();
      this.#freeOld();
      if (!napi || more || this.#queue.enableCbDelayed()) break;
    }
    if (this.#expose(skb)) {
      this.#stopIfFull();
      const kick = napi
        ? this.#netDevice.sentQueue(skb.byteCount, more)
        : !more || this.#netDevice.stopped;
      if (kick) this.#queue.kick();
    } else this.#netDevice.skbs.give(skb);
    machine.close(row);
    return true;
  }

  override poll(): number {
    const machine = this.#machine;
    const row = machine.open(DRIVER, this.#pollId);
    this.#queue.disableCb();
    this.#freeOld();
    this.#wakeIfRoom();
    const opaque = this.#queue.enableCbPrepare();
    if (!machine.kernel.completeNapi(this)) this.#queue.disableCb();
    else if (this.#queue.poll(opaque)) this.#schedule();
    machine.close(row);
    return 0;
  }

  /** `virtnet_poll_cleantx`: the receive poll takes finished frames back as well. */
  readonly cleanInReceive = (): void => {
    if (!this.#options.napi) return;
    for (let i = 0; i <= this.#queue.num; i++) {
      this.#queue.disableCb();
      this.#freeOld();
      if (this.#queue.enableCbDelayed()) break;
    }
    this.#wakeIfRoom();
  };

  /** Takes back every frame that the device still has. */
  releaseAll(): void {
    for (let i = 0; i <= this.#queue.num; i++) {
      const token = this.#queue.detachUnused();
      if (token === NO_BUFFER) break;
      this.#take(token);
    }
    this.#netDevice.resetQueue();
  }

  #schedule(): void {
    if (this.#machine.kernel.scheduleNapi(this)) this.#queue.disableCb();
  }

  #freeOld(): void {
    let bytes = 0;
    for (let token = this.#queue.getBuf(); token !== NO_BUFFER; token = this.#queue.getBuf()) {
      bytes += this.#take(token);
    }
    if (this.#options.napi) this.#netDevice.completedQueue(bytes);
  }

  /** `xmit_skb`: pushes the header before the frame and exposes both as one piece. */
  #expose(skb: Skb): boolean {
    const { headerBytes, mergeable } = this.#options;
    if (this.#freeCount === 0) return false;
    const header = skb.dataAddress - headerBytes;
    this.#machine.memory.bytes.fill(
      0,
      header,
      header + (mergeable ? MERGEABLE_HEADER_BYTES : PLAIN_HEADER_BYTES),
    );
    const token = this.#freeTokens[this.#freeCount - 1] as number;
    this.#list.clear();
    this.#list.addOut(header, headerBytes + skb.byteCount);
    if (!this.#queue.add(this.#list, token, 0)) return false;
    this.#freeCount--;
    this.#skbs[token] = skb;
    return true;
  }

  #take(token: number): number {
    const skb = this.#skbs[token] as Skb;
    const { byteCount } = skb;
    this.#skbs[token] = undefined;
    this.#freeTokens[this.#freeCount++] = token;
    this.#netDevice.skbs.give(skb);
    return byteCount;
  }

  /** `check_sq_full_and_disable`: stops the queue before a frame could find no room. */
  #stopIfFull(): void {
    if (this.#queue.numFree >= ROOM_MIN) return;
    this.#netDevice.stopQueue();
    if (this.#queue.enableCbDelayed()) return;
    if (this.#options.napi) {
      this.#schedule();
      return;
    }
    this.#freeOld();
    if (this.#queue.numFree < ROOM_MIN) return;
    this.#netDevice.startQueue();
    this.#queue.disableCb();
  }

  #wakeIfRoom(): void {
    if (this.#queue.numFree >= ROOM_MIN) this.#netDevice.wakeQueue();
  }
}
