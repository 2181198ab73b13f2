/**
 * Feature bits by number: virtio 1.2, 5.1.3 "Feature bits" (network device), 6 "Reserved Feature
 * Bits", and the legacy ones of 5.1.3.2 and 6.3.
 */
export const FEATURE = {
  CSUM: 0,
  GUEST_CSUM: 1,
  CTRL_GUEST_OFFLOADS: 2,
  MTU: 3,
  MAC: 5,
  GSO: 6,
  GUEST_TSO4: 7,
  GUEST_TSO6: 8,
  GUEST_ECN: 9,
  GUEST_UFO: 10,
  HOST_TSO4: 11,
  HOST_TSO6: 12,
  HOST_ECN: 13,
  HOST_UFO: 14,
  MRG_RXBUF: 15,
  STATUS: 16,
  CTRL_VQ: 17,
  CTRL_RX: 18,
  CTRL_VLAN: 19,
  CTRL_RX_EXTRA: 20,
  GUEST_ANNOUNCE: 21,
  MQ: 22,
  CTRL_MAC_ADDR: 23,
  NOTIFY_ON_EMPTY: 24,
  ANY_LAYOUT: 27,
  INDIRECT_DESC: 28,
  EVENT_IDX: 29,
  UNUSED: 30,
  VERSION_1: 32,
  ACCESS_PLATFORM: 33,
  RING_PACKED: 34,
  ORDER_PLATFORM: 36,
  NOTIFICATION_DATA: 38,
  RING_RESET: 40,
} as const;
/** The name of a feature bit. */
export type FeatureName = keyof typeof FEATURE;

/** A set of 64 feature bits, kept as two 32-bit words as the transports move them. */
export class FeatureSet {
  /** Bits 0 to 31, unsigned. */
  low: number;
  /** Bits 32 to 63, unsigned. */
  high: number;

  constructor(low = 0, high = 0) {
    this.low = low >>> 0;
    this.high = high >>> 0;
  }

  /** The set with exactly the named bits. */
  static of(...names: FeatureName[]): FeatureSet {
    const set = new FeatureSet();
    for (const name of names) set.add(FEATURE[name]);
    return set;
  }

  /** Whether bit `bit` is in the set. */
  has(bit: number): boolean {
    return ((bit < 32 ? this.low >>> bit : this.high >>> (bit - 32)) & 1) === 1;
  }

  /** Puts bit `bit` in. */
  add(bit: number): this {
    if (bit < 32) this.low = (this.low | (1 << bit)) >>> 0;
    else this.high = (this.high | (1 << (bit - 32))) >>> 0;
    return this;
  }

  /** Takes bit `bit` out. */
  remove(bit: number): this {
    if (bit < 32) this.low = (this.low & ~(1 << bit)) >>> 0;
    else this.high = (this.high & ~(1 << (bit - 32))) >>> 0;
    return this;
  }

  /** The bits in this set and in `other`. */
  and(other: FeatureSet): FeatureSet {
    return new FeatureSet(this.low & other.low, this.high & other.high);
  }

  /** The bits in this set but not in `other`. */
  without(other: FeatureSet): FeatureSet {
    return new FeatureSet(this.low & ~other.low, this.high & ~other.high);
  }

  /** Makes this set equal to the two words. */
  assign(low: number, high: number): void {
    this.low = low >>> 0;
    this.high = high >>> 0;
  }
}
