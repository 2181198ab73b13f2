import type { Trace } from "#engine";

/** Rows that are alike: the same actor does the same kind of thing at the same place. */
export interface Likeness {
  readonly kind: number;
  readonly actor: number;
  readonly where: number;
  readonly name: string;
}

/** The different likenesses of a trace, and which one each row has. */
export interface Likenesses {
  readonly all: readonly Likeness[];
  /** By row: index into `all`. */
  readonly of: Uint32Array;
}

const KINDS = 64;
const ACTORS = 8;

/** Sorts a trace's rows by what is alike: a million rows have a few hundred likenesses. */
export function likenessesOf(trace: Trace): Likenesses {
  const { length, kind: kinds, actor: actors, where: wheres, names } = trace;
  // One more than the number of the likeness; 0 where none was seen.
  const numbers = new Uint32Array(Math.max(1, names.length) * KINDS * ACTORS);
  const of = new Uint32Array(length);
  const all: Likeness[] = [];
  for (let row = 0; row < length; row++) {
    const kind = kinds[row] as number;
    const actor = actors[row] as number;
    const where = wheres[row] as number;
    const at = (where * KINDS + kind) * ACTORS + actor;
    let number = numbers[at] as number;
    if (number === 0) {
      number = all.push({ kind, actor, where, name: names[where] ?? "" });
      numbers[at] = number;
    }
    of[row] = number - 1;
  }
  return { all, of };
}
