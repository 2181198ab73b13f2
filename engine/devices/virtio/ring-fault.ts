/**
 * The ways in which a guest can break a virtqueue, each as the trace names it. QEMU reports them
 * with `virtio_error`: DEVICE_NEEDS_RESET is set, and the device stops looking at its rings.
 */
export const RING_FAULT = {
  descUnmapped: "virtqueue: descriptors outside memory",
  usedUnmapped: "virtqueue: used ring outside memory",
  availUnmapped: "virtqueue: available ring outside memory",
  indexJump: "virtqueue: available index moved by more than the queue's size",
  headRange: "virtqueue: head out of range",
  nextRange: "virtqueue: next descriptor out of range",
  sizeExceeded: "virtqueue: more buffers in use than the queue has",
  indirectSize: "virtqueue: indirect table of a bad size",
  indirectUnmapped: "virtqueue: indirect table outside memory",
  zeroLength: "virtqueue: descriptor of length 0",
  tooManySegments: "virtqueue: too many descriptors in one buffer",
  strayBuffer: "virtqueue: buffer outside memory",
  wrongOrder: "virtqueue: readable descriptor after a writable one",
  loop: "virtqueue: chain longer than its table",
  notShared: "vhost-user: buffer outside the memory that the guest shares",
  queueEnable: "virtio-pci: wrong value for queue_enable",
  noInBuffer: "virtio-net: receive buffer that cannot be written",
  emptyQueue: "virtio-net: receive queue ran empty within a frame",
  longChain: "virtio-net: frame spread over too many buffers",
  noOutBuffer: "virtio-net: transmit buffer that cannot be read",
  shortHeader: "virtio-net: transmit buffer shorter than its header",
  nothingToSend: "virtio-net: transmit buffer with a header only",
  shortControl: "virtio-net: control command without header or status",
} as const;
/** One of the ways to break a virtqueue. */
export type RingFault = keyof typeof RING_FAULT;
