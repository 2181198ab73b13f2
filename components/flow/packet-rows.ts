import type { Trace } from "#engine";

/**
 * The rows of a trace by packet, in their order. A row that names no packet (an interrupt that several
 * packets share, a look at a ring) stands with the packet of the row before it, so that each row
 * has one packet and the counts of all packets add up to those of the run.
 */
export class PacketRows {
  readonly #owners: Int32Array;
  readonly #rows: Int32Array;
  readonly #starts: Int32Array;

  constructor(trace: Trace, packetCount: number) {
    const owners = ownersOf(trace, packetCount);
    const starts = new Int32Array(packetCount + 1);
    for (let row = 0; row < trace.length; row++) {
      const next = (owners[row] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let packet = 0; packet < packetCount; packet++) {
      starts[packet + 1] = (starts[packet + 1] ?? 0) + (starts[packet] ?? 0);
    }
    this.#owners = owners;
    const rows = new Int32Array(trace.length);
    const next = starts.slice();
    for (let row = 0; row < trace.length; row++) {
      const owner = owners[row] as number;
      const at = next[owner] as number;
      rows[at] = row;
      next[owner] = at + 1;
    }
    this.#rows = rows;
    this.#starts = starts;
  }

  /** The rows of a packet, counted from 0. */
  of(packet: number): Int32Array {
    return this.#rows.subarray(this.#starts[packet] ?? 0, this.#starts[packet + 1] ?? 0);
  }

  /** The packet, counted from 0, that a row stands with. */
  ownerOf(row: number): number {
    return this.#owners[row] ?? 0;
  }
}

function ownersOf(trace: Trace, packetCount: number): Int32Array {
  const owners = new Int32Array(trace.length);
  let owner = 0;
  for (let row = 0; row < trace.length; row++) {
    const packet = trace.packet[row] ?? -1;
    if (packet >= 0 && packet < packetCount) owner = packet;
    owners[row] = owner;
  }
  return owners;
}
