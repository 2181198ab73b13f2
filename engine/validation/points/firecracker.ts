import type { PublishedPoint } from "../published-point.ts";

const SOURCE_1 = "firecracker-microvm/firecracker docs/network-performance.md";
const MACHINE =
  "EC2 m5d.metal (Xeon Platinum 8175M, recalled), guest 4.14, one emulation thread at 100 %";

/** A device model in user space with one thread. */
export const FIRECRACKER: readonly PublishedPoint[] = [
  {
    id: "fc.128",
    mode: "virtio-net (MMIO) with user-space device thread + TAP",
    metric: "128 B segments",
    value: 20,
    unit: "Gb/s",
    config: MACHINE,
    packet: "see metric",
    source: SOURCE_1,
    where: "tables",
    verified: "yes",
    kind: "measured",
    year: 2019,
  },
  {
    id: "fc.lat",
    mode: "virtio-net (MMIO) with user-space device thread + TAP",
    metric: "added round-trip latency",
    value: 60,
    unit: "us",
    config: MACHINE,
    packet: "see metric",
    source: SOURCE_1,
    where: "tables",
    verified: "yes",
    kind: "measured",
    year: 2019,
  },
  {
    id: "fc.rtt.host",
    mode: "virtio-net (MMIO) with user-space device thread + TAP",
    metric: "host to host RTT avg",
    value: 198,
    unit: "us",
    config: MACHINE,
    packet: "see metric",
    source: SOURCE_1,
    where: "tables",
    verified: "yes",
    kind: "measured",
    year: 2019,
  },
  {
    id: "fc.spec",
    mode: "virtio-net user-space device thread",
    metric: "14.5 Gb/s at CPU share of the emulation core",
    value: 80,
    unit: "%",
    config: "spec",
    packet: "bulk",
    source: "firecracker SPECIFICATION.md",
    where: "IO performance",
    verified: "yes",
    kind: "measured",
    year: 2019,
  },
];
