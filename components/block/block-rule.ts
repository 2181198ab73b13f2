import { ACTORS, KIND } from "#engine";
import type { Side } from "./block.ts";
import type { RowFacts } from "./row-facts.ts";
import type { Software } from "./software.ts";

/** What was seen of a block in a run: the names and kinds of its rows. */
export interface Seen {
  readonly names: ReadonlySet<string>;
  readonly kinds: ReadonlySet<number>;
}

/** Which rows make a block, and what it is called; the first rule of an actor that fits counts. */
export interface BlockRule {
  readonly id: string;
  readonly actor: number;
  readonly side: Side;
  readonly fits: (facts: RowFacts) => boolean;
  readonly title: (software: Software, seen: Seen) => string;
  readonly shortTitle: string;
  /** Who acts in it, as the subject of a sentence. */
  readonly agent: (software: Software, seen: Seen) => string;
}

const { guestApplication, guestDriver, hypervisor, deviceModel, hostNetwork, hardware, wire } =
  ACTORS;
const INTERRUPTS: ReadonlySet<number> = new Set([
  KIND.interruptTaken,
  KIND.lapicEoi,
  KIND.ioapicEoi,
]);
const LEAVING: ReadonlySet<number> = new Set([KIND.vmExit, KIND.vmEntry]);
const TRANSLATED: ReadonlySet<number> = new Set([
  KIND.callout,
  KIND.exception,
  KIND.translation,
  KIND.invalidation,
]);
const THREADS: ReadonlySet<number> = new Set([KIND.wakeUp, KIND.contextSwitch]);
const PINS: ReadonlySet<number> = new Set([KIND.intxAssert, KIND.intxDeassert, KIND.msix]);
const EVENTS = /event|vcpu info|evtchn/;
const UPCALL = /evtchn|irq_lateeoi/;
const SLOW_PATH = /^(agent: |vr_flow_flush|xlate_actions|dp_netdev_flow_add)/;

const always = (): boolean => true;
const sends = ({ side }: RowFacts): boolean => side === "send";
const receives = ({ side }: RowFacts): boolean => side === "receive";

/** The blocks of the guest. */
const GUEST_RULES: readonly BlockRule[] = [
  {
    id: "application",
    actor: guestApplication.code,
    side: "both",
    fits: always,
    title: () => "Application",
    shortTitle: "app",
    agent: () => "the application",
  },
  {
    id: "guest-interrupts",
    actor: guestDriver.code,
    side: "both",
    fits: ({ kind, name, side }) => INTERRUPTS.has(kind) || UPCALL.test(name) || side === "both",
    title: (_, { kinds, names }) => {
      if (kinds.has(KIND.interruptTaken) || names.has("xen_evtchn_do_upcall")) return "Interrupts";
      return kinds.has(KIND.deviceStep) ? "Poll loop" : "Kernel";
    },
    shortTitle: "kernel",
    agent: (software, { kinds }) =>
      kinds.has(KIND.interruptTaken) || kinds.has(KIND.hypercall)
        ? "the guest's kernel"
        : software.driver,
  },
  {
    id: "driver-transmit",
    actor: guestDriver.code,
    side: "send",
    fits: sends,
    title: ({ driver }) => `${shortName(driver)}: transmit`,
    shortTitle: "transmit",
    agent: ({ driver }) => driver,
  },
  {
    id: "driver-receive",
    actor: guestDriver.code,
    side: "receive",
    fits: receives,
    title: ({ driver }) => `${shortName(driver)}: receive`,
    shortTitle: "receive",
    agent: ({ driver }) => driver,
  },
];

/** The blocks of the hypervisor. */
const HYPERVISOR_RULES: readonly BlockRule[] = [
  {
    id: "exits",
    actor: hypervisor.code,
    side: "send",
    fits: ({ kind, name }) =>
      LEAVING.has(kind) ||
      (kind === KIND.userExit && name !== "VMApp") ||
      (kind === KIND.signal && name === "ioeventfd"),
    title: () => "VM exits",
    shortTitle: "exits",
    agent: (software) => software.hypervisor,
  },
  {
    id: "translator",
    actor: hypervisor.code,
    side: "send",
    fits: ({ kind }) => TRANSLATED.has(kind),
    title: () => "Translated code",
    shortTitle: "translator",
    agent: (software) => software.hypervisor,
  },
  {
    id: "grants",
    actor: hypervisor.code,
    side: "send",
    fits: ({ name }) => name.startsWith("grant"),
    title: () => "Grants",
    shortTitle: "grants",
    agent: (software) => software.hypervisor,
  },
  {
    id: "scheduler",
    actor: hypervisor.code,
    side: "receive",
    fits: ({ kind, name }) => THREADS.has(kind) || (kind === KIND.userExit && name === "VMApp"),
    title: (_, { names }) => (names.has("VMM world") ? "World switch" : "Scheduler"),
    shortTitle: "threads",
    agent: (software) => software.hypervisor,
  },
  {
    id: "event-channels",
    actor: hypervisor.code,
    side: "both",
    fits: ({ kind, name }) => kind === KIND.upcall || EVENTS.test(name),
    title: () => "Event channels",
    shortTitle: "events",
    agent: (software) => software.hypervisor,
  },
  {
    id: "virtual-interrupts",
    actor: hypervisor.code,
    side: "both",
    fits: always,
    title: () => "Virtual interrupts",
    shortTitle: "interrupts",
    agent: (software) => software.hypervisor,
  },
];

