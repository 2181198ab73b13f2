import type { PublishedPoint } from "../published-point.ts";

const SOURCE_1 =
  "Ara, Abeni, Cucinotta, Vitucci, 'Comparative Evaluation of Kernel Bypass Mechanisms for High-performance Inter-container Communications', CLOSER 2020";
const MACHINE = "2x Xeon E5-2640 v4 2.40 GHz";

/** Switches between containers, and a switch with a large flow table. */
export const CONTAINERS: readonly PublishedPoint[] = [
  {
    id: "ar.udp",
    mode: "containers on one host: UDP send/recv over Linux bridge",
    metric: "packet rate",
    value: 338,
    unit: "kpps",
    config: MACHINE,
    packet: "64 B",
    source: SOURCE_1,
    where: "Table 2",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "ar.udpmm",
    mode: "containers on one host: UDP sendmmsg/recvmmsg over Linux bridge",
    metric: "packet rate",
    value: 409,
    unit: "kpps",
    config: MACHINE,
    packet: "64 B",
    source: SOURCE_1,
    where: "Table 2",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "ar.dpdk",
    mode: "virtio-user + any DPDK vhost-user switch, one host",
    metric: "packet rate",
    value: "at least 2",
    unit: "Mpps",
    config: MACHINE,
    packet: "64 B",
    source: SOURCE_1,
    where: "section 5.2",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "ar.order",
    mode: "ranking at 64 B, one host",
    metric: "order",
    value: "SR-IOV > basicfwd > VPP > OVS > Snabb",
    unit: "-",
    config: MACHINE,
    packet: "64 B",
    source: SOURCE_1,
    where: "section 5.3.1",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "ne.ovsdpdk256",
    mode: "OVS-DPDK, PHY-OVS-PHY",
    metric: "packet rate, 256k flows",
    value: 4,
    unit: "Mpps",
    config: MACHINE,
    packet: "64 B",
    source: "Netronome white paper 'Virtual Switch Acceleration with OVS-TC'",
    where: "Figure 8 text",
    verified: "yes",
    kind: "measured",
  },
];
