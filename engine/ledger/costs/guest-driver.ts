import { defineCosts } from "../cost.ts";
import { deviceRecording } from "../sources/device-recording.ts";
import { counted } from "./instruction-count.ts";

const GUEST = "Linux 6.12.107 (Debian) as the guest, one vCPU, mitigations off";
const VIRTIO = "virtio-split-ioeventfd";

/** What the drivers of KVM's guests do themselves: a register access that exits is one instruction. */
export const GUEST_DRIVER = defineCosts({
  virtioNetTransmit: counted(GUEST, {
    doc: "virtio_net's start_xmit: callbacks, header, descriptor, available ring, whether to notify.",
    category: "guestDriver",
    value: { low: 640, typical: 683, high: 880 },
    formula:
      "virtqueue_disable_cb to the notification 52 + 70 + 3 + 347 + 6 + 35 + 28 + 70 + 28 = 639, and 44 before it",
    source: deviceRecording(VIRTIO, "steady-tx64.insn.jsonl"),
  }),
  virtioNetTransmitDone: counted(GUEST, {
    doc: "virtio_net takes a used transmit buffer back and frees its packet.",
    category: "guestDriver",
    value: { low: 330, typical: 370, high: 480 },
    formula: "8 + 1 + 29 + 332 from the used index to the next look at it",
    source: deviceRecording(VIRTIO, "steady-tx64.insn.jsonl"),
  }),
  virtioNetPollTransmit: counted(GUEST, {
    doc: "virtnet_poll_tx around its packets: queue lock, callbacks on again, last look.",
    category: "guestDriver",
    value: { low: 430, typical: 546, high: 620 },
    formula: "vring_interrupt to the used index 959, less 640 of the softirq, and 147 + 80",
    source: deviceRecording(VIRTIO, "steady-tx64.insn.jsonl"),
  }),
  virtioNetPollReceive: counted(GUEST, {
    doc: "virtnet_poll around its packets: transmit queue looked after, callbacks on again, last look.",
    category: "guestDriver",
    value: { low: 310, typical: 385, high: 450 },
    formula:
      "52 + 68 + 3 + 77 from virtqueue_disable_cb to the used index, 113 behind, 72 of virtqueue_poll",
    source: deviceRecording(VIRTIO, "steady-rx64.insn.jsonl"),
  }),
  virtioNetReceive: counted(GUEST, {
    doc: "virtio_net's work on a packet: buffer taken, socket buffer built, the buffer's place filled again.",
    category: "guestDriver",
    value: { low: 1246, typical: 1700, high: 2050 },
    formula:
      "8 + 1 + 29 + 1,208 with 64 B (1,576 with 1,400 B) from the used index to the next; and 359 + 101 to fill " +
      "one buffer (burst-rx)",
    source: deviceRecording(VIRTIO, "steady-rx64.insn.jsonl, burst-rx.insn.jsonl"),
  }),
  rtl8139CpTransmit: counted(GUEST, {
    doc: "cp_start_xmit: mapping, descriptor, doorbell.",
    category: "guestDriver",
    value: { low: 350, typical: 403, high: 540 },
    formula: "send-call to TPPoll 3,916 + 57 = 3,973 with 64 B, less the 3,570 of the stack",
    source: deviceRecording("rtl8139-8139cp", "steady-tx64.insn.jsonl"),
  }),
  rtl8139CpInterrupt: counted(GUEST, {
    doc: "cp_interrupt itself: mask, status, acknowledgement.",
    category: "guestDriver",
    value: { low: 32, typical: 46, high: 60 },
    formula: "4 + 9 + 30 + 3 on receive, 4 + 9 + 19 on transmit",
    source: deviceRecording("rtl8139-8139cp", "steady-rx64.insn.jsonl, steady-tx64.insn.jsonl"),
  }),
  rtl8139CpTransmitDone: counted(GUEST, {
    doc: "cp_tx: descriptor taken back, packet handed to the softirq that frees it, the softirq.",
    category: "guestDriver",
    value: { low: 1000, typical: 1145, high: 1320 },
    formula:
      "19 + 7 and 1,549 from the last ring access to send-returned, less 430 of the return = 1,145",
    source: deviceRecording("rtl8139-8139cp", "steady-tx64.insn.jsonl"),
  }),
  rtl8139CpPoll: counted(GUEST, {
    doc: "cp_rx_poll around its packets.",
    category: "guestDriver",
    value: { low: 100, typical: 113, high: 130 },
    formula: "15 + 11 + 2, and 85 with no packet",
    source: deviceRecording("rtl8139-8139cp", "burst-rx.insn.jsonl"),
  }),
  rtl8139CpReceive: counted(GUEST, {
    doc: "cp_rx_poll's work on a packet: new buffer, mappings, descriptor armed again.",
    category: "guestDriver",
    value: { low: 1080, typical: 1180, high: 1360 },
    formula: "7 + 419 + 726 (641 with 64 B, 913 with 1,400) + 2 + 9 + 11",
    source: deviceRecording("rtl8139-8139cp", "rx.insn.jsonl, burst-rx.insn.jsonl"),
  }),
  rtl8139TooTransmit: counted(GUEST, {
    doc: "rtl8139_start_xmit without the copy: slot, doorbell, the packet freed at once.",
    category: "guestDriver",
    value: { low: 700, typical: 745, high: 780 },
    formula: "send-call to TSD 4,315 with 18 B less the 3,570 of the stack",
    source: deviceRecording("rtl8139-8139too", "tx.insn.jsonl"),
  }),
  rtl8139TooInterrupt: counted(GUEST, {
    doc: "rtl8139_interrupt itself: status, acknowledgement, mask.",
    category: "guestDriver",
    value: { low: 53, typical: 60, high: 80 },
    formula: "26 + 27 on transmit, 53 + 7 on receive",
    source: deviceRecording("rtl8139-8139too", "steady-tx64.insn.jsonl, steady-rx64.insn.jsonl"),
  }),
  rtl8139TooTransmitDone: counted(GUEST, {
    doc: "rtl8139_tx_interrupt: slot's status, statistics, queue woken.",
    category: "guestDriver",
    value: { low: 380, typical: 490, high: 600 },
    formula: "923 from the slot's status to send-returned, less 430 of the return",
    source: deviceRecording("rtl8139-8139too", "steady-tx64.insn.jsonl"),
  }),
  rtl8139TooPoll: counted(GUEST, {
    doc: "rtl8139_poll around its packets.",
    category: "guestDriver",
    value: { low: 150, typical: 187, high: 220 },
    formula: "29 + 15 + 13 + 9 + 13 + 101 + 7",
    source: deviceRecording("rtl8139-8139too", "steady-rx64.insn.jsonl"),
  }),
  rtl8139TooReceive: counted(GUEST, {
    doc: "rtl8139_rx's work on a packet without the copy: header, new socket buffer, the buffer's pointer.",
    category: "guestDriver",
    value: { low: 201, typical: 230, high: 330 },
    formula: "10 + 191 to the copy (229 in a burst), about 30 behind it",
    source: deviceRecording("rtl8139-8139too", "steady-rx64.insn.jsonl, burst-rx.insn.jsonl"),
  }),
});
