import { defineCosts } from "../cost.ts";
import { wangVhost2019 } from "../sources/mailing-lists.ts";
import { kvmRecording } from "../sources/kvm.ts";
import { counted } from "./instruction-count.ts";

const HOST = "Linux 6.12.107 (Debian), mitigations off";
const TX = kvmRecording("svm-virtio-vhost", "stages.full.json, tx64");
const RX = kvmRecording("svm-virtio-vhost", "stages.full.json, rx64");

/**
 * vhost's worker, a kernel thread. Cross-check: 1,250 + 650 instructions a packet sent, against 580 cycles of a
 * whole backend on Kaby Lake (6.9 Mpps in the kernel of 2019 without SMAP, XDP_DROP behind the TAP).
 */
export const VHOST = defineCosts({
  vhostTransmitWake: counted(HOST, {
    doc: "handle_tx around its packets: work taken, lock, notifications off and on again.",
    category: "deviceEmulation",
    value: { low: 700, typical: 1157, high: 1300 },
    formula: "705 to handle_tx_kick + 1,661 to tun_sendmsg + 691 in it, less 1,250 + 650 a packet",
    source: TX,
  }),
  vhostTransmit: counted(HOST, {
    doc: "vhost's work on a packet that the guest sends: descriptor, page, batch, used entry; the copy apart.",
    category: "deviceEmulation",
    value: { low: 900, typical: 1250, high: 1660 },
    formula:
      "worker's instructions a packet in txburst 3,921, less 1,855 behind netif_receive_skb, 167 for the copy of " +
      "1,400 B and 650 of the TAP",
    source: [
      kvmRecording(
        "vtx-virtio-vhost",
        "summary.json, phases.txburst.ticks_per_packet_net.vhost_worker",
      ),
      wangVhost2019("table of the cover letter: 6.9 Mpps on Kaby Lake 4.0 GHz"),
    ],
  }),
  vhostReceiveWake: counted(HOST, {
    doc: "handle_rx around its packets: work taken, lock, notifications off and on again.",
    category: "deviceEmulation",
    value: { low: 250, typical: 400, high: 700 },
    formula:
      "694 to handle_rx + 855 to tun_recvmsg + 2,131 to irqfd_wakeup, less 1,793 + 867 and 613 of the signal",
    source: RX,
  }),
  vhostReceive: counted(HOST, {
    doc: "vhost's work on a packet for the guest: length peeked, descriptors, used entry; the copy apart.",
    category: "deviceEmulation",
    value: { low: 1340, typical: 1793, high: 2100 },
    formula:
      "worker's instructions a packet in rxburst 2,829, less 867 of the TAP and 169 for the copy of 1,400 B",
    source: kvmRecording("vtx-virtio-vhost", "summary.json, phases.rxburst.ticks_per_packet_net"),
  }),
  vhostSignal: counted(HOST, {
    doc: "vhost_signal: used index, whether the guest wants it, eventfd_signal up to the irqfd.",
    category: "notification",
    value: { low: 450, typical: 613, high: 700 },
    formula: "netif_receive_skb_exit to irqfd_wakeup 613",
    source: TX,
  }),
  vhostUserAccess: {
    doc: "SMAP opened and closed around vhost's accesses to the guest's rings, a packet.",
    category: "deviceEmulation",
    unit: "cycles",
    value: { low: 0, typical: 134, high: 236 },
    machine: "Intel Broadwell 2.6 GHz; high: Kaby Lake 4.0 GHz",
    evidence: "derived",
    formula:
      "(1 / 5.2 Mpps - 1 / 7.1 Mpps) × 2.6 GHz = 134 cycles; Kaby Lake (1 / 4.9 - 1 / 6.9) × 4.0 GHz = 236; low: a " +
      "part without SMAP",
    source: wangVhost2019("table of the cover letter, SMAP on and off"),
  },
});
