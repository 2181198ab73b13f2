/** What a mode is called. */
export interface ModeName {
  readonly id: string;
  readonly title: string;
}

/** The titles of all modes by id, in the order of every list: pages have them without the engine. */
const TITLES = {
  native: "No virtualization: the physical 82576",
  "bt-rtl8139":
    "Full virtualization by dynamic recompilation: emulated RTL8139 C+, 8139cp, hosted VMM",
  "vtx-rtl8139": "Full virtualization with VT-x: emulated RTL8139 C+, 8139cp",
  "vtx-rtl8139too": "Full virtualization with VT-x: emulated RTL8139, 8139too",
  "xen-netfront": "Paravirtual guest under Xen: netfront and netback",
  vmxnet3: "Paravirtual NIC of VMware: vmxnet3",
  "virtio-qemu": "Paravirtual NIC: virtio-net in QEMU",
  "virtio-vhost": "Paravirtual NIC: virtio-net with vhost-net",
  "virtio-vhost-user": "Paravirtual NIC: virtio-net over vhost-user, polled by DPDK",
  "vf-injected": "SR-IOV: VF of an 82576, interrupts injected",
  "vf-posted": "SR-IOV: VF of an 82576, posted interrupts",
  "vf-dpdk": "SR-IOV: VF of an 82576, DPDK polls it in the guest",
} as const satisfies Record<string, string>;

/** The names of all modes, in the order of every list. */
export const MODE_NAMES: readonly ModeName[] = Object.entries(TITLES).map(([id, title]) => ({
  id,
  title,
}));

/** The id and title of a mode, as its definition needs them. */
export function modeName(id: keyof typeof TITLES): ModeName {
  return { id, title: TITLES[id] };
}
