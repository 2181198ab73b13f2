/** Builders of capture files, also of wrong ones: every field can be set. */

/** A growing list of fields in one byte order. */
export class Bytes {
  readonly #littleEndian: boolean;
  readonly #bytes: number[] = [];

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  u8(...values: number[]): this {
    this.#bytes.push(...values.map((value) => value & 0xff));
    return this;
  }

  u16(value: number): this {
    return this.#number(BigInt(value), 2);
  }

  u32(value: number): this {
    return this.#number(BigInt(value), 4);
  }

  u64(value: bigint): this {
    return this.#number(value, 8);
  }

  raw(bytes: Uint8Array): this {
    this.#bytes.push(...bytes);
    return this;
  }

  /** Zeros up to a multiple of 4. */
  pad(): this {
    while (this.#bytes.length % 4 !== 0) this.#bytes.push(0);
    return this;
  }

  get length(): number {
    return this.#bytes.length;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #number(value: bigint, sizeBytes: number): this {
    const bytes: number[] = [];
    for (let at = 0; at < sizeBytes; at += 1) bytes.push(Number((value >> BigInt(8 * at)) & 0xffn));
    this.#bytes.push(...(this.#littleEndian ? bytes : bytes.reverse()));
    return this;
  }
}

export interface PcapPacket {
  readonly data: Uint8Array;
  readonly seconds?: number;
  readonly fraction?: number;
  readonly capturedBytes?: number;
  readonly originalBytes?: number;
}

export interface PcapFile {
  readonly littleEndian?: boolean;
  readonly magic?: number;
  readonly version?: readonly [number, number];
  readonly linkType?: number;
  readonly packets?: readonly PcapPacket[];
}

/** A classic pcap file; without options microseconds, little-endian, Ethernet, no packets. */
export function aPcap(file: PcapFile = {}): Uint8Array {
  const { littleEndian = true, magic = 0xa1b2c3d4, version = [2, 4], linkType = 1 } = file;
  const out = new Bytes(littleEndian).u32(magic).u16(version[0]).u16(version[1]);
  out.u32(0).u32(0).u32(65_535).u32(linkType);
  for (const packet of file.packets ?? []) {
    const { data, seconds = 0, fraction = 0 } = packet;
    const { capturedBytes = data.length, originalBytes = data.length } = packet;
    out.u32(seconds).u32(fraction).u32(capturedBytes).u32(originalBytes).raw(data);
  }
  return out.done();
}

/** One block of a pcapng file: its body, and lengths that can be wrong. */
export interface Block {
  readonly type: number;
  readonly body: Bytes;
  readonly lengthBytes?: number;
  readonly trailerBytes?: number;
}

/** Makes the blocks of one section in one byte order. */
export class PcapngSection {
  readonly littleEndian: boolean;

  constructor(littleEndian = true) {
    this.littleEndian = littleEndian;
  }

  body(): Bytes {
    return new Bytes(this.littleEndian);
  }

  header(options: { sectionBytes?: bigint; version?: readonly [number, number] } = {}): Block {
    const [major, minor] = options.version ?? [1, 0];
    const body = this.body().u32(0x1a2b3c4d).u16(major).u16(minor);
    return { type: 0x0a0d0d0a, body: body.u64(options.sectionBytes ?? -1n) };
  }

  /** Options as code and value, ended by opt_endofopt when there are any. */
  options(
    values: readonly (readonly [code: number, value: Uint8Array])[],
    body = this.body(),
  ): Bytes {
    for (const [code, value] of values) body.u16(code).u16(value.length).raw(value).pad();
    if (values.length > 0) body.u32(0);
    return body;
  }

  interface(
    linkType = 1,
    options: readonly (readonly [number, Uint8Array])[] = [],
    snapBytes = 0,
  ): Block {
    return {
      type: 1,
      body: this.options(options, this.body().u16(linkType).u16(0).u32(snapBytes)),
    };
  }

  enhanced(
    data: Uint8Array,
    more: {
      id?: number;
      units?: bigint;
      originalBytes?: number;
      capturedBytes?: number;
      options?: readonly (readonly [number, Uint8Array])[];
    } = {},
  ): Block {
    const { id = 0, units = 0n, originalBytes = data.length, capturedBytes = data.length } = more;
    const body = this.body()
      .u32(id)
      .u32(Number(units >> 32n))
      .u32(Number(units & 0xffff_ffffn));
    body.u32(capturedBytes).u32(originalBytes).raw(data).pad();
    return { type: 6, body: this.options(more.options ?? [], body) };
  }

  obsolete(data: Uint8Array, id = 0, units = 0n): Block {
    const body = this.body()
      .u16(id)
      .u16(0xffff)
      .u32(Number(units >> 32n));
    body
      .u32(Number(units & 0xffff_ffffn))
      .u32(data.length)
      .u32(data.length)
      .raw(data)
      .pad();
    return { type: 2, body };
  }

  simple(data: Uint8Array, originalBytes = data.length): Block {
    return { type: 3, body: this.body().u32(originalBytes).raw(data).pad() };
  }

  /** A block of another type, with any body. */
  other(type: number, data: Uint8Array): Block {
    return { type, body: this.body().raw(data).pad() };
  }

  bytes(...blocks: Block[]): Uint8Array {
    const out = this.body();
    for (const { type, body, lengthBytes, trailerBytes } of blocks) {
      const total = lengthBytes ?? body.length + 12;
      out
        .u32(type)
        .u32(total)
        .raw(body.done())
        .u32(trailerBytes ?? total);
    }
    return out.done();
  }
}

/** A frame of any size whose bytes tell their place. */
export function aFrame(sizeBytes: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => (first + index) & 0x7f);
}

/** Pieces of a file, one after the other. */
export function concatenate(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The same file with some bytes changed. */
export function patched(file: Uint8Array, offset: number, ...values: number[]): Uint8Array {
  const copy = file.slice();
  copy.set(values, offset);
  return copy;
}
