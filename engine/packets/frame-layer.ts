import { hex } from "./address-text.ts";

/** One field of a protocol header. Fields of less than a byte name the byte they lie in. */
export interface FrameField {
  readonly name: string;
  /** The value for people. */
  readonly text: string;
  /** Byte offset in the frame. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** One protocol header, or the data or padding at the end of a frame. */
export interface FrameLayer {
  /** "Ethernet", "802.1Q", "IPv4" …, "Data", "Padding". */
  readonly name: string;
  /** Byte offset in the frame. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly fields: readonly FrameField[];
}

/** A frame being taken apart: the layers found so far, and what the one-line summary will say. */
export class FrameDissection {
  readonly frame: Uint8Array;
  readonly view: DataView;
  readonly layers: FrameLayer[] = [];
  /** VLAN tags, outermost first, for example "VLAN 100 ". */
  tags = "";
  /** Addresses of the innermost layer that has any. */
  source = "";
  destination = "";
  /** Everything after the addresses. */
  line = "";
  /** Set when the bytes contradict a header, or end inside one; nothing after is a layer. */
  problem: string | null = null;

  constructor(frame: Uint8Array) {
    this.frame = frame;
    this.view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  }

  /** Adds the next layer, which begins where the last one ended. */
  addLayer(name: string, offset: number, sizeBytes: number, fields: readonly FrameField[]): void {
    this.layers.push({ name, offset, sizeBytes, fields });
  }

  /** Adds what no header explains, if there is any. */
  addRest(name: "Data" | "Padding", offset: number, end: number): void {
    if (end > offset) this.addLayer(name, offset, end - offset, []);
  }

  /** Whether a header fits between two offsets; if not, that is the frame's problem. */
  fits(header: string, offset: number, end: number, headerBytes: number): boolean {
    if (end - offset >= headerBytes) return true;
    this.problem = `${header} header: found ${end - offset} bytes, expected ${headerBytes}`;
    return false;
  }
}

/**
 * A field of big-endian bytes, shown as a decimal number unless a text is given; 1, 2 or 4 bytes.
 */
export function numberField(
  view: DataView,
  name: string,
  offset: number,
  sizeBytes: 1 | 2 | 4,
  text: (value: number) => string = String,
): FrameField {
  return { name, offset, sizeBytes, text: text(readNumber(view, offset, sizeBytes)) };
}

/**
 * A checksum field with the verdict on it: `expected` is the right value, or undefined when it
 * cannot be known.
 */
export function checksumField(
  view: DataView,
  offset: number,
  expected: number | undefined,
): FrameField {
  const found = view.getUint16(offset);
  let verdict = "";
  if (expected !== undefined) {
    verdict = found === expected ? " (right)" : ` (wrong, expected 0x${hex(expected, 4)})`;
  }
  return { name: "Checksum", offset, sizeBytes: 2, text: `0x${hex(found, 4)}${verdict}` };
}

function readNumber(view: DataView, offset: number, sizeBytes: 1 | 2 | 4): number {
  if (sizeBytes === 1) return view.getUint8(offset);
  return sizeBytes === 2 ? view.getUint16(offset) : view.getUint32(offset);
}
