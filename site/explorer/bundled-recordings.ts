/** A recording that the site brings along. */
export interface BundledRecording {
  readonly id: string;
  readonly label: string;
  /** What it is a recording of. */
  readonly group: string;
  /** Its file under `recordings/`. */
  readonly file: string;
}

const DEVICES = "A driver and QEMU’s device: registers, rings, interrupts";
const KVM = "KVM on its host: exits and interrupts";
const XEN = "Xen: rings, grants, events, hypercalls";

/** The recordings in the order of the list. */
export const BUNDLED_RECORDINGS: readonly BundledRecording[] = [
  bundled("rtl8139-8139cp", "RTL8139 C+, driver 8139cp", DEVICES),
  bundled("virtio-split", "virtio-net with split rings, driver virtio_net", DEVICES),
  bundled("vmxnet3", "vmxnet3, driver vmxnet3", DEVICES),
  bundled("vtx-rtl8139-qemu", "KVM with VT-x: RTL8139 in QEMU", KVM),
  bundled("vtx-virtio-vhost", "KVM with VT-x: virtio-net with vhost", KVM),
  bundled("svm-vf-vfio", "KVM with SVM: a VF passed through", KVM),
  bundled("xen-pv-netfront", "Xen PV: netfront and netback", XEN),
];

function bundled(id: string, label: string, group: string): BundledRecording {
  return { id, label, group, file: `${id}.json.gz` };
}
