import { defineCosts } from "../cost.ts";
import { rizzo2012 } from "../sources/measurements.ts";
import { deviceRecording } from "../sources/device-recording.ts";
import { xdpPaper } from "../sources/polling.ts";
import { kvmRecording } from "../sources/kvm.ts";
import { counted } from "./instruction-count.ts";

const GUEST = "Linux 6.12.107 (Debian) as the guest, one vCPU, mitigations off";

/**
 * What a guest's Linux does around its driver. The counts are of a connected UDP socket. Cross-check:
 * sendto to doorbell and back is 4,500 instructions; FreeBSD's whole path takes 950 ns × 2.93 GHz =
 * 2,780 cycles (netmap, Figure 2), a core of Linux 3.14 handles a packet of TCP in 3,700.
 */
export const GUEST_STACK = defineCosts({
  guestSend: counted(GUEST, {
    doc: "From the application's sendto to the driver's start_xmit: system call, UDP, IP, neighbour, qdisc.",
    category: "guestStack",
    value: { low: 3535, typical: 3570, high: 3881 },
    formula:
      "send-call to virtqueue_disable_cb in start_xmit: 3,614 with 64 B (3,579 with 18, 3,925 with 512), less 44 " +
      "of start_xmit itself; at 1 cycle an instruction 3,570 cycles, against 650 ns × 2.93 GHz = 1,900 in " +
      "FreeBSD (96 + 137 + 57 + 198 + 162 ns)",
    source: [
      deviceRecording("virtio-split-ioeventfd", "tx.insn.jsonl, marks send-call"),
      rizzo2012("Figure 2"),
    ],
  }),
  guestSendReturn: counted(GUEST, {
    doc: "From the driver's last access back to the application: start_xmit's callers and the system call's end.",
    category: "guestStack",
    value: { low: 250, typical: 430, high: 547 },
    formula: "last ring access to send-returned: 432 virtio-net, 434 igb, 427 vmxnet3; 547 at most",
    source: deviceRecording("virtio-split-ioeventfd, igb-pf, vmxnet3", "tx.insn.jsonl"),
  }),
  guestInterruptEntry: counted(GUEST, {
    doc: "From the vector to the driver's first access: interrupt entry, flow handler, the local APIC's EOI.",
    category: "guestStack",
    value: { low: 225, typical: 245, high: 259 },
    formula:
      "doorbell's store to the handler's first access: 246 virtio-net, 245 8139too, 225 to 259 8139cp",
    source: deviceRecording(
      "virtio-split-ioeventfd, rtl8139-8139too, rtl8139-8139cp",
      "*.insn.jsonl",
    ),
  }),
  guestSoftirq: counted(GUEST, {
    doc: "From a handler's napi_schedule to the driver's poll: interrupt exit, softirq, net_rx_action.",
    category: "guestStack",
    value: { low: 559, typical: 610, high: 640 },
    formula:
      "handler's last access to the poll's first: 640 virtio-net, 610 8139too, 559 to 592 8139cp",
    source: deviceRecording(
      "virtio-split-ioeventfd, rtl8139-8139too, rtl8139-8139cp",
      "*.insn.jsonl",
    ),
  }),
  guestReceive: counted(GUEST, {
    doc: "A packet from napi_gro_receive to the socket's queue: GRO, IP, UDP, its receiver awake.",
    category: "guestStack",
    value: { low: 1700, typical: 1980, high: 2190 },
    formula:
      "cp_rx_poll's last ring access to its unmasking, application awake: 85 with no packet, 2,106 to 2,190 with " +
      "one, 4,155 with two, 8,101 with four: (8,101 - 2,190) / 3 = 1,970 each; at 1 cycle an instruction near " +
      "the 2,000 cycles of receive with connection tracking and drop (1.8 Mpps at 3.6 GHz)",
    source: [
      deviceRecording("rtl8139-8139cp", "burst-rx.insn.jsonl"),
      xdpPaper("section 4.1: receive with connection tracking"),
    ],
  }),
  guestReceiveCall: counted(GUEST, {
    doc: "The application takes a packet that waits: poll and recvfrom, without the copy.",
    category: "guestStack",
    value: { low: 2000, typical: 3900, high: 4400 },
    formula:
      "guest's instructions a packet in rxburst 8,160, less driver 1,576 + 38 + 460, stack 1,980 and 200 for the " +
      "copy of 1,400 B: 3,906; low: recvfrom alone",
    source: kvmRecording(
      "vtx-virtio-qemu",
      "summary.json, phases.rxburst.ticks_per_packet_net.guest",
    ),
  }),
  guestReceiverWake: counted(GUEST, {
    doc: "A receiver that sleeps is woken: idle loop left, wake-up, two switches, tick, poll again, idle.",
    category: "guestStack",
    value: { low: 3000, typical: 8200, high: 9500 },
    formula:
      "HLT with the NIC's vector to the next HLT 8,279 + 787 + 7,530 = 16,596 (segments of rx64, each less 1,013 " +
      "of KVM's and the tracer's), less 246 + 640 + 385 + 1,246 + 1,980 + 3,900 of one packet's own work",
    source: kvmRecording("vtx-virtio-vhost", "kvm.rx64.jsonl.gz, kvm_entry to kvm_exit"),
  }),
  guestTimerInterrupt: counted(GUEST, {
    doc: "A timer that ends a sleep: idle loop left, interrupt, hrtimer, tick restarted.",
    category: "guestStack",
    value: { low: 2970, typical: 3800, high: 4200 },
    formula:
      "HLT with vector 236 to the deadline's write 4,027 - 1,013 = 3,014, to the next write 1,800 - 1,013 = 787 " +
      "(1,013: a segment with ten guest instructions, KVM's and the tracer's share)",
    source: kvmRecording("vtx-virtio-vhost", "kvm.tx64.jsonl.gz, kvm_entry to kvm_exit"),
  }),
  guestSleeperWake: counted(GUEST, {
    doc: "A sender that slept: switch to it, clock_nanosleep returns; and later sleeps again, down to HLT.",
    category: "guestStack",
    value: { low: 4200, typical: 5130, high: 5600 },
    formula:
      "deadline's write to doorbell 7,122 - 1,013 - (3,614 + 639) of the send = 1,856; doorbell to HLT without an " +
      "interrupt 4,534 - 1,013 - 250 of its return = 3,271",
    source: kvmRecording(
      "vtx-virtio-qemu",
      "kvm.tx64.jsonl.gz and kvm.tx1400.jsonl.gz, entry to exit",
    ),
  }),
  guestForward: {
    doc: "IP forwarding of a packet between two drivers: receive, route, neighbour, transmit, without drivers.",
    category: "guestStack",
    unit: "cycles",
    value: { low: 900, typical: 1400, high: 1950 },
    machine: "Intel Xeon E5-1650 v4 3.60 GHz, ConnectX-5, retpolines off",
    evidence: "derived",
    formula:
      "forwarding on one core 1,739,672 pps = 575 ns × 3.6 = 2,069 cycles, less 187 ns × 3.6 = 673 of the same " +
      "forwarding by XDP in the driver = 1,396; high: full BGP table, 728 ns × 3.6 - 673",
    source: xdpPaper("benchmarks/bench04_fwd.org"),
  },
});
