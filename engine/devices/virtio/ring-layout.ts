/** Flags of a descriptor: virtio 1.2, 2.7.5 "The Virtqueue Descriptor Table" and 2.8.1. */
export const DESC_F = { NEXT: 1, WRITE: 2, INDIRECT: 4, AVAIL: 0x80, USED: 0x8000 } as const;

/** `avail.flags`: the driver wants no interrupts. virtio 1.2, 2.7.6 "The Virtqueue Available Ring". */
export const AVAIL_F_NO_INTERRUPT = 1;
/** `used.flags`: the device wants no notifications. virtio 1.2, 2.7.8 "The Virtqueue Used Ring". */
export const USED_F_NO_NOTIFY = 1;

/** Event suppression flags of a packed ring: virtio 1.2, 2.8.10 "Event Suppression Structure Format". */
export const EVENT_FLAG = { ENABLE: 0, DISABLE: 1, DESC: 2 } as const;
/** The wrap counter in an event offset and in the driver's last used index: bit 15. */
export const WRAP_COUNTER = 0x8000;

/** Bytes of one descriptor, split and packed alike. */
export const DESC_BYTES = 16;
/** Offsets within a split descriptor. */
export const SPLIT_DESC = { addr: 0, len: 8, flags: 12, next: 14 } as const;
/** Offsets within a packed descriptor: virtio 1.2, 2.8.13 "Packed Virtqueue Descriptor Format". */
export const PACKED_DESC = { addr: 0, len: 8, id: 12, flags: 14 } as const;
/** Offsets within a packed ring's event suppression structure. */
export const EVENT = { offWrap: 0, flags: 2, bytes: 4 } as const;

/** Bytes of the available ring of `num` entries with its `used_event`. */
export function availBytes(num: number): number {
  return 6 + 2 * num;
}

/** Offset of `used_event` in the available ring. */
export function usedEventOffset(num: number): number {
  return 4 + 2 * num;
}

/** Bytes of the used ring of `num` entries with its `avail_event`. */
export function usedBytes(num: number): number {
  return 6 + 8 * num;
}

/** Offset of `avail_event` in the used ring. */
export function availEventOffset(num: number): number {
  return 4 + 8 * num;
}

/**
 * Offset of the used ring when all three parts lie in one piece: virtio 1.2, 2.7.2 "Legacy
 * Interfaces: A Note on Virtqueue Layout"; modern drivers use the same layout with a smaller
 * alignment.
 */
export function usedOffset(num: number, alignment: number): number {
  const end = DESC_BYTES * num + availBytes(num);
  return Math.ceil(end / alignment) * alignment;
}

/** Bytes of a split ring in one piece. */
export function splitRingBytes(num: number, alignment: number): number {
  return usedOffset(num, alignment) + usedBytes(num);
}
