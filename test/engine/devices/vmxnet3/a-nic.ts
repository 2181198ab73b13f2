import { directAccess } from "../../../../engine/core/crossing.ts";
import {
  buildVmxnet3,
  type Vmxnet3Nic,
  type Vmxnet3NicOptions,
} from "../../../../engine/devices/vmxnet3/index.ts";
import type { GuestIdentity } from "../../../../engine/guest/identity.ts";
import { Machine } from "../../../../engine/machine.ts";
import { EVENTS, KIND, KIND_NAMES } from "../../../../engine/trace/schema.ts";
import { accessValue } from "../../../../engine/trace/store.ts";

/** A VMXNET3 with Linux's driver, up and idle, and what went through it. */
export interface RunningNic {
  readonly machine: Machine;
  readonly nic: Vmxnet3Nic;
  /** Frames that left, in order. */
  readonly sent: Uint8Array[];
  /** Frames that reached the guest's socket, in order. */
  readonly received: Uint8Array[];
  send(frame: Uint8Array): void;
  /** A frame arrives; the guest works until it rests. */
  arrive(frame: Uint8Array): void;
  /** Number of rows of a kind since the NIC came up. */
  count(kind: keyof typeof KIND): number;
}

/** Builds one; small rings make wrapping cheap. */
export function aNic(
  options: Partial<Vmxnet3NicOptions> = {},
  identity?: GuestIdentity,
): RunningNic {
  const machine = new Machine({
    guestBytes: 32 << 20,
    ...(identity === undefined ? {} : { identity }),
  });
  const nic = buildVmxnet3(machine, { control: directAccess, doorbell: directAccess }, options);
  const { bytes } = machine.memory;
  const sent: Uint8Array[] = [];
  const received: Uint8Array[] = [];
  nic.wire.onTransmit = (at, byteCount) => sent.push(bytes.slice(at, at + byteCount));
  nic.netDevice.onReceive = (at, byteCount) => received.push(bytes.slice(at, at + byteCount));
  machine.kernel.runProcess(() => {
    nic.driver.probe();
    nic.driver.open();
  });
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
    count: (kind) => machine.trace.counts[EVENTS[kind].code] as number,
  };
}

/** Register and ring accesses, messages and interrupts of a trace, one line each. */
export function accesses(machine: Machine): string[] {
  const trace = machine.trace.finish();
  const lines: string[] = [];
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row] as number;
    const where = trace.names[trace.where[row] as number] as string;
    const access = kind <= KIND.pioWrite || kind === KIND.ringLoad || kind === KIND.ringStore;
    if (access) {
      const value = accessValue(trace, row).toString(16);
      const at = (trace.a[row] as number).toString(16);
      lines.push(`${KIND_NAMES[kind]} ${where}+${at}/${trace.sizeBytes[row]} ${value}`);
    } else if (kind === KIND.msix || kind === KIND.interruptTaken || kind === KIND.lapicEoi) {
      lines.push(`${KIND_NAMES[kind]} ${where}`);
    }
  }
  return lines;
}
