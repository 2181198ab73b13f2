import { assert } from "../core/assert.ts";
import type { GuestMemory } from "./guest-memory.ts";
import { PAGE_BYTES, takeHostPage } from "./host-page.ts";

/** Descriptor types: Intel VT-d 6.5.2 "Queued Invalidation Interface". */
export const INVALIDATE = { context: 1, iotlb: 2, interruptEntry: 4, wait: 5 } as const;
/** Granularities in bits 5:4 of context and IOTLB descriptors. */
export const GRANULARITY = { global: 1, domain: 2, selective: 3 } as const;

const DESCRIPTOR_BYTES = 16;
const ENTRIES = PAGE_BYTES / DESCRIPTOR_BYTES;
/** SW of a wait descriptor: the hardware writes the status word. */
const STATUS_WRITE = 0x20;
const DONE = 1;

/** A descriptor's four words, as the hardware decodes them. */
export interface InvalidationRequest {
  readonly type: number;
  readonly granularity: number;
  readonly words: Uint32Array;
}

/**
 * The queue by which the host tells the IOMMU to forget: descriptors in host memory, a tail that
 * the driver moves, and a wait descriptor whose status write says that all before it is done.
 * drivers/iommu/intel/dmar.c, qi_submit_sync.
 */
export class InvalidationQueue {
  readonly #memory: GuestMemory;
  readonly #base: number;
  readonly #status: number;
  readonly #execute: (request: InvalidationRequest) => boolean;
  readonly #words = new Uint32Array(4);
  /** IQT and IQH, in descriptors. */
  #tail = 0;
  #head = 0;
  /** FSTS.IQE: a descriptor could not be understood; the queue stands still. */
  error = false;
  /** Hears that descriptors were queued, and done. */
  onChange: (() => void) | undefined;

  /** @param execute Does what a request says; false when it is invalid. */
  constructor(memory: GuestMemory, execute: (request: InvalidationRequest) => boolean) {
    this.#memory = memory;
    this.#base = takeHostPage(memory, "IOMMU invalidation queue");
    this.#status = memory.allocateHost(4);
    this.#execute = execute;
  }

  /** Machine address of the queue. */
  get base(): number {
    return this.#base;
  }

  /** IQH: the descriptor that the hardware looks at next. */
  get head(): number {
    return this.#head;
  }

  /** IQT: where software puts the next. */
  get tail(): number {
    return this.#tail;
  }

  /**
   * Software: queues one request and waits until the hardware has done it.
   * @returns False when the hardware reported an error in the queue.
   */
  submit(word0: number, word1: number, word2: number, word3: number): boolean {
    const { view } = this.#memory;
    this.#put(word0, word1, word2, word3);
    view.setUint32(this.#status, 0, true);
    this.#put(INVALIDATE.wait | STATUS_WRITE, DONE, this.#status, 0);
    this.#process();
    this.onChange?.();
    return view.getUint32(this.#status, true) === DONE;
  }

  #put(word0: number, word1: number, word2: number, word3: number): void {
    const { view } = this.#memory;
    const at = this.#base + this.#tail * DESCRIPTOR_BYTES;
    view.setUint32(at, word0, true);
    view.setUint32(at + 4, word1, true);
    view.setUint32(at + 8, word2, true);
    view.setUint32(at + 12, word3, true);
    this.#tail = (this.#tail + 1) % ENTRIES;
    assert(this.#tail !== this.#head || this.error, "the invalidation queue has room");
  }

  /** Hardware: everything up to the tail, unless an error stopped it. */
  #process(): void {
    const { view } = this.#memory;
    while (this.#head !== this.#tail && !this.error) {
      const at = this.#base + this.#head * DESCRIPTOR_BYTES;
      const words = this.#words;
      for (let i = 0; i < 4; i++) words[i] = view.getUint32(at + 4 * i, true);
      const first = words[0] as number;
      const type = first & 0xf;
      if (type === INVALIDATE.wait) {
        if ((first & STATUS_WRITE) !== 0) {
          view.setUint32(words[2] as number, words[1] as number, true);
        }
      } else if (!this.#execute({ type, granularity: (first >> 4) & 3, words })) {
        this.error = true;
        return;
      }
      this.#head = (this.#head + 1) % ENTRIES;
    }
  }
}
