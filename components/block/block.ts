/** Which way a block's work is for: out of the guest, into it, or neither. */
export type Side = "send" | "both" | "receive";

/** A part of a mode that acts or is acted on: where a row of its trace happens. */
export interface Block {
  /** Unique in a run and the same in every run that has it: `driver-transmit`, `exits`. */
  readonly id: string;
  /** Code of the actor in whose band it stands. */
  readonly actor: number;
  readonly side: Side;
  /** What it is called where there is room, and where there is little. */
  readonly title: string;
  readonly shortTitle: string;
  /** What is in it: functions, rings, a thread; may be empty. */
  readonly subtitle: string;
  /** Who acts in it, as the subject of a sentence; empty for one that only holds state. */
  readonly agent: string;
  /** "memory": a ring or area that others read and write; it never acts. */
  readonly kind: "agent" | "memory";
  /** Names of the trace's `where` column that its rows, or the accesses to it, have. */
  readonly names: readonly string[];
  /** Names of the blocks of memory in it. */
  readonly rings: readonly string[];
}

/** The blocks of a run, and which of them each row belongs to. */
export interface Blocks {
  /** In the order of their bands, and from the way out to the way in. */
  readonly blocks: readonly Block[];
  /** The block that acts in a row. */
  of(row: number): Block;
  /** The memory that a row reads or writes, when it is a ring or an area that is drawn. */
  memoryOf(row: number): Block | undefined;
  /** Which way a row's work is for. */
  sideOf(row: number): Side;
}
