import type { Machine } from "../machine.ts";
import { Bridge } from "./bridge.ts";
import { LocalPorts } from "./local-ports.ts";
import { OvsSwitch } from "./ovs-switch.ts";

/** The switches of one host, one of each kind: guests whose path goes through one share it. */
export class HostSwitches {
  readonly bridge = new Bridge();
  readonly macvtap = new LocalPorts();
  readonly ovs = new OvsSwitch();
  readonly ovsDpdk = new OvsSwitch();
  readonly vrouter = new LocalPorts();
  readonly vrouterDpdk = new LocalPorts();
}

const BY_MACHINE = new WeakMap<Machine, HostSwitches>();

/** Says that a guest's machine belongs to the host with these switches, before it is built. */
export function placeOnHost(machine: Machine, switches: HostSwitches): void {
  BY_MACHINE.set(machine, switches);
}

/** The switches of the host that a machine belongs to; a host of its own unless it was placed. */
export function switchesOf(machine: Machine): HostSwitches {
  return BY_MACHINE.get(machine) ?? new HostSwitches();
}
