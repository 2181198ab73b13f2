import { addressKey, fieldsSet, type History, KIND } from "#engine";
import type { FlowRun } from "../flow/flow-run.ts";
import { ringLoad, ringStore } from "./ring-access.ts";
import { ringFieldsOf, type RingPlace, ringPlaceOf, slotWords } from "./ring-words.ts";
import { listed } from "./value-text.ts";

/** A run with the state of every row, where it was recorded. */
export interface StatefulRun extends FlowRun {
  readonly history?: History;
}

/** Widest value that is one field. */
const FIELD_BYTES_MAX = 8;

/**
 * What a device does to a ring in guest memory, by its fields: "clears OWN in descriptor 5 of tx_ring".
 * Undefined for all else; the values are known where the run was recorded with its state.
 */
export function dmaWords(run: StatefulRun, row: number): string | undefined {
  const { trace, registers, history } = run;
  const kind = trace.kind[row];
  if (kind !== KIND.dmaRead && kind !== KIND.dmaWrite) return undefined;
  const address = trace.b[row] ?? 0;
  const byteCount = trace.a[row] ?? 0;
  const place = ringPlaceOf(registers.get(addressKey(address)) ?? "");
  if (place === undefined) return undefined;
  const reads = kind === KIND.dmaRead;
  if (history === undefined || byteCount > FIELD_BYTES_MAX) {
    return `${reads ? "reads" : "writes"} ${placeWords(place, byteCount)}`;
  }
  const value = numberOf(history.at(row).bytes(address, byteCount));
  if (reads) return ringLoad(run, row, place, value);
  const before = numberOf(history.at(row - 1).bytes(address, byteCount));
  return flagWords(place, before, value) ?? ringStore(run, row, place, value);
}

/** A slot as a whole, or the one field of it that an access reaches. */
function placeWords(place: RingPlace, byteCount: number): string {
  const { block, slot, field } = place;
  const size = `${byteCount} ${byteCount === 1 ? "byte" : "bytes"}`;
  if (slot < 0) return `${field} of ${block}: ${size}`;
  return `${byteCount > FIELD_BYTES_MAX ? "" : `${field} of `}${slotWords(place)}: ${size}`;
}

/** A write that only sets or only clears flags; undefined for any other. */
function flagWords(place: RingPlace, before: bigint, after: bigint): string | undefined {
  const fields = ringFieldsOf(place);
  const had = fieldsSet(fields, before);
  const has = fieldsSet(fields, after);
  const cleared = had.filter((field) => !has.includes(field));
  const set = has.filter((field) => !had.includes(field));
  if ([...cleared, ...set].some((field) => field.includes(" "))) return undefined;
  if (cleared.length > 0 && set.length === 0)
    return `clears ${listed(cleared)} in ${slotWords(place)}`;
  if (set.length > 0 && cleared.length === 0) return `sets ${listed(set)} in ${slotWords(place)}`;
  return undefined;
}

/** Bytes as they lie in memory, the lowest first, as a number. */
function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
