import type { GuestMemory } from "./guest-memory.ts";

/** Equal buffers of guest memory, taken and given back without allocation. */
export class BufferPool {
  /** Size of each buffer in bytes. */
  readonly bufferBytes: number;
  readonly #memory: GuestMemory;
  readonly #alignment: number;
  readonly #free: number[] = [];

  constructor(memory: GuestMemory, bufferBytes: number, alignment = 64) {
    this.#memory = memory;
    this.bufferBytes = bufferBytes;
    this.#alignment = alignment;
  }

  /** Address of a free buffer; its content is whatever its last use left. */
  take(): number {
    const address = this.#free.pop();
    return address ?? this.#memory.allocate(this.bufferBytes, this.#alignment);
  }

  /** Gives a buffer back. */
  give(address: number): void {
    this.#free.push(address);
  }
}
