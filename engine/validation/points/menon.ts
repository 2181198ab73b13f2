import type { PublishedPoint } from "../published-point.ts";

const SOURCE =
  "Menon, Cox, Zwaenepoel, 'Optimizing Network Virtualization in Xen', USENIX ATC 2006";
const MACHINE = "Xen 2.0 era, GbE NICs (recalled: 3 GHz Xeon, 4 NICs)";

/** Xen 2.0 before and after its network path was optimized. */
export const MENON: readonly PublishedPoint[] = [
  {
    id: "me.tx",
    mode: "Xen PV netfront/netback",
    metric: "guest transmit, optimized / original",
    value: 4.4,
    unit: "ratio",
    config: MACHINE,
    packet: "TCP bulk",
    source: SOURCE,
    where: "Abstract",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "me.rx.native",
    mode: "Xen PV netfront/netback",
    metric: "guest receive after optimization / native Linux",
    value: 0.39,
    unit: "ratio",
    config: MACHINE,
    packet: "TCP bulk",
    source: SOURCE,
    where: "Abstract",
    verified: "yes",
    kind: "measured",
  },
];
