import type { PublishedPoint } from "../published-point.ts";

const SOURCE =
  "Felter, Ferreira, Rajamony, Rubio, 'An Updated Performance Comparison of Virtual Machines and Linux Containers', ISPASS 2015 / IBM RC25482 2014";
const MACHINE = "2x Xeon E5-2665 2.4 GHz, ConnectX-2 10GbE, Linux 3.11, QEMU 1.5, virtio + vhost";

/** KVM beside containers and the host itself. */
export const FELTER: readonly PublishedPoint[] = [
  {
    id: "fe.rr",
    mode: "virtio-net + vhost + Linux bridge",
    metric: "added round-trip latency over native",
    value: 30,
    unit: "us",
    config: MACHINE,
    packet: "100 B req / 200 B resp",
    source: SOURCE,
    where: "section III.F, Figure 3",
    verified: "yes",
    kind: "measured",
  },
  {
    id: "fe.tcp",
    mode: "virtio-net + vhost",
    metric: "TCP bulk, both directions",
    value: 9.3,
    unit: "Gb/s",
    config: MACHINE,
    packet: "MTU 1500",
    source: SOURCE,
    where: "section III.E",
    verified: "yes",
    kind: "measured",
  },
];
