import { defineCosts } from "../cost.ts";
import { rizzo2012 } from "../sources/measurements.ts";
import { deviceRecording } from "../sources/device-recording.ts";
import { xdpPaper } from "../sources/polling.ts";
import { kvmRecording } from "../sources/kvm.ts";
import { counted } from "./instruction-count.ts";

const HOST = "Linux 6.12.107 (Debian), mitigations off";
const TX = kvmRecording("svm-virtio-qemu", "stages.full.json, tx64");
const RX = kvmRecording("svm-virtio-qemu", "stages.full.json, rx64");
const UNPUBLISHED = {
  cite: "No measurement of this step alone was found",
  where: "-",
} as const;

/** The host's kernel between a backend and the wire: TAP, bridge, Open vSwitch, vRouter, the NIC's driver. */
export const HOST_STACK = defineCosts({
  hostTapWrite: counted(HOST, {
    doc: "writev to a TAP: system call, tun_get_user, socket buffer, up to netif_receive_skb; the copy apart.",
    category: "hostStack",
    value: { low: 1950, typical: 2134, high: 2410 },
    formula:
      "730 + 1,232 from writev to netif_receive_skb and 172 behind it (rtl8139: 790 + 1,444 + 172)",
    source: [TX, kvmRecording("svm-rtl8139-qemu", "stages.full.json, tx64")],
  }),
  hostTapRead: counted(HOST, {
    doc: "read of a TAP: system call, and whether a frame waits.",
    category: "hostStack",
    value: { low: 560, typical: 613, high: 700 },
    formula: "sys_enter to sys_exit 613 of a read with EAGAIN",
    source: RX,
  }),
  hostTapTake: counted(HOST, {
    doc: "A frame taken from a TAP's queue: tun_put_user, header, socket buffer freed; the copy apart.",
    category: "hostStack",
    value: { low: 847, typical: 867, high: 1000 },
    formula: "read with a frame of 64 B 1,480 (rtl8139: 1,460), less 613 of a read without",
    source: RX,
  }),
  hostTapSend: counted(HOST, {
    doc: "A packet of vhost's into the TAP: tun_xdp_one, socket buffer, up to netif_receive_skb.",
    category: "hostStack",
    value: { low: 500, typical: 650, high: 691 },
    formula: "tun_sendmsg to netif_receive_skb 691 with one packet, about 40 of it once a call",
    source: kvmRecording("svm-virtio-vhost", "stages.full.json, tx64"),
  }),
  hostTapQueue: counted(HOST, {
    doc: "A frame into a TAP's queue: tun_net_xmit, ring, the reader's wait queue; the wake-up apart.",
    category: "hostStack",
    value: { low: 550, typical: 663, high: 760 },
    formula: "net_dev_start_xmit to tun_net_xmit 190, to vhost_poll_wakeup 473",
    source: kvmRecording("svm-virtio-vhost", "stages.full.json, rx64"),
  }),
  hostBridge: counted(HOST, {
    doc: "A Linux bridge's forwarding of a frame: netif_receive_skb, FDB, hooks, the other port's dev_queue_xmit.",
    category: "hostStack",
    value: { low: 1200, typical: 1511, high: 1700 },
    formula: "148 + 912 to net_dev_queue of the other port, 306 to its start_xmit, 145 back",
    source: TX,
  }),
  hostNicTransmit: counted("Linux 6.12.107, igb", {
    doc: "The uplink's driver sends a frame, and takes it back later: descriptor, doorbell, completion.",
    category: "hostStack",
    value: { low: 500, typical: 1107, high: 1400 },
    formula:
      "send-call to TDT 3,838 + 245 = 4,083 less 3,570 of the stack; and 595 of igb_poll that free it; FreeBSD's " +
      "ixgbe_xmit: 220 ns × 2.93 GHz = 645 cycles",
    source: [
      deviceRecording("igb-pf", "steady-tx64.insn.jsonl"),
      rizzo2012("Figure 2: ixgbe_xmit"),
    ],
  }),
  hostNicReceive: counted("Linux 6.12.107, igb", {
    doc: "The uplink's driver receives a frame up to napi_gro_receive; its share of interrupts is not in it.",
    category: "hostStack",
    value: { low: 600, typical: 905, high: 1200 },
    formula:
      "29 + 249 + 14 + 3 + 14 + 6 + 506 a packet from descriptor to descriptor = 821, and 68 + 6 + 10 for its " +
      "buffer; against receive and drop by XDP in 150 cycles (24 Mpps at 3.6 GHz) without a socket buffer",
    source: [
      deviceRecording("igb-pf", "steady-rx64.insn.jsonl"),
      xdpPaper("section 4: 24 Mpps on a core"),
    ],
  }),
  hostMacvtap: {
    doc: "macvlan's part for a frame: hash of addresses, the other device entered.",
    category: "hostStack",
    unit: "instructions",
    value: { low: 200, typical: 450, high: 912 },
    machine: HOST,
    evidence: "assumed",
    why: "Half of a bridge's netif_receive_skb to net_dev_queue (912): a hash, but no learning and no hooks.",
    source: TX,
  },
  hostOvsDatapath: {
    doc: "Open vSwitch's kernel datapath on a packet: key, flow table, actions, the other port's dev_queue_xmit.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 500, typical: 919, high: 1400 },
    machine: "Intel Xeon E5-1650 v4 3.60 GHz",
    evidence: "assumed",
    why:
      "Taken as dear as route and neighbour of IP forwarding: forwarding 2,069 cycles (1,739,672 pps at 3.6 GHz) " +
      "less receive with a socket buffer up to iptables raw 750 (4.8 Mpps) and 400 of the transmission.",
    source: xdpPaper("section 4.1 and benchmarks/bench04_fwd.org"),
  },
  hostVrouterFlow: {
    doc: "vRouter's flow lookup in the kernel: key of five fields, hash table, action, statistics.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 150, typical: 350, high: 900 },
    machine: "x86 servers",
    evidence: "assumed",
    why: "A hash of 32 bytes, a bucket that may miss the caches (32 ns), counters.",
    source: UNPUBLISHED,
  },
  hostVrouterForward: {
    doc: "vRouter's lookup of a bridge table, a label or a VNI, and the next hop's work.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 100, typical: 250, high: 600 },
    machine: "x86 servers",
    evidence: "assumed",
    why: "One hash or array and one indirect call.",
    source: UNPUBLISHED,
  },
  hostTunnelHeader: {
    doc: "Outer headers added or removed: room, four headers, IP checksum, ports from the inner hash.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 100, typical: 300, high: 1000 },
    machine: "x86 servers",
    evidence: "assumed",
    why: "46 to 50 bytes written, one checksum of 20 bytes, a hash that is already there.",
    source: UNPUBLISHED,
  },
  hostFragment: {
    doc: "An IP fragment made or joined in the host's kernel.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 500, typical: 1500, high: 3000 },
    machine: "x86 servers",
    evidence: "assumed",
    why: "A socket buffer allocated and freed (106 cycles SLUB and more) and a queue looked up.",
    source: UNPUBLISHED,
  },
  hostOvsTranslate: {
    doc: "ovs-vswitchd decides on a packet that no flow fits: classifier of OpenFlow, actions, a new flow.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 10000, typical: 30000, high: 100000 },
    machine: "x86 servers",
    evidence: "assumed",
    why: "About 100,000 flow set-ups a second and core at 3 GHz are recalled, no text was seen.",
    source: UNPUBLISHED,
  },
  hostControlCall: {
    doc: "A netlink or shared-memory call between the host's kernel and its control process, for one packet.",
    category: "hostStack",
    unit: "instructions",
    value: { low: 1500, typical: 3000, high: 6000 },
    machine: HOST,
    evidence: "assumed",
    why: "A TAP's writev up to netif_receive_skb takes 2,134; netlink adds attributes.",
    source: TX,
  },
  hostAgentDecision: {
    doc: "vRouter's agent decides on a flow: trap parsed, policy, both directions.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 30000, typical: 100000, high: 500000 },
    machine: "x86 servers",
    evidence: "assumed",
    why: "A process in user space with tables of its own; no measurement was seen.",
    source: UNPUBLISHED,
  },
});
