import { findMode } from "../../modes/index.ts";

/** A mode as a text names it, or why there is none. */
export type NamedMode =
  | {
      readonly modeId: string;
      readonly knobs: Readonly<Record<string, string>>;
      readonly note: string;
    }
  | { readonly excuse: string };

/** What is not modelled, with the words that show it; tried before anything else. */
const NOT_MODELLED: readonly (readonly [RegExp, string])[] = [
  [/ptnet|netmap|\bVALE\b/i, "Netmap, its switch VALE and its ptnet device are not modelled"],
  [/\bXDP\b|\beBPF\b/i, "XDP is not modelled: no path runs a program before the host's stack"],
  [/softnic|\bBESS\b/i, "SoftNIC's switch in user space is not modelled"],
  [/\bVPP\b|snabb|click|basicfwd/i, "This software switch is not modelled"],
  [/sidecore|exitless repl|\bELVIS\b/i, "ELVIS's core that polls for vhost is not modelled"],
  [/\bCDNA\b/i, "CDNA's NIC with a context for each guest is not modelled"],
  [/ECRM|vDPA|\bptnetmap\b/i, "This device is not modelled"],
  [
    /container|veth|docker/i,
    "No guest is in it: sockets of two processes and a bridge between them",
  ],
  [/cluster/i, "Exit clustering, which handles several instructions in one exit, is not modelled"],
];

/** Devices that the engine has, by the words that name them, the more exact ones first. */
const DEVICES: readonly (readonly [RegExp, NamedMode])[] = [
  [
    /vhost-?user|OVS-?DPDK.*(guest|VM|PVP)|virtio-user.*DPDK|DPDK.*vhost|dpdkvhost/i,
    named("virtio-vhost-user", "vhost-user's rings polled by a DPDK switch"),
  ],
  [/vhost ?= ?off/i, named("virtio-qemu", "virtio-net with its device model in user space")],
  [/vhost/i, named("virtio-vhost", "virtio-net with vhost-net")],
  [/virtio/i, named("virtio-qemu", "virtio-net with its device model in user space")],
  [/vmxnet ?3/i, named("vmxnet3", "VMXNET3")],
  [/vmxnet/i, { excuse: "vmxnet, the generation before VMXNET3, has other registers" }],
  [
    /(SR-?IOV|\bVF\b|passthrough|assigned|direct assignment).*(DPDK|poll)/i,
    named("vf-dpdk", "a virtual function that DPDK polls"),
  ],
  [
    /(SR-?IOV|\bVF\b|passthrough|assigned|direct assignment).*(posted|exitless|\bELI\b)/i,
    named("vf-posted", "a virtual function whose interrupts reach the guest without an exit"),
  ],
  [
    /SR-?IOV|\bVF\b|passthrough|assigned NIC|direct assignment/i,
    named("vf-injected", "a virtual function whose interrupts the host's kernel passes on"),
  ],
  [
    /xen.*(PV|netfront|netback)|netfront|netback|driver domain/i,
    named("xen-netfront", "netfront and netback"),
  ],
  [/8139/i, named("vtx-rtl8139", "the RTL8139 C+ in QEMU")],
  [
    /e1000|82540|82545/i,
    named(
      "vtx-rtl8139",
      "e1000's way through QEMU stands as the RTL8139 C+'s: a doorbell exit in which QEMU sends, INTx with a status read and mask writes",
    ),
  ],
  [/Lance|PCnet/i, { excuse: "AMD's Lance is not modelled, and its driver's accesses differ" }],
  [
    /binary translation|\bBT\b|hosted VMM/i,
    named("bt-rtl8139", "a hosted VMM with dynamic recompilation and an emulated RTL8139"),
  ],
];

const HOST_PATHS: readonly (readonly [RegExp, string])[] = [
  [/vrouter|contrail|tungsten/i, "vrouter"],
  [/open ?v ?switch|\bOVS\b/i, "ovs"],
  [/macvtap|macvlan/i, "macvtap"],
];

/** Reads which mode a text names, and the host path that it says. */
export function readMode(text: string): NamedMode {
  const missing = NOT_MODELLED.find(([pattern]) => pattern.test(text));
  if (missing !== undefined) return { excuse: `${missing[1]}.` };
  if (text.includes(";")) return { excuse: "Several systems stand in one point." };
  const device = DEVICES.find(([pattern]) => pattern.test(text))?.[1];
  if (device !== undefined) {
    if ("excuse" in device) return { excuse: `${device.excuse}.` };
    return withHostPath(device, HOST_PATHS.find(([pattern]) => pattern.test(text))?.[1]);
  }
  if (/bare.?metal|native|physical|no virtualization/i.test(text)) return bareMetal(text);
  if (/switch|forward|bridge|\bOVS\b/i.test(text)) {
    return { excuse: "No guest is in it: a host's data path alone is not modelled." };
  }
  return { excuse: "The mode is none that the engine has." };
}

/** The host path that a text names, as the mode calls it. */
function withHostPath(device: Exclude<NamedMode, { excuse: string }>, path?: string): NamedMode {
  const spec = findMode(device.modeId).knobs["hostPath"];
  const choices = spec?.type === "choice" ? spec.choices : [];
  // DPDK's testpmd moves packets from port to port without looking at them.
  const wanted = path ?? (device.modeId === "virtio-vhost-user" ? "none" : undefined);
  const hostPath = choices.find((one) => one === wanted || one === `${wanted ?? ""}-dpdk`);
  return hostPath === undefined ? device : { ...device, knobs: { ...device.knobs, hostPath } };
}

function bareMetal(text: string): NamedMode {
  if (/DPDK|poll/i.test(text)) {
    return {
      modeId: "vf-dpdk",
      knobs: { iommu: "off" },
      note: "DPDK on the NIC itself stands as DPDK on a virtual function without IOMMU: the same polling, no exit",
    };
  }
  if (/conntrack|raw|netfilter|iptables|switch|\bOVS\b/i.test(text)) {
    return { excuse: "Netfilter and switches on bare metal are not modelled." };
  }
  return { modeId: "native", knobs: {}, note: "Linux on the NIC itself" };
}

function named(modeId: string, note: string): NamedMode {
  return { modeId, knobs: {}, note };
}
