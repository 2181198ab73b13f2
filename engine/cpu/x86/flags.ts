/** Bits of RFLAGS. Intel SDM vol. 1, 3.4.3 "EFLAGS Register". */
export const FLAG = {
  CF: 1n << 0n,
  PF: 1n << 2n,
  AF: 1n << 4n,
  ZF: 1n << 6n,
  SF: 1n << 7n,
  TF: 1n << 8n,
  IF: 1n << 9n,
  DF: 1n << 10n,
  OF: 1n << 11n,
  IOPL: 3n << 12n,
  NT: 1n << 14n,
  RF: 1n << 16n,
  AC: 1n << 18n,
  ID: 1n << 21n,
} as const;

/** Bit 1, which always reads as 1. */
export const FLAGS_FIXED = 1n << 1n;

/** CF, PF, AF, ZF, SF and OF: what arithmetic sets. */
export const STATUS_FLAGS = FLAG.CF | FLAG.PF | FLAG.AF | FLAG.ZF | FLAG.SF | FLAG.OF;

/** Every bit of RFLAGS that the model holds. */
export const ALL_FLAGS =
  STATUS_FLAGS | FLAG.TF | FLAG.IF | FLAG.DF | FLAG.IOPL | FLAG.NT | FLAG.RF | FLAG.AC | FLAG.ID;

/** RFLAGS as the names of the bits that are set, lowest first. */
export function flagsText(rflags: bigint): string {
  const names = Object.entries(FLAG).filter(
    ([name, bit]) => name !== "IOPL" && (rflags & bit) !== 0n,
  );
  return names.map(([name]) => name).join(" ");
}
