/** The most pieces that one buffer may have; QEMU's VIRTQUEUE_MAX_SIZE. */
export const MAX_SEGMENTS = 1024;

/**
 * A buffer that the device took from a virtqueue: its pieces, first those to read, then those to
 * write. Allocated once and filled again and again.
 */
export class VirtqueueElement {
  /** What the driver finds in the used ring: head of the chain, or buffer id. */
  index = 0;
  /** Descriptors that it takes in a packed ring. */
  descriptorCount = 1;
  /** Pieces that the device reads. */
  outCount = 0;
  /** Pieces that the device writes; they follow the others. */
  inCount = 0;
  /** Bytes of pieces that lie outside guest memory. */
  strayBytes = 0;
  /** Bytes to report when it is filled. */
  usedBytes = 0;
  readonly addresses = new Float64Array(MAX_SEGMENTS);
  readonly lengths = new Uint32Array(MAX_SEGMENTS);

  /** Number of pieces. */
  get count(): number {
    return this.outCount + this.inCount;
  }

  /** Empties it for the next buffer. */
  clear(): void {
    this.outCount = 0;
    this.inCount = 0;
    this.strayBytes = 0;
    this.usedBytes = 0;
    this.descriptorCount = 1;
  }

  /** Bytes that the device may read. */
  get outBytes(): number {
    let sum = 0;
    for (let i = 0; i < this.outCount; i++) sum += this.lengths[i] as number;
    return sum;
  }

  /** Bytes that the device may write. */
  get inBytes(): number {
    let sum = 0;
    for (let i = this.outCount; i < this.count; i++) sum += this.lengths[i] as number;
    return sum;
  }
}
