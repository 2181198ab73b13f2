/** A stretch of guest-physical addresses whose pages are mapped, or marked, alike. */
export interface GuestRange {
  readonly first: number;
  end: number;
  readonly pageBytes: number;
  /** Host-physical address of the first byte; -1 for a mark. */
  readonly host: number;
  /** Marked as no memory, so that an access exits. */
  readonly marked: boolean;
}

const ADDRESS = 0x0007_ffff_ffff_f000n;
const LARGE = 0x80n;
const RESERVED_BIT = 1n << 51n;

/**
 * All that four-level tables map, in order, neighbours that go on in host memory together.
 * @param read The entry at a host-physical address.
 * @param pointer EPT pointer or N_CR3.
 * @param amd Whether these are nested page tables, else EPT.
 */
export function guestRanges(
  read: (address: number) => bigint,
  pointer: bigint,
  amd: boolean,
): GuestRange[] {
  const ranges: GuestRange[] = [];
  const visit = (table: number, level: number, first: number): void => {
    const pageBytes = 2 ** (12 + 9 * (level - 1));
    for (let index = 0; index < 512; index++) {
      const entry = read(table + 8 * index);
      if ((entry & (amd ? 1n : 7n)) === 0n) continue;
      const gpa = first + index * pageBytes;
      const marked = amd ? (entry & RESERVED_BIT) !== 0n : (entry & 3n) === 2n;
      const next = Number(entry & ADDRESS);
      if (level > 1 && (entry & LARGE) === 0n && !marked) visit(next, level - 1, gpa);
      else
        add(ranges, {
          first: gpa,
          end: gpa + pageBytes,
          pageBytes,
          host: marked ? -1 : next,
          marked,
        });
    }
  };
  visit(Number(pointer & ADDRESS), 4, 0);
  return ranges;
}

function add(ranges: GuestRange[], range: GuestRange): void {
  const last = ranges.at(-1);
  const follows =
    last !== undefined &&
    last.end === range.first &&
    last.pageBytes === range.pageBytes &&
    last.marked === range.marked &&
    (range.marked || last.host + (last.end - last.first) === range.host);
  if (follows) last.end = range.end;
  else ranges.push(range);
}
