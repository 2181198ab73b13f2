import type { PublishedPoint } from "../published-point.ts";

const SOURCE = "Sugerman et al., USENIX ATC 2001";
const MACHINE = "Pentium III 733 MHz, Workstation 2.0, 100 Mb/s";

/** A hosted VMM with binary translation. */
export const HOSTED: readonly PublishedPoint[] = [
  {
    id: "sg.vmm",
    mode: "hosted BT, Lance NIC, optimized",
    metric: "VMM share of CPU during transmit",
    value: 71.5,
    unit: "%",
    config: MACHINE,
    packet: "TCP bulk",
    source: SOURCE,
    where: "Table 2",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "sg.idle",
    mode: "hosted BT, Lance NIC, optimized",
    metric: "guest idle share while saturating 100 Mb/s",
    value: 30.4,
    unit: "%",
    config: MACHINE,
    packet: "TCP bulk",
    source: SOURCE,
    where: "Table 2",
    verified: "yes",
    kind: "measured",
  },
];
