import { COLD_COPY, WARM_COPY } from "./copy.ts";
import { EVERY_SYSTEM_CALL } from "./kvm.ts";
import type { TariffRule } from "./rule.ts";
import { SWITCH_IN } from "./scheduling.ts";

const POLLED = "virtio-vhost-user";

/**
 * Poll-mode drivers in the guest, and the process that polls the guest's rings on the host.
 *
 * A driver's work is on the row of its call, for each packet; the rows of its ring loads and stores
 * are then free. Where only a packet's own row tells how many there were (receive bursts ask for 32),
 * the work is on that row: the copy, or the delivery.
 */
export const POLLING_RULES: readonly TariffRule[] = [
  // Polls that found nothing: column `a` counts them.
  {
    kind: "deviceStep",
    where: /, empty polls:$/,
    parts: [{ cost: "emptyPoll", per: "value" }],
    passed: true,
  },

  // The guest's driver, whatever the ring: MoonGen's and the XDP paper's numbers are of NICs.
  {
    kind: "call",
    actor: "guestDriver",
    where: "rte_eth_tx_burst",
    parts: ["burstCall", { cost: "dpdkTransmitPerPacket", per: "value" }],
  },
  { kind: "call", actor: "guestDriver", where: "rte_eth_rx_burst", parts: ["burstCall"] },
  { kind: "deliver", where: "mbuf", parts: ["dpdkReceivePerPacket", "mbufTouch"] },
  {
    kind: "deviceStep",
    actor: "guestApplication",
    where: "frame written into an mbuf, bytes:",
    parts: ["mbufTouch", "copyFixed", { cost: "copyWarmPerByte", per: "value" }],
  },
  { kind: "ringLoad", actor: "guestDriver", mode: "vf-dpdk", parts: [] },
  { kind: "ringStore", actor: "guestDriver", mode: "vf-dpdk", parts: [] },

  // The vhost library: a call for each burst, the rest with each packet's copy. What it sends on the
  // host's NIC is there too, as that has no row of its own.
  { kind: "call", actor: "deviceModel", where: "rte_vhost_dequeue_burst", parts: ["burstCall"] },
  {
    kind: "copy",
    where: "frame: guest buffer to mbuf",
    parts: ["vhostUserDequeue", ...COLD_COPY, "hostTransmitPerPacket"],
  },
  { kind: "copy", where: "frame: mbuf to guest buffer", parts: ["vhostUserEnqueue", ...COLD_COPY] },
  { kind: "dmaRead", actor: "deviceModel", mode: POLLED, parts: [] },
  { kind: "dmaWrite", actor: "deviceModel", mode: POLLED, parts: [] },
  {
    kind: "deviceStep",
    actor: "deviceModel",
    where: /^(buffers given back|filled buffers shown) to the guest:$/,
    parts: ["burstCall"],
  },
  {
    kind: "call",
    actor: "deviceModel",
    where: "rte_eth_rx_burst",
    parts: ["burstCall", { cost: "hostReceivePerPacket", per: "value" }],
  },

  // Open vSwitch on DPDK: parsing and actions are with the lookup.
  { kind: "tableLookup", where: "OVS exact-match cache (EMC): hit", parts: ["ovsExactMatch"] },
  {
    kind: "tableLookup",
    where: /^OVS classifier \(dpcls\)/,
    parts: ["ovsExactMatch", "ovsClassifier"],
  },
  { kind: "call", where: "xlate_actions", mode: POLLED, parts: ["hostOvsTranslate"] },
  { kind: "call", where: "dp_netdev_flow_add", parts: ["ovsFlowAdd"] },

  // vRouter on DPDK.
  {
    kind: "tableLookup",
    where: /^vRouter flow table/,
    mode: POLLED,
    parts: ["routerFlowLookup"],
  },
  { kind: "tableLookup", where: /^vRouter/, mode: POLLED, parts: ["routerTableLookup"] },
  {
    kind: "copy",
    where: /^(flow trap|mirror): a clone/,
    mode: POLLED,
    parts: WARM_COPY,
  },
  { kind: "call", where: "vr_flow_flush_hold_queue", mode: POLLED, parts: ["routerFlowLookup"] },
  // Its agent is a process of its own, as with a router in the kernel: once for a flow.
  {
    kind: "wakeUp",
    actor: "hostNetwork",
    where: "contrail-vrouter-agent",
    mode: POLLED,
    parts: ["schedulerWakeUp"],
  },
  {
    kind: "contextSwitch",
    actor: "hostNetwork",
    where: "contrail-vrouter-agent",
    mode: POLLED,
    parts: SWITCH_IN,
  },
  {
    kind: "systemCall",
    actor: "hostNetwork",
    where: /\(unix socket\)/,
    mode: POLLED,
    parts: [...EVERY_SYSTEM_CALL, "hostControlCall"],
  },
  { kind: "deviceStep", where: /^agent: policy/, mode: POLLED, parts: ["hostAgentDecision"] },

  // A driver that wants interrupts gets them by an eventfd, which the polling thread must write.
  {
    kind: "systemCall",
    actor: "deviceModel",
    where: "write (eventfd)",
    mode: POLLED,
    parts: [...EVERY_SYSTEM_CALL, "qemuEventfd"],
  },

  // Headers between hosts: rows of adding and of taking off have the same name.
  { kind: "headersChanged", mode: POLLED, parts: ["tunnelHeaders"] },
];