/** The blocks of the device model and other user space, or of the driver domain. */
const MODEL_RULES: readonly BlockRule[] = [
  {
    id: "device",
    actor: deviceModel.code,
    side: "both",
    fits: ({ kind }) => PINS.has(kind),
    title: ({ device }) => device,
    shortTitle: "device",
    agent: (software) => software.deviceModel,
  },
  {
    id: "thread",
    actor: deviceModel.code,
    side: "both",
    fits: ({ kind, side }) =>
      kind === KIND.systemCall ||
      kind === KIND.hypercall ||
      kind === KIND.signal ||
      side === "both",
    title: (software) => capital(shortName(software.deviceModel)),
    shortTitle: "thread",
    agent: (software) => software.deviceModel,
  },
  {
    id: "model-transmit",
    actor: deviceModel.code,
    side: "send",
    fits: sends,
    title: (software) => `${capital(shortName(software.deviceModel))}: transmit`,
    shortTitle: "transmit",
    agent: (software) => software.deviceModel,
  },
  {
    id: "model-receive",
    actor: deviceModel.code,
    side: "receive",
    fits: receives,
    title: (software) => `${capital(shortName(software.deviceModel))}: receive`,
    shortTitle: "receive",
    agent: (software) => software.deviceModel,
  },
];

/** The blocks of the host's network. */
const NETWORK_RULES: readonly BlockRule[] = [
  {
    id: "attachment",
    actor: hostNetwork.code,
    side: "send",
    fits: ({ kind, name }) =>
      (kind === KIND.copy && /^(write to|read from) /.test(name)) ||
      (kind === KIND.wakeUp && name === "VMApp"),
    title: (_, { names }) => attachmentName(names),
    shortTitle: "TAP",
    agent: (_, { names }) => (attachmentName(names) === "VMNet" ? "VMNet" : "the host's kernel"),
  },
  {
    id: "slow-path",
    actor: hostNetwork.code,
    side: "receive",
    fits: ({ kind, name }) =>
      kind === KIND.systemCall || kind === KIND.contextSwitch || SLOW_PATH.test(name),
    title: (_, { names }) => slowPathName(names),
    shortTitle: "agent",
    agent: (_, { names }) => slowPathAgent(names),
  },
  {
    id: "switch",
    actor: hostNetwork.code,
    side: "both",
    fits: always,
    title: (_, { names }) => switchName(names),
    shortTitle: "switch",
    agent: (_, { names }) => withArticle(switchName(names)),
  },
];

/** The blocks of the hardware, and the wire. */
const HARDWARE_RULES: readonly BlockRule[] = [
  {
    id: "iommu",
    actor: hardware.code,
    side: "both",
    fits: ({ kind, name }) =>
      kind === KIND.interruptPosted || kind === KIND.iommuFault || name.startsWith("VT-d"),
    title: () => "IOMMU",
    shortTitle: "IOMMU",
    agent: () => "the IOMMU",
  },
  {
    id: "nic-transmit",
    actor: hardware.code,
    side: "send",
    fits: sends,
    title: ({ device }) => `${functionName(device)}: transmit`,
    shortTitle: "transmit",
    agent: () => "the NIC",
  },
  {
    id: "nic-receive",
    actor: hardware.code,
    side: "receive",
    fits: receives,
    title: ({ device }) => `${functionName(device)}: receive`,
    shortTitle: "receive",
    agent: () => "the NIC",
  },
  {
    id: "nic",
    actor: hardware.code,
    side: "both",
    fits: always,
    title: ({ device }) => device,
    shortTitle: "NIC",
    agent: () => "the NIC",
  },
  {
    id: "wire",
    actor: wire.code,
    side: "both",
    fits: always,
    title: () => "Wire",
    shortTitle: "wire",
    agent: () => "the wire",
  },
];

/** All rules; every row fits exactly one first rule of its actor. */
export const BLOCK_RULES: readonly BlockRule[] = [
  ...GUEST_RULES,
  ...HYPERVISOR_RULES,
  ...MODEL_RULES,
  ...NETWORK_RULES,
  ...HARDWARE_RULES,
];

function attachmentName(names: ReadonlySet<string>): string {
  for (const name of names) {
    const device = /^(?:write to|read from) (\w+)/.exec(name)?.[1];
    if (device !== undefined) return device;
  }
  return "VMNet";
}

function switchName(names: ReadonlySet<string>): string {
  const all = [...names].join("; ");
  if (all.includes("vRouter")) return "vRouter";
  if (all.includes("OVS")) return "Open vSwitch";
  return all.includes("macv") ? "macvtap" : "Linux bridge";
}

function slowPathName(names: ReadonlySet<string>): string {
  const all = [...names].join("; ");
  if (/pkt0|vr_flow|agent/.test(all)) return "vRouter agent";
  return all.includes("netlink") ? "ovs-vswitchd" : "OVS slow path";
}

function slowPathAgent(names: ReadonlySet<string>): string {
  const name = slowPathName(names);
  if (name === "vRouter agent") return "the vRouter's agent";
  return name === "ovs-vswitchd" ? name : "Open vSwitch";
}

function withArticle(name: string): string {
  return /^(Linux|vRouter)/.test(name) ? `the ${name}` : name;
}

/** A virtual function is one whatever it is of. */
function functionName(device: string): string {
  return device.replace(/ of an .*$/, "");
}

/** A name without its article. */
function shortName(name: string): string {
  return name.replace(/^the /, "");
}

/** With a capital, unless it is written small as a name: dom0, vhost. */
function capital(name: string): string {
  return /^(dom|vhost)/.test(name) ? name : name.charAt(0).toUpperCase() + name.slice(1);
}
