import { directAccess } from "../../../../engine/core/crossing.ts";
import { buildVirtioNet, type VirtioNetNic } from "../../../../engine/devices/virtio-net/index.ts";
import type { VirtioNetOptions } from "../../../../engine/devices/virtio-net/options.ts";
import type { GuestIdentity } from "../../../../engine/guest/identity.ts";
import { Machine } from "../../../../engine/machine.ts";
import { KIND } from "../../../../engine/trace/schema.ts";

/** A virtio-net device with Linux's driver, up and idle, and what went through it. */
export interface RunningNic {
  readonly machine: Machine;
  readonly nic: VirtioNetNic;
  /** Frames that left, in order. */
  readonly sent: Uint8Array[];
  /** Frames that reached the guest's socket, in order. */
  readonly received: Uint8Array[];
  /** The guest sends a frame; nothing else runs yet. */
  send(frame: Uint8Array): void;
  /** A frame arrives; all work until they rest. */
  arrive(frame: Uint8Array): void;
  /** Rows of a kind since the NIC came up, by default of any name. */
  count(kind: number, name?: string): number;
}

/** Builds one; small queues make wrapping cheap. */
export function aNic(
  options: Partial<VirtioNetOptions> = {},
  identity?: GuestIdentity,
): RunningNic {
  const machine = new Machine({
    guestBytes: 32 << 20,
    ...(identity === undefined ? {} : { identity }),
  });
  const nic = buildVirtioNet(machine, { control: directAccess, doorbell: directAccess }, options);
  const { bytes } = machine.memory;
  const sent: Uint8Array[] = [];
  const received: Uint8Array[] = [];
  nic.wire.onTransmit = (at, byteCount) => sent.push(bytes.slice(at, at + byteCount));
  nic.netDevice.onReceive = (at, byteCount) => received.push(bytes.slice(at, at + byteCount));
  machine.kernel.runProcess(() => {
    nic.driver.probe();
    nic.driver.open();
  });
  machine.run();
  machine.trace.clear();
  let packet = 0;
  return {
    machine,
    nic,
    sent,
    received,
    send: (frame) => machine.kernel.runProcess(() => nic.netDevice.send(frame, packet++)),
    arrive: (frame) => {
      nic.wire.arrive(frame, packet++);
      machine.run();
    },
    count: (kind, name) => rows(machine, kind, name),
  };
}

/** Rows of a kind and, if given, of a name. */
export function rows(machine: Machine, kind: number, name?: string): number {
  const trace = machine.trace.finish();
  let sum = 0;
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== kind) continue;
    if (name === undefined || trace.names[trace.where[row] as number] === name) sum++;
  }
  return sum;
}

/** What guestError rows said, in order. */
export function guestErrors(machine: Machine): string[] {
  const trace = machine.trace.finish();
  const said: string[] = [];
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] === KIND.guestError)
      said.push(trace.names[trace.where[row] as number] ?? "");
  }
  return said;
}

/** The guest's address and a peer's. */
export const GUEST = [0x52, 0x54, 0, 0x12, 0x34, 0x56];
export const PEER = [0x52, 0x54, 0, 0, 0, 1];

/** A frame of at least 16 bytes that names its number, so that order and identity show. */
export function numbered(
  number: number,
  byteCount: number,
  destination: readonly number[] = GUEST,
): Uint8Array {
  const frame = Uint8Array.from({ length: byteCount }, (_, i) => (i * 31 + number) & 0xff);
  frame.set(destination);
  frame.set([0x52, 0x54, 0, 0, 0, 1, 0x88, 0xb5, number >> 8, number & 0xff], 6);
  return frame;
}

/** One of each interface, layout and interrupt that a device can have, in words. */
export const KINDS: readonly [string, Partial<VirtioNetOptions>][] = [
  ["modern split", {}],
  ["modern packed", { packed: true }],
  ["legacy", { interface: "legacy" }],
  ["transitional packed", { interface: "transitional", packed: true }],
  ["split without event index", { eventIndex: false }],
  ["packed without event index", { packed: true, eventIndex: false }],
  ["split without mergeable buffers", { mergeableBuffers: false }],
  ["packed without mergeable buffers", { packed: true, mergeableBuffers: false }],
  ["legacy without mergeable buffers", { interface: "legacy", mergeableBuffers: false }],
  ["no indirect tables", { indirect: false, mergeableBuffers: false }],
  ["INTx", { vectors: 0 }],
  ["legacy INTx", { interface: "legacy", vectors: 0 }],
  ["packed INTx", { packed: true, vectors: 0 }],
  ["two vectors", { vectors: 2 }],
  ["no ioeventfd", { ioeventfd: false }],
  ["a burst of 2", { transmitBurst: 2, ioeventfd: false }],
  ["completion apart", { separateCompletion: true }],
  ["napi_tx off", { napiTx: false }],
  ["napi_tx off, packed", { napiTx: false, packed: true }],
  ["no control queue", { withheld: ["CTRL_VQ"] }],
  ["no status", { withheld: ["STATUS"] }],
];
