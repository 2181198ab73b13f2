/** Who may act on a slot next: by the specification's rule for the device, or nobody yet. */
export type SlotOwner = "driver" | "device" | "none";

/** A field of a slot. */
export interface SlotField {
  /** As the driver's source or the specification has it: `opts1`, `addr`. */
  readonly name: string;
  readonly value: number;
  readonly sizeBytes: number;
  /** What the value means in words: flags by name, lengths with their unit; empty where it says all. */
  readonly text: string;
  /** The value and its meaning before this row, where they changed at it. */
  readonly before?: { readonly value: number; readonly text: string };
}

/** A slot of a ring: a descriptor, an entry, or a stretch of a ring of bytes. */
export interface RingSlot {
  /** 0-based. */
  readonly index: number;
  /** Guest-physical address of its first byte. */
  readonly address: number;
  readonly byteCount: number;
  readonly owner: SlotOwner;
  /** Who it belonged to before this row, where that changed at it. */
  readonly ownerBefore?: SlotOwner | undefined;
  /** What is going on with it, in a few words: "free", "frame to send". */
  readonly state: string;
  /** Decoded when asked for. */
  readonly fields: readonly SlotField[];
  /** Whether the row wrote other bytes into it or changed its owner. */
  readonly changed: boolean;
  /** The buffer it points to, guest-physical. */
  readonly bufferAddress?: number | undefined;
  readonly bufferBytes?: number | undefined;
  /** The packet whose bytes lie in its buffer, counted from 1, where the slot holds one. */
  readonly packet?: number | undefined;
  /** The next slot of its chain. */
  readonly next?: number | undefined;
  /** The slot of another ring it speaks of: an available entry's descriptor. */
  readonly refersTo?: { readonly ring: string; readonly index: number } | undefined;
  /** Descriptors of an indirect table that the slot points to. */
  readonly indirect?: readonly RingSlot[] | undefined;
}

/** A place in a ring that has a name: head, tail, an index of one side or an event index. */
export interface RingMarker {
  /** `TDH`, `next_to_clean`, `avail idx`, `used_event`. */
  readonly name: string;
  /** Who moves it. */
  readonly keeper: "driver" | "device";
  /** The slot (or byte) it points to, below the ring's size. */
  readonly index: number;
  /** The value as it is kept: indices of virtio and Xen run on beyond the ring's size. */
  readonly value: number;
  /** The value before this row, where it changed at it. */
  readonly before?: number;
  /** Of a packed virtqueue: the wrap counter that goes with it, 0 or 1. */
  readonly wrap?: number;
}

/** A ring at a moment. */
export interface RingState {
  /** Unique in a run: the name of its shared block. */
  readonly id: string;
  readonly title: string;
  /** Codes of the actors who play its two sides. */
  readonly driver: number;
  readonly device: number;
  /** What an index counts: slots, or bytes of a buffer that is used as a ring. */
  readonly unit: "slot" | "byte";
  /** Number of slots, or bytes of a ring of bytes. */
  readonly size: number;
  /** Bytes of a slot; 0 where slots differ. */
  readonly entryBytes: number;
  /** Guest-physical address of its first byte, and how many there are. */
  readonly address: number;
  readonly byteCount: number;
  readonly slots: readonly RingSlot[];
  readonly markers: readonly RingMarker[];
  /** Rings of the same queue have the same group: they are drawn side by side. */
  readonly group: string;
  /** The rule by which a slot has its owner, in one sentence. */
  readonly rule: string;
  /** Where the rule stands: specification, edition, number and title. */
  readonly source: string;
  /** Whether the row changed anything of it. */
  readonly changed: boolean;
}
