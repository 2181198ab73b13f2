/** Bytes at an address of guest memory. */
export interface ImageSegment {
  /** Linear and physical address: the loader maps memory one to one. */
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** One line of the source with what it became. */
export interface ListingLine {
  /** 1-based line number in the source. */
  readonly line: number;
  /** Address of its first byte. */
  readonly address: number;
  /** Its bytes; padding of a patch site is not among them. Empty for labels, comments, directives. */
  readonly bytes: Uint8Array;
  /** The source line as written. */
  readonly text: string;
}

/**
 * A sensitive instruction with room for what a paravirtual kernel puts in its place: it is padded
 * with NOPs to at least `PATCH_BYTES`, as Linux pads its `pv_ops` call sites. Native code runs the
 * NOPs; nothing moves when a site is patched, so return addresses are the same in every way of
 * running the program.
 */
export interface PatchSite {
  readonly address: number;
  /** Length of the instruction itself. */
  readonly instructionBytes: number;
  /** Length of the site: instruction and padding. */
  readonly byteCount: number;
}

/** Which code the interrupt descriptor table names for a vector. */
export interface InterruptHandler {
  /** 0 to 255. */
  readonly vector: number;
  readonly address: number;
  /** Whether CPL 3 may reach it with INT n. */
  readonly user: boolean;
}

/** What the assembler makes of a source text. */
export interface Image {
  readonly segments: readonly ImageSegment[];
  /** Labels, constants and the names of `LAYOUT`. */
  readonly symbols: ReadonlyMap<string, number>;
  /** Those of the symbols that are labels. */
  readonly labels: ReadonlySet<string>;
  readonly lines: readonly ListingLine[];
  readonly patchSites: readonly PatchSite[];
  readonly handlers: readonly InterruptHandler[];
  /** Where execution begins: the label `start`. */
  readonly entry: number;
}

/** Least length of a patch site: MOV EAX, imm32 and VMCALL, or a near JMP and padding, fit. */
export const PATCH_BYTES = 8;
