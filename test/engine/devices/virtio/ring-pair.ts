import {
  type DeviceVirtqueue,
  type VirtqueueOwner,
} from "../../../../engine/devices/virtio/device-virtqueue.ts";
import {
  type DriverVirtqueue,
  type DriverVirtqueueOptions,
  NO_BUFFER,
} from "../../../../engine/devices/virtio/driver-virtqueue.ts";
import { PackedRingDevice } from "../../../../engine/devices/virtio/packed-ring-device.ts";
import { PackedRingDriver } from "../../../../engine/devices/virtio/packed-ring-driver.ts";
import type { RingFault } from "../../../../engine/devices/virtio/ring-fault.ts";
import { ScatterList } from "../../../../engine/devices/virtio/scatter-list.ts";
import { SplitRingDevice } from "../../../../engine/devices/virtio/split-ring-device.ts";
import { SplitRingDriver } from "../../../../engine/devices/virtio/split-ring-driver.ts";
import { VirtqueueElement } from "../../../../engine/devices/virtio/virtqueue-element.ts";
import { Machine } from "../../../../engine/machine.ts";
import { ACTORS } from "../../../../engine/trace/actor.ts";

/** How a ring under test is laid out and what was negotiated for it. */
export interface RingShape {
  readonly packed: boolean;
  readonly event: boolean;
  readonly indirect: boolean;
}

/** Every combination of layout, event index and indirect descriptors. */
export const SHAPES: readonly RingShape[] = [false, true].flatMap((packed) =>
  [false, true].flatMap((event) => [false, true].map((indirect) => ({ packed, event, indirect }))),
);

/** A shape in words, for titles. */
export function shapeName({ packed, event, indirect }: RingShape): string {
  const words = [packed ? "packed" : "split"];
  if (event) words.push("event index");
  if (indirect) words.push("indirect");
  return words.join(", ");
}

/** One virtqueue with nothing around it: Linux's side, QEMU's side, and what a test wants to see. */
export interface RingPair {
  readonly machine: Machine;
  readonly driver: DriverVirtqueue;
  readonly device: DeviceVirtqueue;
  readonly element: VirtqueueElement;
  /** Faults that the device reported, in order. */
  readonly faults: RingFault[];
  /** Notifications that the driver sent. */
  notifications: number;
  /** Exposes a buffer of these pieces, each `[address, bytes]`; false when it has no room. */
  add(token: number, out: readonly Piece[], into: readonly Piece[]): boolean;
  /** Tokens of all buffers that the device is done with, in order. */
  takeAll(): number[];
}

/** Address and bytes of a piece of a buffer. */
export type Piece = readonly [number, number];

/** Builds one; rows are not kept, so that runs may be long. */
export function aRingPair(shape: RingShape, num = 8, piecesMax = 16): RingPair {
  const machine = new Machine({ guestBytes: 8 << 20, trace: false });
  const list = new ScatterList(piecesMax);
  const faults: RingFault[] = [];
  const owner = anOwner(machine, shape.event, faults);
  const device = new (shape.packed ? PackedRingDevice : SplitRingDevice)(owner, "q", 0, num);
  const pair: { -readonly [K in keyof RingPair]: RingPair[K] } = {
    machine,
    device,
    driver: undefined as unknown as DriverVirtqueue,
    element: new VirtqueueElement(),
    faults,
    notifications: 0,
    add: (token, out, into) => {
      list.clear();
      for (const [address, byteCount] of out) list.addOut(address, byteCount);
      for (const [address, byteCount] of into) list.addIn(address, byteCount);
      return pair.driver.add(list, token, 0);
    },
    takeAll: () => {
      const tokens: number[] = [];
      for (let token = pair.driver.getBuf(); token !== NO_BUFFER; token = pair.driver.getBuf()) {
        tokens.push(token);
      }
      return tokens;
    },
  };
  const options: DriverVirtqueueOptions = {
    name: "q",
    index: 0,
    num,
    alignment: 64,
    event: shape.event,
    indirect: shape.indirect,
    hasCallback: true,
    notify: () => pair.notifications++,
  };
  pair.driver = new (shape.packed ? PackedRingDriver : SplitRingDriver)(options, machine);
  device.setRings(pair.driver.descAddress, pair.driver.driverAddress, pair.driver.deviceAddress);
  return pair;
}

/** A device that only counts what went wrong, and is broken from the first fault on. */
export function anOwner(
  machine: Machine,
  eventIndex: boolean,
  faults: RingFault[],
): VirtqueueOwner {
  return {
    memory: machine.memory,
    dma: machine.dmaPort(ACTORS.deviceModel.code),
    scratchAddress: machine.memory.allocateHost(64),
    eventIndex,
    notifyOnEmpty: false,
    get disabled() {
      return faults.length > 0;
    },
    strayBytes: 0,
    fail: (fault) => faults.push(fault),
    traceId: (name) => machine.trace.id(name),
  };
}
