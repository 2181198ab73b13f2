/** Hears of each write to a machine's memory, when the bytes stand there. */
export interface MemoryWatcher {
  wrote(bytes: Uint8Array, address: number, byteCount: number): void;
}

/**
 * A machine's memory whose methods tell a watcher what they wrote. An assignment to an element
 * cannot be seen: `putByte` and `put16` are there for those.
 */
export class WatchedBytes extends Uint8Array<ArrayBuffer> {
  readonly #watcher: MemoryWatcher;
  /** All the memory, from address 0. */
  readonly #whole: Uint8Array<ArrayBuffer>;

  constructor(
    watcher: MemoryWatcher,
    buffer: ArrayBuffer,
    byteOffset = 0,
    length?: number,
    whole = new Uint8Array(buffer),
  ) {
    super(buffer, byteOffset, length);
    this.#watcher = watcher;
    this.#whole = whole;
  }

  /** Copies (`slice`, `map`) are plain arrays: nobody watches them. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }

  /** Tells that bytes were written, by their place in this array. */
  wrote(at: number, byteCount: number): void {
    this.#watcher.wrote(this.#whole, this.byteOffset + at, byteCount);
  }

  override set(from: ArrayLike<number>, at = 0): void {
    super.set(from, at);
    this.wrote(at, from.length);
  }

  override fill(value: number, start = 0, end = this.length): this {
    super.fill(value, start, end);
    const from = place(start, this.length);
    this.wrote(from, place(end, this.length) - from);
    return this;
  }

  override copyWithin(target: number, start: number, end = this.length): this {
    super.copyWithin(target, start, end);
    const to = place(target, this.length);
    const byteCount = place(end, this.length) - place(start, this.length);
    this.wrote(to, Math.min(byteCount, this.length - to));
    return this;
  }

  override reverse(): this {
    super.reverse();
    this.wrote(0, this.length);
    return this;
  }

  override sort(compare?: (one: number, other: number) => number): this {
    super.sort(compare);
    this.wrote(0, this.length);
    return this;
  }

  /** A part of the memory, watched as well. */
  override subarray(start = 0, end = this.length): WatchedBytes {
    const from = place(start, this.length);
    const byteCount = Math.max(0, place(end, this.length) - from);
    const first = this.byteOffset + from;
    return new WatchedBytes(this.#watcher, this.buffer, first, byteCount, this.#whole);
  }
}

/** A view of a machine's memory whose setters tell a watcher what they wrote. */
export class WatchedView extends DataView<ArrayBuffer> {
  readonly #watcher: MemoryWatcher;
  readonly #whole: Uint8Array<ArrayBuffer>;
  readonly #address: number;

  constructor(watcher: MemoryWatcher, buffer: ArrayBuffer, byteOffset = 0, byteLength?: number) {
    super(buffer, byteOffset, byteLength);
    this.#watcher = watcher;
    this.#whole = new Uint8Array(buffer);
    this.#address = byteOffset;
  }

  /** Tells that bytes were written, by their place in this view. */
  wrote(at: number, byteCount: number): void {
    this.#watcher.wrote(this.#whole, this.#address + at, byteCount);
  }

  // The three that models use stand here by themselves, as the compiler then makes them fast.
  override setUint8(at: number, value: number): void {
    super.setUint8(at, value);
    this.wrote(at, 1);
  }

  override setUint16(at: number, value: number, littleEndian?: boolean): void {
    super.setUint16(at, value, littleEndian);
    this.wrote(at, 2);
  }

  override setUint32(at: number, value: number, littleEndian?: boolean): void {
    super.setUint32(at, value, littleEndian);
    this.wrote(at, 4);
  }
}

// Every other setter that a DataView has or will have; its name says how many bytes it writes.
for (const [name, { value }] of Object.entries(
  Object.getOwnPropertyDescriptors(DataView.prototype),
)) {
  if (!name.startsWith("set") || Object.hasOwn(WatchedView.prototype, name)) continue;
  const set = value as DataView["setUint32"];
  const byteCount = Number(/\d+$/.exec(name)?.[0]) / 8;
  Object.defineProperty(WatchedView.prototype, name, {
    value(this: WatchedView, at: number, written: never, littleEndian?: boolean): void {
      set.call(this, at, written, littleEndian);
      this.wrote(at, byteCount);
    },
  });
}

/** Where an index of a typed array's method points: negative ones count from the end. */
function place(index: number, length: number): number {
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}

/** Writes one byte of a machine's memory, or of a frame. */
export function putByte(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  if (bytes instanceof WatchedBytes) bytes.wrote(at, 1);
}

/** Writes two bytes of a machine's memory, or of a frame, in network order. */
export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
  if (bytes instanceof WatchedBytes) bytes.wrote(at, 2);
}
