import { InputError } from "../core/input-error.ts";

/** What is wrong with a capture, and where: the parts of one error sentence. */
export interface CaptureProblem {
  /** Byte offset in the file of the field or record meant. */
  readonly offset: number;
  /** The field or record, for example "captured length of packet 3". */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

/**
 * The bytes of one capture file: its fields in the byte order last set, and errors that name the
 * file and the place.
 */
export class CaptureBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Byte order of all fields; pcapng can change it with every section. */
  littleEndian = true;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, name: string) {
    this.name = name;
    // A plain view: in a subclass such as Node's Buffer, slice() would not copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Size of the file in bytes. */
  get sizeBytes(): number {
    return this.bytes.byteLength;
  }

  /**
   * The unsigned 16-bit field at a byte offset; the caller has checked that it is inside the file.
   */
  uint16(offset: number): number {
    return this.#view.getUint16(offset, this.littleEndian);
  }

  /**
   * The unsigned 32-bit field at a byte offset; the caller has checked that it is inside the file.
   */
  uint32(offset: number): number {
    return this.#view.getUint32(offset, this.littleEndian);
  }

  /**
   * The signed 64-bit field at a byte offset; the caller has checked that it is inside the file.
   */
  int64(offset: number): bigint {
    return this.#view.getBigInt64(offset, this.littleEndian);
  }

  /**
   * Four bytes as they stand in the file, for example "0a 0d 0d 0a"; fewer at the end of the file.
   */
  hex(offset: number, sizeBytes = 4): string {
    const parts: string[] = [];
    for (const byte of this.bytes.subarray(offset, offset + sizeBytes)) {
      parts.push(byte.toString(16).padStart(2, "0"));
    }
    return parts.join(" ");
  }

  /** Throws an `InputError` unless the file has that many bytes from the offset on. */
  need(offset: number, sizeBytes: number, field: string): void {
    const leftBytes = this.sizeBytes - offset;
    if (leftBytes >= sizeBytes) return;
    throw this.error({
      offset,
      field,
      found: `the end of the file after ${countBytes(Math.max(leftBytes, 0))}`,
      expected: `${countBytes(sizeBytes)}`,
    });
  }

  /**
   * The error to throw: one sentence with file, field, offset, what was found and what was
   * expected.
   */
  error(problem: CaptureProblem): InputError {
    const { offset, field, found, expected } = problem;
    return new InputError(
      `${this.name}: ${field} at byte ${offset}: found ${found}, expected ${expected}.`,
    );
  }
}

/** A number of bytes in words: "1 byte", "60 bytes". */
export function countBytes(bytes: number): string {
  return bytes === 1 ? "1 byte" : `${bytes} bytes`;
}
