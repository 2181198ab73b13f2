import type { TariffRule } from "./rule.ts";
import { SWITCH_IN } from "./scheduling.ts";

type Part = TariffRule["parts"][number];

/** Modes whose host path is the kernel's: behind vhost-user a process polls. */
const KERNEL = /^(?!virtio-vhost-user)/;

/** The processes that decide for a switch or router of the kernel's. */
const CONTROL = /^(ovs-vswitchd handler|contrail-vrouter-agent)$/;

const OUT: readonly Part[] = ["hostNicTransmit"];
const IN: readonly Part[] = ["hostNicReceive", "hostTapQueue"];
const EITHER_WAY: readonly Part[] = [
  { cost: "hostNicTransmit", times: 0.5 },
  { cost: "hostNicReceive", times: 0.5 },
  { cost: "hostTapQueue", times: 0.5 },
];

/**
 * The host's kernel. A path's lookup is the one row that every frame has: it costs the forwarding and
 * what the frame meets beyond it, which is the uplink's driver on one side and a TAP's queue on the
 * other. A lookup that does not tell the direction costs half of both. Not in a row, so not charged:
 * the uplink's own interrupt, which moderation spreads over many frames.
 */
export const HOST_STACK_RULES: readonly TariffRule[] = [
  lookup("bridge FDB: known at the uplink", "hostBridge", ...OUT),
  lookup("bridge FDB: known at this guest's port", "hostBridge", ...IN),
  lookup("bridge FDB: known at another guest's port", "hostBridge", "hostTapQueue"),
  lookup(/^bridge FDB: not known/, "hostBridge", ...EITHER_WAY),
  lookup("macvlan hash: this macvtap's address", "hostMacvtap", ...IN),
  lookup("macvtap passthru: all that arrives is the guest's", "hostMacvtap", ...IN),
  lookup("macvlan hash: another macvtap of this NIC", "hostMacvtap", "hostTapQueue"),
  lookup(/^macvlan hash: no macvtap|straight to the NIC$/, "hostMacvtap", ...OUT),
  lookup("macvlan_broadcast: to every macvtap", "hostMacvtap", ...EITHER_WAY),
  lookup(/^OVS flow table/, "hostOvsDatapath", ...EITHER_WAY),
  lookup(/^vRouter flow table/, "hostVrouterFlow"),
  lookup("vRouter bridge table: a guest of this host", "hostVrouterForward", "hostTapQueue"),
  lookup(/^vRouter bridge table/, "hostVrouterForward", ...OUT),
  lookup(/^vRouter .* table: the guest's interface$/, "hostVrouterForward", ...IN),
  { kind: "headersChanged", actor: "hostNetwork", mode: KERNEL, parts: ["hostTunnelHeader"] },
  call(/^ip_(fragment|defrag)$/, { cost: "hostFragment", per: "value" }),
  call("xlate_actions", "hostOvsTranslate"),
  {
    kind: "wakeUp",
    actor: "hostNetwork",
    where: CONTROL,
    mode: KERNEL,
    parts: ["schedulerWakeUp"],
  },
  { kind: "contextSwitch", actor: "hostNetwork", where: CONTROL, mode: KERNEL, parts: SWITCH_IN },
  { kind: "systemCall", actor: "hostNetwork", mode: KERNEL, parts: ["hostControlCall"] },
  {
    kind: "deviceStep",
    actor: "hostNetwork",
    where: /^agent: policy/,
    mode: KERNEL,
    parts: ["hostAgentDecision"],
  },
];

function lookup(where: string | RegExp, ...parts: Part[]): TariffRule {
  return { kind: "tableLookup", actor: "hostNetwork", where, mode: KERNEL, parts };
}

function call(where: string | RegExp, ...parts: Part[]): TariffRule {
  return { kind: "call", actor: "hostNetwork", where, mode: KERNEL, parts };
}
