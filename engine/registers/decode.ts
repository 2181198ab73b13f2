import type { Access, RegisterSpec, RegisterTable } from "./define.ts";

/** A bit field of a register, by name. */
export interface RegisterField {
  readonly name: string;
  /** Least significant bit, 0-based. */
  readonly lsb: number;
  /** Width in bits. */
  readonly width: number;
}

/** What a register's bits mean, and how it answers an access. */
export interface RegisterMeaning {
  readonly access: Access;
  readonly fields: readonly RegisterField[];
}

/** The meaning of a register that a table describes. */
export function meaningOf({ access, fields = {} }: RegisterSpec): RegisterMeaning {
  const named = Object.entries(fields).map(([name, { lsb, width = 1 }]) => ({ name, lsb, width }));
  return { access, fields: named };
}

/** Meanings of the registers of tables by offset, each bank of a register on its own. */
export function registerMeanings(
  ...tables: readonly RegisterTable[]
): ReadonlyMap<number, RegisterMeaning> {
  const meanings = new Map<number, RegisterMeaning>();
  for (const spec of tables.flatMap((table) => Object.values(table))) {
    const { count, stride } = spec.banks ?? { count: 1, stride: 0 };
    const meaning = meaningOf(spec);
    for (let bank = 0; bank < count; bank++) meanings.set(spec.offset + bank * stride, meaning);
  }
  return meanings;
}

/**
 * The fields of a value that are not 0, highest bit first: a bit by its name, a wider field with its
 * value, as `NPQ` or `SIZE 5`.
 */
export function fieldsSet(fields: readonly RegisterField[], value: number | bigint): string[] {
  const bits = BigInt(value);
  return fields
    .toSorted((one, other) => other.lsb - one.lsb)
    .flatMap(({ name, lsb, width }) => {
      const part = (bits >> BigInt(lsb)) & ((1n << BigInt(width)) - 1n);
      if (part === 0n) return [];
      return [width === 1 ? name : `${name} ${part}`];
    });
}
