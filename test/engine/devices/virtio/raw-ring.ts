import type { DeviceVirtqueue } from "../../../../engine/devices/virtio/device-virtqueue.ts";
import { PackedRingDevice } from "../../../../engine/devices/virtio/packed-ring-device.ts";
import type { RingFault } from "../../../../engine/devices/virtio/ring-fault.ts";
import { SplitRingDevice } from "../../../../engine/devices/virtio/split-ring-device.ts";
import { VirtqueueElement } from "../../../../engine/devices/virtio/virtqueue-element.ts";
import { Machine } from "../../../../engine/machine.ts";
import { KIND } from "../../../../engine/trace/schema.ts";
import { anOwner } from "./ring-pair.ts";

/** Entries of a raw ring. */
export const NUM = 8;
/** Where a raw ring's areas lie. */
export const AREA = { desc: 0x10_0000, avail: 0x10_1000, used: 0x10_2000 } as const;
/** Guest memory that is nobody's: buffers and indirect tables of tests. */
export const BUFFER = 0x20_0000;
/** Bytes of guest memory. */
export const GUEST_BYTES = 4 << 20;

/** A descriptor as a test writes it; what is left out is 0. */
export interface Descriptor {
  readonly address?: number;
  readonly byteCount?: number;
  readonly flags?: number;
  /** `next` in a split ring, buffer id in a packed one. */
  readonly next?: number;
}

/** QEMU's side of a ring whose memory a test writes byte by byte. */
export class RawRing {
  readonly machine = new Machine({ guestBytes: GUEST_BYTES });
  readonly faults: RingFault[] = [];
  readonly element = new VirtqueueElement();
  readonly packed: boolean;
  readonly device: DeviceVirtqueue;

  constructor(packed: boolean) {
    this.packed = packed;
    const owner = anOwner(this.machine, false, this.faults);
    this.device = new (packed ? PackedRingDevice : SplitRingDevice)(owner, "q", 0, NUM);
    this.device.setRings(AREA.desc, AREA.avail, AREA.used);
  }

  /** Writes entry `index` of a table, by default the ring's own. */
  descriptor(index: number, what: Descriptor, table: number = AREA.desc): void {
    const { view } = this.machine.memory;
    const at = table + 16 * index;
    const { address = BUFFER, byteCount = 0, flags = 0, next = 0 } = what;
    view.setUint32(at, address % 4294967296, true);
    view.setUint32(at + 4, Math.floor(address / 4294967296), true);
    view.setUint32(at + 8, byteCount, true);
    view.setUint16(at + (this.packed ? 14 : 12), flags, true);
    view.setUint16(at + (this.packed ? 12 : 14), next, true);
  }

  /** Makes heads available: a split ring's driver writes them and then the index. */
  offer(heads: readonly number[], index = heads.length): void {
    const { view } = this.machine.memory;
    for (const [at, head] of heads.entries()) view.setUint16(AREA.avail + 4 + 2 * at, head, true);
    view.setUint16(AREA.avail + 2, index, true);
  }

  /** Takes a buffer; false when there is none or the guest broke the ring. */
  pop(): boolean {
    return this.device.pop(this.element);
  }

  /** Number of stores that the device did. */
  get stores(): number {
    const { kind } = this.machine.trace.finish();
    return kind.reduce((sum, value) => sum + (value === KIND.dmaWrite ? 1 : 0), 0);
  }
}
