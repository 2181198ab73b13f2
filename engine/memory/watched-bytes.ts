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

  constructor(watcher: MemoryWatcher, buffer: ArrayBuffer, byteOffset = 0, length?: number) {
    super(buffer, byteOffset, length);
    this.#watcher = watcher;
    this.#whole = new Uint8Array(buffer);
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
    return new WatchedBytes(this.#watcher, this.buffer, this.byteOffset + from, byteCount);
  }
}

/** A view of a machine's memory whose setters tell a watcher what they wrote. */
export class WatchedView extends DataView<ArrayBuffer> {
  constructor(watcher: MemoryWatcher, buffer: ArrayBuffer, byteOffset = 0, byteLength?: number) {
    super(buffer, byteOffset, byteLength);
    const whole = new Uint8Array(buffer);
    const wrote = (at: number, byteCount: number): void =>
      watcher.wrote(whole, this.byteOffset + at, byteCount);
    for (const [name, set, byteCount] of SETTERS) {
      Object.defineProperty(this, name, {
        value: (at: number, value: never, littleEndian?: boolean): void => {
          set.call(this, at, value, littleEndian);
          wrote(at, byteCount);
        },
      });
    }
  }
}

/** Every setter of a DataView, and how many bytes it writes: its name says it. */
const SETTERS = Object.entries(Object.getOwnPropertyDescriptors(DataView.prototype)).flatMap(
  ([name, { value }]) =>
    name.startsWith("set")
      ? [[name, value as DataView["setUint32"], Number(/\d+$/.exec(name)?.[0]) / 8] as const]
      : [],
);

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
