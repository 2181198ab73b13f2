import { defineCosts } from "../cost.ts";
import { kvmRecording } from "../sources/kvm.ts";
import { counted } from "./instruction-count.ts";

const QEMU = "QEMU 10.0.13 (Debian) on Linux 6.12.107, mitigations off";
const VIRTIO_TX = kvmRecording("svm-virtio-qemu", "stages.full.json, tx64");
const VIRTIO_RX = kvmRecording("svm-virtio-qemu", "stages.full.json, rx64");
const RTL_TX = kvmRecording("svm-rtl8139-qemu", "stages.full.json, tx64 and tx1400");
const RTL_RX = kvmRecording("svm-rtl8139-qemu", "stages.full.json, rx64 and rx1400");

/**
 * QEMU's device models and main loop, in user space, with the system calls that only they make. Steps
 * are distances between events of the recording, the tracer's own cost taken off (`dt_net`).
 */
export const QEMU_COSTS = defineCosts({
  qemuMainLoopTurn: counted(QEMU, {
    doc: "A turn of QEMU's main loop in user space: from ppoll's return to a handler, and back to ppoll.",
    category: "deviceEmulation",
    value: { low: 6752, typical: 6950, high: 7288 },
    formula:
      "rtl8139 rx: 2,709 to the handler's read + 4,043 behind the last; virtio rx: 2,976 + 4,118; virtio tx: " +
      "2,903 + 4,385 with virtio_queue_notify in it",
    source: [RTL_RX, VIRTIO_RX, VIRTIO_TX],
  }),
  qemuPpoll: counted(QEMU, {
    doc: "A ppoll of the main loop in the kernel, when it need not wait.",
    category: "deviceEmulation",
    value: { low: 1700, typical: 1885, high: 2100 },
    formula: "sys_enter to sys_exit 1,885 of the ppoll before the bottom half",
    source: VIRTIO_TX,
  }),
  qemuPpollWait: counted(QEMU, {
    doc: "What a ppoll that waits does besides: every descriptor's queue entered and left, the switches apart.",
    category: "deviceEmulation",
    value: { low: 3000, typical: 5150, high: 6100 },
    formula:
      "5,561 from sys_enter to the switch + 2,977 from the switch back to sys_exit, less 1,885 of a ppoll that need " +
      "not wait and 1,500 of schedule()",
    source: VIRTIO_TX,
  }),
  qemuEventfd: counted(QEMU, {
    doc: "A read or write of an eventfd by QEMU: the system call.",
    category: "deviceEmulation",
    value: { low: 600, typical: 652, high: 800 },
    formula: "sys_enter to sys_exit 652 of read(eventfd)",
    source: VIRTIO_TX,
  }),
  qemuTransmitBottomHalf: counted(QEMU, {
    doc: "virtio-net's transmit bottom half around its packets: notifications off and on, a second flush.",
    category: "deviceEmulation",
    value: { low: 6000, typical: 8730, high: 9500 },
    formula:
      "12,565 from KVM_SIGNAL_MSI to ppoll, less 4,118 of the main loop's turn, and 4,385 - 4,100 of " +
      "virtio_queue_notify",
    source: VIRTIO_TX,
  }),
  qemuVirtqueuePop: counted(QEMU, {
    doc: "virtqueue_pop: available ring, descriptors, their memory mapped.",
    category: "deviceEmulation",
    value: { low: 1500, typical: 2075, high: 2800 },
    formula:
      "half of 7,096 - 2,940 from ppoll to writev without the main loop's turn (the split is even)",
    source: VIRTIO_TX,
  }),
  qemuTapSend: counted(QEMU, {
    doc: "virtio-net's way to the TAP: header, scatter list, net queue, filters.",
    category: "deviceEmulation",
    value: { low: 1500, typical: 2075, high: 2800 },
    formula: "the other half of 7,096 - 2,940 from ppoll to writev",
    source: VIRTIO_TX,
  }),
  qemuVirtqueuePush: counted(QEMU, {
    doc: "virtqueue_push: element unmapped, used ring.",
    category: "deviceEmulation",
    value: { low: 800, typical: 1056, high: 1400 },
    formula: "half of 2,112 from writev to KVM_SIGNAL_MSI (the split is even)",
    source: VIRTIO_TX,
  }),
  qemuVirtioNotify: counted(QEMU, {
    doc: "virtio_notify: whether the guest wants it, message, route to KVM; the ioctl apart.",
    category: "deviceEmulation",
    value: { low: 800, typical: 1056, high: 1400 },
    formula: "the other half of 2,112 from writev to KVM_SIGNAL_MSI",
    source: VIRTIO_TX,
  }),
  qemuTapReceive: counted(QEMU, {
    doc: "From the TAP's read to virtio-net's queue: net queue, filters, receive filter, header.",
    category: "deviceEmulation",
    value: { low: 3600, typical: 4530, high: 5200 },
    formula:
      "9,117 + 544 from read to read around KVM_SIGNAL_MSI, less 2,075 + 1,056 + 1,056 of the virtqueue and about " +
      "950 of a second virtqueue_pop's loads",
    source: VIRTIO_RX,
  }),
  qemuMmioDispatch: counted(QEMU, {
    doc: "An access to the RTL8139 in QEMU: KVM_RUN's return, region found, lock, handler, back to KVM_RUN.",
    category: "deviceEmulation",
    value: { low: 1866, typical: 1910, high: 1956 },
    formula:
      "sys_exit to sys_enter of KVM_RUN: 1,866 for ISR, 1,956 for IMR, 1,930 for a write to IMR",
    source: RTL_TX,
  }),
  qemuLineChange: counted(QEMU, {
    doc: "A change of INTA#'s level in QEMU: PCI's and the chipset's routing between its three ioctls.",
    category: "deviceEmulation",
    value: { low: 1100, typical: 1300, high: 1500 },
    formula: "2,225 - 1,930 to the first ioctl of a write to ISR, and 568 + 434 between the three",
    source: RTL_TX,
  }),
  qemuRtl8139Transmit: counted(QEMU, {
    doc: "The RTL8139's C+ transmission in QEMU: descriptors, offload's set-up, net queue, next descriptor.",
    category: "deviceEmulation",
    value: { low: 4800, typical: 5640, high: 6200 },
    formula: "4,813 - 1,866 from KVM_RUN to writev and 2,991 - 295 from there to the first ioctl",
    source: RTL_TX,
  }),
  qemuRtl8139TransmitPerByte: counted(QEMU, {
    doc: "The checksum that the RTL8139's model adds up for each byte that it sends, the copy apart.",
    category: "deviceEmulation",
    value: { low: 2.2, typical: 2.5, high: 2.7 },
    formula: "(8,304 - 4,813) / (1,400 - 64) from KVM_RUN to writev, less 1 / 8 of the copy",
    source: RTL_TX,
  }),
  qemuRtl8139Receive: counted(QEMU, {
    doc: "A frame into the RTL8139's ring in QEMU: filter, descriptor, status; net queue before it.",
    category: "deviceEmulation",
    value: { low: 5000, typical: 5370, high: 6000 },
    formula:
      "5,617 + 461 from read to read around the ioctls, less 295 of the line and 3.9 × 106 of the CRC",
    source: RTL_RX,
  }),
  qemuRtl8139ReceivePerByte: counted(QEMU, {
    doc: "The CRC that the RTL8139's model adds up for each byte that it receives, the copy apart.",
    category: "deviceEmulation",
    value: { low: 3.5, typical: 3.8, high: 4 },
    formula: "(10,847 - 5,617) / (1,400 - 64) from read to the first ioctl, less 1 / 8 of the copy",
    source: RTL_RX,
  }),
});
