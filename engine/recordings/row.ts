import { addressKind, addressText, type AddressSpace } from "./address-kind.ts";

/** What `verify` compares, beside the frames on the wire. */
export const ASPECTS = ["registers", "interrupts", "rings", "configuration"] as const;
/** One of {@link ASPECTS}. */
export type Aspect = (typeof ASPECTS)[number];

/** One event of either side in the form in which both are compared. */
export interface Row {
  readonly aspect: Aspect;
  /** Equal keys match. */
  readonly key: string;
  /** Operation and register name, for counting collapsed stretches; "" for others. */
  readonly op: string;
  /** Line of the recording's file, or row of the engine's trace. */
  readonly origin: number;
  /** Where it happened, for the reader: guest function or span; may be empty. */
  readonly place: string;
}

/** An access's key: operation, place, width, and value or what it points to. */
export function accessKey(
  op: string,
  where: string,
  offset: number,
  sizeBytes: number,
  value: bigint,
  space: AddressSpace,
): string {
  const kind = addressKind(where, offset, sizeBytes);
  const text = kind === undefined ? hex(value) : addressText(kind, value, space);
  return `${op} ${where}+0x${offset.toString(16)}/${sizeBytes} = ${text}`;
}

/** A value as both sides print it. */
export function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
