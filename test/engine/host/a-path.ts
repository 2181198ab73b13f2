import type { GuestIdentity } from "../../../engine/guest/identity.ts";
import type { Attachment, HostPath } from "../../../engine/host/host-path.ts";
import { Tap } from "../../../engine/host/tap.ts";
import { Wire } from "../../../engine/host/wire.ts";
import { RECEIVED } from "../../../engine/host/wire.ts";
import type { Machine } from "../../../engine/machine.ts";
import { aMachine, stepsOf } from "../a-machine.ts";

/** The guest's own address, and one of somebody on the wire. */
export const GUEST = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56);
export const FAR = Uint8Array.of(0, 0, 0x5e, 0, 0x53, 1);
export const BROADCAST = new Uint8Array(6).fill(0xff);

/** A frame of an unknown protocol with these addresses. */
export function aFrame(to: Uint8Array, from: Uint8Array, byteCount = 60, fill = 7): Uint8Array {
  const frame = new Uint8Array(byteCount).fill(fill);
  frame.set(to, 0);
  frame.set(from, 6);
  frame.set([0x88, 0xb5], 12);
  return frame;
}

/** A host path between a device that takes everything and a wire, both ends kept. */
export interface RunningPath {
  readonly machine: Machine;
  readonly wire: Wire;
  readonly path: HostPath;
  /** Frames on the wire that left. */
  readonly sent: Uint8Array[];
  /** Frames that the guest's device was given. */
  readonly given: Uint8Array[];
  /** Frames to other guests: the port, and the frame. */
  readonly neighbours: [number, Uint8Array][];
  /** The device sends a frame. */
  leave(frame: Uint8Array, packet?: number): void;
  /** A frame to the guest arrives. */
  arrive(frame: Uint8Array, packet?: number): void;
  /** What happened since the last call, as `kind where`. */
  steps(): string[];
}

/** Builds a path on a machine of its own, or on the one given. */
export function aPath(
  make: (machine: Machine, attachment: Attachment) => HostPath,
  identity?: GuestIdentity,
): RunningPath {
  const machine = aMachine(identity === undefined ? {} : { identity });
  const wire = new Wire(machine);
  const path = make(machine, new Tap(machine));
  wire.hostPath = path;
  const sent: Uint8Array[] = [];
  const given: Uint8Array[] = [];
  const neighbours: [number, Uint8Array][] = [];
  const { bytes } = machine.memory;
  wire.onTransmit = (at, byteCount) => sent.push(bytes.slice(at, at + byteCount));
  wire.onNeighbour = (port, at, byteCount) =>
    neighbours.push([port, bytes.slice(at, at + byteCount)]);
  wire.attach({
    receiveFrame(at, byteCount) {
      given.push(bytes.slice(at, at + byteCount));
      return RECEIVED.accepted;
    },
  });
  const slot = machine.memory.allocateHost(16_384);
  return {
    machine,
    wire,
    path,
    sent,
    given,
    neighbours,
    leave(frame, packet = 0) {
      bytes.set(frame, slot);
      machine.trace.packet = packet;
      wire.transmit(slot, frame.length);
      machine.run();
    },
    arrive(frame, packet = 0) {
      wire.arrive(frame, packet);
      machine.run();
    },
    steps() {
      const steps = stepsOf(machine.trace.finish());
      machine.trace.clear();
      return steps;
    },
  };
}
