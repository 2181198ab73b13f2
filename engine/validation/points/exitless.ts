import type { PublishedPoint } from "../published-point.ts";

const SOURCE_1 = "Gordon, Amit, Har'El, Ben-Yehuda, Landau, Schuster, Tsafrir, 'ELI', ASPLOS 2012";
const SOURCE_3 = "ELVIS, ATC 2013";
const MACHINE_1 = "KVM device assignment, 10GbE";
const MACHINE_2 = "KVM, ELVIS testbed";

/** Interrupts and doorbells without exits. */
export const EXITLESS: readonly PublishedPoint[] = [
  {
    id: "eli.speed",
    mode: "VF passthrough: ELI exitless interrupts vs. interrupt injection",
    metric: "throughput/latency improvement",
    value: "1.3 - 1.6",
    unit: "x",
    config: MACHINE_1,
    packet: "several",
    source: SOURCE_1,
    where: "Abstract",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "eli.native",
    mode: "VF passthrough + ELI",
    metric: "fraction of bare metal",
    value: "97 - 100",
    unit: "%",
    config: MACHINE_1,
    packet: "several",
    source: SOURCE_1,
    where: "Abstract",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "eli.base",
    mode: "VF passthrough, interrupt injection (no posted interrupts)",
    metric: "fraction of bare metal",
    value: "60 - 65",
    unit: "%",
    config: MACHINE_1,
    packet: "several",
    source: SOURCE_1,
    where: "section 5, Figure 3",
    verified: "secondary",
    kind: "measured",
  },
  {
    id: "elvis.exits",
    mode: "virtio + vhost baseline, three workloads",
    metric: "exits per second",
    value: "142k / 109k / 146k",
    unit: "exits/s",
    config: MACHINE_2,
    packet: "several",
    source:
      "Har'El et al., 'Efficient and Scalable Paravirtual I/O System' (ELVIS), USENIX ATC 2013",
    where: "section 4.3",
    verified: "secondary",
    kind: "measured",
  },
  {
    id: "elvis.after",
    mode: "virtio + polling sidecore + exitless replies",
    metric: "exits per second",
    value: "under 800",
    unit: "exits/s",
    config: MACHINE_2,
    packet: "several",
    source: SOURCE_3,
    where: "section 4.3 (quoted)",
    verified: "secondary",
    kind: "measured",
  },
  {
    id: "elvis.gain",
    mode: "same",
    metric: "improvement",
    value: "1.2 - 3",
    unit: "x",
    config: MACHINE_2,
    packet: "several",
    source: SOURCE_3,
    where: "Abstract (quoted)",
    verified: "secondary",
    kind: "measured",
  },
];
