/** When packets set out and arrived, in cycles; a packet that never arrived has no latency. */
export class LatencyMeter {
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;

  /** @param packetCount Packets are numbered from 0 to one less. */
  constructor(packetCount: number) {
    this.#starts = new Float64Array(packetCount).fill(NaN);
    this.#ends = new Float64Array(packetCount).fill(NaN);
  }

  /** A packet sets out: its application begins to send it, or its first bit comes in. */
  started(packet: number, cycles: number): void {
    if (packet >= 0 && packet < this.#starts.length) this.#starts[packet] = cycles;
  }

  /** A packet arrives: its last bit is out, or the guest's application has it. */
  ended(packet: number, cycles: number): void {
    if (packet >= 0 && packet < this.#ends.length && Number.isNaN(this.#ends[packet] as number))
      this.#ends[packet] = cycles;
  }

  /** Latencies in cycles of the packets that arrived, in their order. */
  latencies(): Float64Array {
    const found = new Float64Array(this.#starts.length);
    let count = 0;
    for (let packet = 0; packet < found.length; packet++) {
      const latency = (this.#ends[packet] as number) - (this.#starts[packet] as number);
      if (!Number.isNaN(latency)) found[count++] = latency;
    }
    return found.subarray(0, count);
  }

  /** When each packet set out, in cycles; NaN for one that did not. */
  get starts(): Float64Array {
    return this.#starts;
  }

  /** When each packet arrived, in cycles; NaN for one that did not. */
  get ends(): Float64Array {
    return this.#ends;
  }
}

/** The value below which a share of the values lies (0 to 1): the nearest rank; NaN for none. */
export function percentile(values: Float64Array, share: number): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const rank = Math.min(sorted.length, Math.max(1, Math.ceil(share * sorted.length)));
  return sorted[rank - 1] as number;
}
