import type { CellField, CellSpec, CellValue } from "#engine";
import { grouped } from "../number-text.ts";

/** What stands where there is no value. */
export const NO_VALUE = "–";

/** A value as its cell writes it: hexadecimal of its width, a count, yes or no, words. */
export function valueText(
  value: CellValue | undefined,
  { form, sizeBytes }: Pick<CellSpec, "form" | "sizeBytes">,
): string {
  if (value === undefined || value === "") return NO_VALUE;
  if (typeof value === "string" || form === "text") return String(value);
  if (form === "hex") return `0x${value.toString(16).padStart(sizeBytes * 2, "0")}`;
  if (form === "flag") return Number(value) === 0 ? "no" : "yes";
  return typeof value === "bigint" ? String(value) : grouped(value);
}

/** Where a field's bits are: `5` or `12:0`. */
export function bitsText({ lsb, width }: Pick<CellField, "lsb" | "width">): string {
  return width === 1 ? String(lsb) : `${lsb + width - 1}:${lsb}`;
}

/** The bits of a field of a value, or undefined when there is none. */
export function fieldValue(
  value: CellValue | undefined,
  { lsb, width }: Pick<CellField, "lsb" | "width">,
): bigint | undefined {
  if (value === undefined || typeof value === "string") return undefined;
  return (BigInt(value) >> BigInt(lsb)) & ((1n << BigInt(width)) - 1n);
}

/** A field's value for people: one bit as it is, up to 8 bits decimal, wider ones in hexadecimal. */
export function fieldText(value: bigint | undefined, width: number): string {
  if (value === undefined) return NO_VALUE;
  if (width <= 8) return String(value);
  return `0x${value.toString(16).padStart(Math.ceil(width / 4), "0")}`;
}
