import type { PublishedPoint } from "../published-point.ts";

const SOURCE_2 = "luigirizzo/netmap LINUX/README.md";

/** Limits of interrupt rates and of small NICs. */
export const BOUNDS: readonly PublishedPoint[] = [
  {
    id: "qe.e1000",
    mode: "QEMU e1000, mitigation on",
    metric: "maximum interrupt rate",
    value: 7813,
    unit: "interrupts/s",
    config: "any",
    packet: "any",
    source: "QEMU 5.1 hw/net/e1000.c",
    where: "set_interrupt_cause",
    verified: "yes",
    kind: "stated",
  },
  {
    id: "re.realtek",
    mode: "native Realtek NIC, netmap",
    metric: "TX / RX rate",
    value: "0.45-0.5 / at least 1.1",
    unit: "Mpps",
    config: "GbE NIC, CPU not stated",
    packet: "60 B",
    source: SOURCE_2,
    where: "limitations",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "re.e1000",
    mode: "native e1000 low-end, netmap",
    metric: "TX rate",
    value: "1.2-1.3",
    unit: "Mpps",
    config: "GbE NIC",
    packet: "60 B",
    source: SOURCE_2,
    where: "limitations",
    verified: "yes",
    kind: "measured",
  },
];
