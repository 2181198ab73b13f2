/** A recording that the site brings along. */
export interface BundledRecording {
  readonly id: string;
  readonly label: string;
  /** Its file under `recordings/`. */
  readonly file: string;
}

/** The recordings in the order of the list. */
export const BUNDLED_RECORDINGS: readonly BundledRecording[] = [
  {
    id: "rtl8139-8139cp",
    label: "RTL8139 C+ in QEMU, driven by 8139cp",
    file: "rtl8139-8139cp.json.gz",
  },
  {
    id: "virtio-split",
    label: "virtio-net in QEMU, split rings, driven by virtio_net",
    file: "virtio-split.json.gz",
  },
  { id: "vmxnet3", label: "vmxnet3 in QEMU, driven by vmxnet3", file: "vmxnet3.json.gz" },
];
