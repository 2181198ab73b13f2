import { hex } from "./address-text.ts";

/** What a checksum is worth: an offload leaves the sum of the pseudo-header for the device to finish. */
export type ChecksumVerdict = "right" | "wrong" | "not filled in yet" | "not used";

/** One field of a protocol header. Fields of less than a byte name the bytes they lie in. */
export interface FrameField {
  readonly name: string;
  /** The value for people. */
  readonly text: string;
  /** Byte offset in the frame. */
  readonly offset: number;
  readonly sizeBytes: number;
  /** Where less than all bits belong to it: the lowest, of the bytes as one number, and how many. */
  readonly bits?: { readonly lsb: number; readonly width: number };
  /** For a checksum, whether it holds. */
  readonly verdict?: ChecksumVerdict;
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

/** A field of some bits of a byte or two. */
export function bitField(
  name: string,
  [offset, sizeBytes]: readonly [offset: number, sizeBytes: number],
  [lsb, width]: readonly [lsb: number, width: number],
  text: string,
): FrameField {
  return { name, offset, sizeBytes, bits: { lsb, width }, text };
}

/**
 * A checksum field with the verdict on it.
 * @param expected The right value, or undefined when the sender says that it computed none.
 * @param pseudoSum What an offload leaves there: the sum of the pseudo-header, not complemented.
 */
export function checksumField(
  view: DataView,
  offset: number,
  expected: number | undefined,
  pseudoSum?: number,
): FrameField {
  const found = view.getUint16(offset);
  const verdict = verdictOf(found, expected, pseudoSum);
  const words = {
    right: " (right)",
    wrong: ` (wrong, expected 0x${hex(expected ?? 0, 4)})`,
    "not filled in yet": ` (not filled in yet, the device is to make it 0x${hex(expected ?? 0, 4)})`,
    "not used": "",
  }[verdict];
  return { name: "Checksum", offset, sizeBytes: 2, text: `0x${hex(found, 4)}${words}`, verdict };
}

function verdictOf(
  found: number,
  expected: number | undefined,
  pseudoSum: number | undefined,
): ChecksumVerdict {
  if (expected === undefined) return "not used";
  if (found === expected) return "right";
  return found === pseudoSum ? "not filled in yet" : "wrong";
}

function readNumber(view: DataView, offset: number, sizeBytes: 1 | 2 | 4): number {
  if (sizeBytes === 1) return view.getUint8(offset);
  return sizeBytes === 2 ? view.getUint16(offset) : view.getUint32(offset);
}
