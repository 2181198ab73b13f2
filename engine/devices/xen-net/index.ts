import { MbufPool } from "../../guest/mbuf.ts";
import { NetDevice } from "../../guest/net-device.ts";
import { PollModePort } from "../../guest/poll-mode-port.ts";
import { Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { Nic } from "../nic.ts";
import type { ReceiveStyle } from "./application.ts";
import { NicIngress, WireEgress } from "./driver-domain.ts";
import { GrantHypervisor } from "./grant-hypervisor.ts";
import { GrantTable } from "./grant-table.ts";
import { GRANT, PAGE_BYTES } from "./layout.ts";
import type { Egress, NetbackParts } from "./netback-parts.ts";
import { NetbackReceive } from "./netback-receive.ts";
import { NetbackTransmit } from "./netback-transmit.ts";
import { Netfront, type NetfrontOptions } from "./netfront.ts";
import { NetfrontPmd } from "./netfront-pmd.ts";
import { XenHost } from "./xen-host.ts";

const DOM0 = ACTORS.deviceModel.code;
const DOM0_DOMID = 0;
/** Entries of the guest's grant table: two frames of version 1. */
const GRANT_ENTRIES = 1024;
/** The same for a guest that grants all its mbufs at once, and how many those are. */
const POLLING_GRANT_ENTRIES = 4096;
const POLLING_MBUFS = 3072;

/** Event-channel ports, as a Linux guest and dom0 get them when they boot. */
export interface XenPorts {
  readonly guestTimer: number;
  readonly guestTx: number;
  readonly guestRx: number;
  readonly backendTx: number;
  readonly backendRx: number;
  /** On which dom0 hears of its NIC's interrupt. */
  readonly backendNic: number;
}

/** What can be chosen of a Xen host. */
export interface XenNetOptions {
  /** CPUs of the host: 1: the domains take turns; 2: each has its own. */
  readonly hostCpus: 1 | 2;
  readonly ports: XenPorts;
  /** How the guest's application waits for datagrams. */
  readonly receiveStyle: ReceiveStyle;
  /** Where the guest's frames go in dom0; default its bridge and NIC. */
  readonly egress?: (host: XenHost, wire: Wire) => Egress;
}

/** The ports of a freshly booted guest: store, console, timer, four IPIs, then the vif's. */
export const XEN_DEFAULTS: XenNetOptions = {
  hostCpus: 1,
  ports: {
    guestTimer: 3,
    guestTx: 8,
    guestRx: 9,
    backendTx: 21,
    backendRx: 22,
    backendNic: 16,
  },
  receiveStyle: "recvfrom",
};

/** netfront with the rest of the host behind it. */
export interface XenNic extends Nic {
  readonly driver: Netfront;
  readonly host: XenHost;
  readonly grants: GrantHypervisor;
  readonly netbackTx: NetbackTransmit;
  readonly netbackRx: NetbackReceive;
}

/** Builds guest, driver domain and what Xen does between them; nothing is connected yet. */
export function buildXenNet(machine: Machine, options: Partial<XenNetOptions> = {}): XenNic {
  const netDevice = new NetDevice(machine);
  netDevice.checksumOffload = true;
  const parts = buildAround(machine, netDevice, { ...XEN_DEFAULTS, ...options }, GRANT_ENTRIES);
  const { wire, host, grants, frontend, netbackTx, netbackRx } = parts;
  const driver = new Netfront({ machine, netDevice, domain: host.guest, ...frontend });
  return { netDevice, driver, wire, host, grants, netbackTx, netbackRx };
}

/**
 * The same with a netfront that polls in a process of the guest, on a CPU of its own: the guest
 * never blocks, whatever `hostCpus` says.
 */
export function buildXenNetPmd(
  machine: Machine,
  options: Partial<XenNetOptions> = {},
): Nic & { readonly driver: NetfrontPmd; readonly host: XenHost } {
  const mbufs = new MbufPool(machine, POLLING_MBUFS, true);
  const netDevice = new PollModePort(machine, mbufs);
  const chosen = { ...XEN_DEFAULTS, ...options, hostCpus: 2 as const };
  const parts = buildAround(machine, netDevice, chosen, POLLING_GRANT_ENTRIES);
  const { wire, host, frontend } = parts;
  const driver = new NetfrontPmd({
    machine,
    port: netDevice,
    domain: host.guest,
    mbufCount: POLLING_MBUFS,
    ...frontend,
  });
  return { netDevice, driver, wire, host };
}

/** What either driver needs of the rest of the host. */
type Frontend = Pick<
  NetfrontOptions,
  | "grants"
  | "backendDomid"
  | "txRing"
  | "rxRing"
  | "txPort"
  | "rxPort"
  | "allocatePort"
  | "connectBackend"
>;

interface Around {
  readonly wire: Wire;
  readonly host: XenHost;
  readonly grants: GrantHypervisor;
  readonly frontend: Frontend;
  readonly netbackTx: NetbackTransmit;
  readonly netbackRx: NetbackReceive;
}

function buildAround(
  machine: Machine,
  netDevice: NetDevice,
  chosen: XenNetOptions,
  grantEntries: number,
): Around {
  const { ports } = chosen;
  const wire = new Wire(machine);
  const host = new XenHost(machine, netDevice, {
    hostCpus: chosen.hostCpus,
    guestTimerPort: ports.guestTimer,
    receiveStyle: chosen.receiveStyle,
  });
  const pages = (name: string, byteCount: number): SharedBlock =>
    machine.block(name, machine.memory.allocate(byteCount, PAGE_BYTES), byteCount);
  const table = pages("grant table", grantEntries * GRANT.bytes);
  const txRing = pages("tx ring", PAGE_BYTES);
  const rxRing = pages("rx ring", PAGE_BYTES);
  const grants = new GrantHypervisor(machine, table);
  const back = buildNetback(machine, { chosen, host, grants, wire, txRing, rxRing });
  const frontend: Frontend = {
    grants: new GrantTable(table, grantEntries),
    backendDomid: DOM0_DOMID,
    txRing,
    rxRing,
    txPort: ports.guestTx,
    rxPort: ports.guestRx,
    allocatePort: (port) => host.channels.allocate(host.guest.events, port),
    connectBackend: (txRef, rxRef) => connectBackend({ host, grants, ports }, txRef, rxRef),
  };
  return { wire, host, grants, frontend, ...back };
}

interface BackParts {
  readonly chosen: XenNetOptions;
  readonly host: XenHost;
  readonly grants: GrantHypervisor;
  readonly wire: Wire;
  readonly txRing: SharedBlock;
  readonly rxRing: SharedBlock;
}

function buildNetback(
  machine: Machine,
  { chosen, host, grants, wire, txRing, rxRing }: BackParts,
): { netbackTx: NetbackTransmit; netbackRx: NetbackReceive } {
  const { ports } = chosen;
  const { driverDomain: domain, softirqs, channels } = host;
  const disable = (what: string, value: number): void => {
    machine.guestError(DOM0, `the vif is disabled: ${what}`, value);
    netbackTx.broken = true;
    netbackRx.broken = true;
  };
  const queue = (port: number): NetbackParts => {
    const notify = (): void => domain.notify(port);
    return { machine, domain, softirqs, grants, domid: DOM0_DOMID, notify, disable };
  };
  const egress = chosen.egress?.(host, wire) ?? new WireEgress(machine, wire);
  const netbackTx = new NetbackTransmit(queue(ports.backendTx), txRing, egress, ports.backendTx);
  const netbackRx = new NetbackReceive(queue(ports.backendRx), rxRing, ports.backendRx);
  const port = ports.backendNic;
  new NicIngress(machine, { domain, channels, softirqs, wire, vif: netbackRx, port });
  return { netbackTx, netbackRx };
}

/** netback's `connect`: maps the ring pages, binds the ports that the guest allocated. */
function connectBackend(
  parts: { host: XenHost; grants: GrantHypervisor; ports: XenPorts },
  txRef: number,
  rxRef: number,
): void {
  const { host, grants, ports } = parts;
  const { channels, guest, driverDomain } = host;
  const { kernel } = driverDomain;
  for (const ref of [txRef, rxRef]) {
    kernel.hypercall("grant_table_op.map_grant_ref", 1, () => {
      grants.map(ref, DOM0_DOMID, false);
    });
  }
  const pairs = [
    [ports.guestTx, ports.backendTx],
    [ports.guestRx, ports.backendRx],
  ] as const;
  for (const [guestPort, backendPort] of pairs) {
    kernel.hypercall("event_channel_op.bind_interdomain", guestPort, () =>
      channels.connect(guest.events, guestPort, driverDomain.events, backendPort),
    );
    kernel.hypercall("event_channel_op.unmask", backendPort);
    kernel.hypercall("event_channel_op.bind_vcpu", backendPort);
    kernel.hypercall("event_channel_op.unmask", backendPort);
  }
}
