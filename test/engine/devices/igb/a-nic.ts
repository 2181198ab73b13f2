import { directAccess } from "../../../../engine/core/crossing.ts";
import { CHIP_IGB, type IgbBehaviours } from "../../../../engine/devices/igb/behaviour.ts";
import type { Igb82576 } from "../../../../engine/devices/igb/device.ts";
import {
  buildIgbPf,
  buildIgbVf,
  buildVfDriver,
  IGB_DEFAULTS,
  type IgbOptions,
} from "../../../../engine/devices/igb/index.ts";
import type { IgbDriver } from "../../../../engine/devices/igb/pf/pf-driver.ts";
import type { IgbvfDriver } from "../../../../engine/devices/igb/vf/vf-driver.ts";
import { NetDevice } from "../../../../engine/guest/net-device.ts";
import type { Wire } from "../../../../engine/host/wire.ts";
import { Machine } from "../../../../engine/machine.ts";
import { EVENTS, type KIND } from "../../../../engine/trace/schema.ts";

export const DIRECT = { control: directAccess, doorbell: directAccess } as const;
/** The far end of the wire. */
export const FAR_END = Uint8Array.of(0x02, 0, 0, 0, 0, 0x99);
export const BROADCAST = new Uint8Array(6).fill(0xff);
const ETHERTYPE_EXPERIMENTAL = [0x88, 0xb5] as const;

/** A port of the NIC with its driver: the PF or one VF. */
export interface Port {
  readonly netDevice: NetDevice;
  readonly address: Uint8Array;
  readonly received: Uint8Array[];
}

/** An 82576 with drivers, up and idle. */
export interface RunningIgb {
  readonly machine: Machine;
  readonly device: Igb82576;
  readonly wire: Wire;
  readonly pfDriver: IgbDriver;
  readonly vfDrivers: readonly IgbvfDriver[];
  readonly pf: Port;
  readonly vfs: readonly Port[];
  /** Frames that left by the wire, in order. */
  readonly sent: Uint8Array[];
  send(port: Port, frame: Uint8Array): void;
  arrive(frame: Uint8Array): void;
  /** Causes of guestError rows since the last call. */
  guestErrors(): string[];
  /** Causes of frameDropped rows since the last call. */
  drops(): string[];
}

/** The PF alone. */
export function aPf(options: Partial<IgbOptions> = {}): RunningIgb {
  const machine = new Machine({ guestBytes: 32 << 20 });
  const { netDevice, driver, device, wire } = buildIgbPf(machine, DIRECT, options);
  machine.kernel.runProcess(() => {
    driver.probe();
    driver.open();
  });
  machine.run();
  return observed(machine, device, wire, {
    pfDriver: driver,
    vfDrivers: [],
    pf: port(machine, netDevice, machine.identity.mac),
    vfs: [],
  });
}

/** PF and VFs, all up; VF n has the address 02:00:00:00:01:n. */
export function aSwitch(
  vfCount: number,
  behaviours: IgbBehaviours = CHIP_IGB,
  sizes: Partial<IgbOptions> = {},
): RunningIgb {
  const machine = new Machine({ guestBytes: 64 << 20 });
  const nic = buildIgbVf(machine, DIRECT, { behaviours, vfCount, ...sizes });
  nic.pf.netDevice.hostStack = false;
  const netDevices = Array.from({ length: vfCount }, (_, vf) =>
    vf === 0 ? nic.netDevice : new NetDevice(machine),
  );
  const drivers = netDevices.map((netDevice, vf) =>
    vf === 0
      ? nic.vfDriver
      : buildVfDriver(machine, netDevice, nic.device, DIRECT, { ...IGB_DEFAULTS, ...sizes }, vf),
  );
  machine.kernel.runProcess(() => nic.driver.probe());
  machine.run();
  machine.kernel.runProcess(() => {
    for (const [vf, driver] of drivers.entries()) {
      if (vf > 0) driver.probe();
      driver.setAddress(vfAddress(vf));
      driver.open();
    }
  });
  machine.run();
  const pfAddress = machine.identity.mac.slice();
  pfAddress[5] = (pfAddress[5] as number) ^ 0x80;
  return observed(machine, nic.device, nic.wire, {
    pfDriver: nic.pf.driver,
    vfDrivers: drivers,
    pf: port(machine, nic.pf.netDevice, pfAddress),
    vfs: netDevices.map((netDevice, vf) => port(machine, netDevice, vfAddress(vf))),
  });
}

/** An Ethernet frame of an experimental type, its bytes counted up from `seed`. */
export function aFrame(
  to: Uint8Array,
  from: Uint8Array,
  byteCount = 60,
  seed = 0,
  vlan = -1,
): Uint8Array {
  const frame = new Uint8Array(byteCount);
  for (let i = 0; i < byteCount; i++) frame[i] = seed + i;
  frame.set(to, 0);
  frame.set(from, 6);
  if (vlan >= 0) frame.set([0x81, 0, vlan >> 8, vlan & 0xff], 12);
  frame.set(ETHERTYPE_EXPERIMENTAL, vlan >= 0 ? 16 : 12);
  return frame;
}

function vfAddress(vf: number): Uint8Array {
  return Uint8Array.of(2, 0, 0, 0, 1, vf);
}

function port(machine: Machine, netDevice: NetDevice, address: Uint8Array): Port {
  const received: Uint8Array[] = [];
  const { bytes } = machine.memory;
  netDevice.onReceive = (at, byteCount) => received.push(bytes.slice(at, at + byteCount));
  return { netDevice, address, received };
}

type Parts = Pick<RunningIgb, "pfDriver" | "vfDrivers" | "pf" | "vfs">;

function observed(machine: Machine, device: Igb82576, wire: Wire, parts: Parts): RunningIgb {
  const sent: Uint8Array[] = [];
  const { bytes } = machine.memory;
  wire.onTransmit = (at, byteCount) => sent.push(bytes.slice(at, at + byteCount));
  machine.trace.clear();
  let packet = 0;
  return {
    machine,
    device,
    wire,
    sent,
    ...parts,
    send: (from, frame) => {
      machine.kernel.runProcess(() => from.netDevice.send(frame, packet++));
      machine.run();
    },
    arrive: (frame) => {
      wire.arrive(frame, packet++);
      machine.run();
    },
    guestErrors: () => causes(machine, "guestError"),
    drops: () => causes(machine, "frameDropped"),
  };
}

function causes(machine: Machine, kind: keyof typeof KIND): string[] {
  const trace = machine.trace.finish();
  const found: string[] = [];
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] === EVENTS[kind].code)
      found.push(trace.names[trace.where[row] as number] as string);
  }
  machine.trace.clear();
  return found;
}
