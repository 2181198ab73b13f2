/**
 * Whether moving an index from `old` to `new` passes `event`, all of them modulo 2^16.
 * virtio 1.2, 2.7.7.1 "Driver Requirements: Used Buffer Notification Suppression", and its mirror
 * image 2.7.10; include/uapi/linux/virtio_ring.h, vring_need_event.
 */
export function needEvent(event: number, newIndex: number, oldIndex: number): boolean {
  return ((newIndex - event - 1) & 0xffff) < ((newIndex - oldIndex) & 0xffff);
}
