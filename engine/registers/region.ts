import type { RegisterMeaning } from "./decode.ts";
import type { CellStorage } from "../history/cell-scan.ts";
import type { RegisterTable, Registers } from "./define.ts";

/** The registers of a region with what they hold, for a look that changes nothing. */
export interface RegionState {
  /** What it is, for people: `RTL8139 registers`. */
  readonly title: string;
  /** Code of the actor whose registers they are. */
  readonly actor: number;
  /** Where they are defined. */
  readonly source: string;
  readonly tables: readonly Registers<RegisterTable>[];
  /** What the register at this offset holds; a read of the guest may have effects, this has none. */
  peek(offset: number): number;
  /** Where that stands, when it is nothing but a number in an array. */
  storage?(offset: number): CellStorage | undefined;
  /** The same as `peek` for one register, found once. */
  reader?(offset: number): () => number;
  /** Rises when a register may have changed other than by an access of a guest; absent: always. */
  version?(): number;
}

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
  /** Its registers as they are, where it has any that hold something. */
  readonly state?: RegionState | undefined;
  /** A guest's write. Never throws. */
  write(offset: number, sizeBytes: number, value: number): void;
}
