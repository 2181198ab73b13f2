import type { Measure, Setup } from "../setup.ts";

/** What our own points need besides their texts: another reading, or an excuse of their own. */
export type OwnMapping =
  | { readonly excuse: string }
  | {
      /** The mode in other words, where the source's are short. */
      readonly mode?: string;
      readonly measure?: Measure;
      /** The other system of a ratio, in words. */
      readonly over?: string;
      readonly note?: string;
      /** Why the prediction falls short, where it does. */
      readonly miss?: string;
    };

/** Stands for the other system of a ratio until its words are read. */
const OTHER: Setup = {
  modeId: "native",
  knobs: {},
  profileId: "nehalem",
  mitigations: false,
  overrides: {},
  frameBytes: 60,
};

const SERVER = "Requests that a loaded server answers, 32 under way,";
const WORKLOAD = "which three workloads they are, and so how many packets, is not quoted";

/** By id; points that are not here are read from their texts alone. */
export const OWN_MAPPINGS: Readonly<Record<string, OwnMapping>> = {
  "ag.e1000": {
    excuse:
      "How often e1000's driver reaches its registers for a packet is another count than the RTL8139's, and the exits are counted without those of HLT and APIC.",
  },
  "eli.speed": {
    mode: "VF passthrough + ELI, posted",
    measure: { kind: "rateOver", direction: "rr", other: OTHER },
    over: "VF passthrough, interrupts injected",
    note: `${SERVER} with posted interrupts, which stand for exitless ones, over the same with interrupts that the host passes on`,
  },
  "eli.native": {
    mode: "VF passthrough + ELI, posted",
    measure: { kind: "rateOver", direction: "rr", other: OTHER },
    over: "native",
    note: `${SERVER} with posted interrupts, which stand for exitless ones, over bare metal`,
  },
  "eli.base": {
    mode: "VF passthrough, interrupts injected",
    measure: { kind: "rateOver", direction: "rr", other: OTHER },
    over: "native",
    note: `${SERVER} with interrupts that the host passes on, over bare metal`,
  },
  "elvis.exits": { excuse: `Exits a second hang on the workload: ${WORKLOAD}.` },
  "elvis.after": { excuse: `ELVIS's core that polls for vhost is not modelled, and ${WORKLOAD}.` },
  "elvis.gain": { excuse: `ELVIS's core that polls for vhost is not modelled, and ${WORKLOAD}.` },
  "me.tx": {
    excuse: "Xen 2.0 before its optimizations, with pages that change hands, is not modelled.",
  },
  "me.rx.native": {
    miss: "Grant copies, netback's threads and a domain switch for each hand-over are those of Xen 4.20 and Linux 6.12, not of Xen 2.0, at one cycle count per instruction for all of Prescott's code.",
    mode: "Xen PV netfront",
    measure: { kind: "rateOver", direction: "rx", other: OTHER },
    over: "native",
    note: "Full frames received over what bare metal receives, guest and dom0 on one CPU; grant copies stand for the optimized path's copies",
  },
  "xp.dpdk": {
    mode: "bare metal DPDK",
    measure: { kind: "packetRate", direction: "rx" },
    note: "Frames received and dropped by one core; DPDK on a virtual function without IOMMU stands for DPDK on the NIC, whose chip takes 100 Gb/s",
  },
  "sn.t1.dpdk": {
    miss: "A chip's own time for a frame, its FIFOs and the gathering of its write-backs, is not priced; four such passages are in this round trip, whose software takes next to nothing.",
  },
  "sn.t3.vswitch": {
    miss: "The host's own NIC raises its interrupt at once in the model, not up to 10 us later as ixgbe's throttle lets it; and 12 us of the bar are its error.",
  },
  "sn.t4.sriov": {
    miss: "A VF's frame to its neighbour takes the NIC's loop back, which is not priced, and cores sleep no deeper than C1 in the model.",
  },
  "nt.virtio-net-vhost.tap.rr": {
    miss: "The CPU is not stated; a desktop's clock of 3.5 to 4 GHz instead of a server's 2.4 would make up for the difference.",
  },
  "fc.lat": {
    miss: "Firecracker's thread and its rate limiter stand as QEMU's main loop, and the instance's NIC and the network between the hosts are not in it.",
  },
  "mg.dpdk": {
    mode: "bare metal DPDK",
    measure: { kind: "clockForLineRate", direction: "tx" },
  },
  "sn.t4.vswitch": {
    mode: "VM to VM same host, virtio + vhost",
    note: "virtio-net with vhost-net at both ends, as between hosts; a bridge stands for the switch in the kernel",
  },
  "ar.order": { excuse: "An order, no number: it stands among the orders that are tested." },
  "ar.dpdk": {
    note: "virtio's rings polled at both ends; the containers' processes stand as guests, which never exit here",
  },
  "ne.ovsdpdk256": { excuse: "No guest is in it: OVS-DPDK from port to port is not modelled." },
  "jw.batch": { excuse: "XDP behind the TAP is not modelled, and batches of vhost are no knob." },
  "fc.spec": { excuse: "A share of a core at a throughput of bulk TCP is not predicted." },
  "rc.rtl8139": { excuse: "Folklore of bulk TCP: no machine, no source, three values in one." },
};
