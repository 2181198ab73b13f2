import type { PublishedPoint } from "../published-point.ts";

const SOURCE = "Agesen et al., USENIX ATC 2012";
const MACHINE =
  "VMware Workstation, VT-x, netperf latency test (the section also names a 3.33 GHz Intel machine)";

/** Exits for a round trip in VMware Workstation, with and without clustering. */
export const AGESEN: readonly PublishedPoint[] = [
  {
    id: "ag.e1000",
    mode: "e1000 emulated (VT-x)",
    metric: "VM exits per request-response round trip",
    value: 2.6,
    unit: "exits",
    config: MACHINE,
    packet: "small RR",
    source: SOURCE,
    where: "section 9, device paragraph",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "ag.e1000.clust",
    mode: "e1000 emulated, exit clustering on",
    metric: "exits per round trip",
    value: 1.97,
    unit: "exits",
    config: MACHINE,
    packet: "small RR",
    source: SOURCE,
    where: "section 9",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "ag.vmxnet",
    mode: "vmxnet (paravirtual)",
    metric: "exits per round trip",
    value: 1.3,
    unit: "exits",
    config: MACHINE,
    packet: "small RR",
    source: SOURCE,
    where: "section 9",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "ag.vmxnet.clust",
    mode: "vmxnet, clustering on",
    metric: "exits per round trip",
    value: 1.2,
    unit: "exits",
    config: MACHINE,
    packet: "small RR",
    source: SOURCE,
    where: "section 9",
    verified: "yes",
    kind: "measured",
  },
];
