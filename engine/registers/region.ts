import type { RegisterMeaning } from "./decode.ts";

/** A stretch of a device's address space (a BAR or a part of one) that answers accesses. */
export interface Region {
  /** Name, as in the recordings: `rtl8139`, `msix-table`, `virtio-pci-notify-virtio-net` … */
  readonly name: string;
  readonly byteCount: number;
  /** A guest's read of 1, 2, 4 or 8 bytes; unsigned result. Never throws. */
  read(offset: number, sizeBytes: number): number;
  /** The datasheet's name of the register at an offset, for people; undefined where none is. */
  nameOf?(offset: number): string | undefined;
  /** What the bits of the register at an offset mean; undefined where none is described. */
  meaningOf?(offset: number): RegisterMeaning | undefined;
  /** A guest's write. Never throws. */
  write(offset: number, sizeBytes: number, value: number): void;
}
