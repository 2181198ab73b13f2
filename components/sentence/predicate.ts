import {
  ACTORS,
  accessValue,
  describeRow,
  fieldsSet,
  KIND,
  type RegisterMeaning,
  registerKey,
} from "#engine";
import type { FlowRun } from "../flow/flow-run.ts";
import { grouped } from "../number-text.ts";
import { ringFieldsOf, type RingPlace, ringPlaceOf, slotWords } from "./ring-words.ts";

const READS: ReadonlySet<number> = new Set([KIND.mmioRead, KIND.pioRead]);
const WRITES: ReadonlySet<number> = new Set([KIND.mmioWrite, KIND.pioWrite]);
/** Registers that hold an index into a ring: a store moves it. */
const INDEX_REGISTER = /^(TDT|RDT|TXPROD|RXPROD2?)(\[\d+\])?$/;
const FIELDS_SHOWN = 6;

/** What happens in a row, as the predicate of a sentence whose subject is who acts. */
export function predicateOf(run: FlowRun, row: number): string {
  const { trace, registers, registerMeanings } = run;
  const kind = trace.kind[row] ?? 0;
  const key = registerKey(trace.where[row] ?? 0, trace.a[row] ?? 0);
  const name = registers.get(key);
  if (name !== undefined && kind <= KIND.ringStore) {
    const value = accessValue(trace, row);
    const meaning = registerMeanings.get(key);
    if (READS.has(kind)) return registerRead(name, value, meaning);
    if (WRITES.has(kind)) return registerWrite(name, value, meaning);
    const place = ringPlaceOf(name);
    if (place !== undefined) {
      return kind === KIND.ringStore
        ? ringStore(run, row, place, value)
        : ringLoad(run, row, place, value);
    }
  }
  return describeRow(trace, row, registers);
}

/** The queue that a store to a register notifies, or undefined for another register. */
export function notifiedQueue(name: string, value: number | bigint): string | undefined {
  const queue = /^notify\[(\d+)\]$/.exec(name)?.[1];
  return queue ?? (name === "queue_notify" ? String(value) : undefined);
}

function registerRead(name: string, value: number | bigint, meaning?: RegisterMeaning): string {
  const set = meaning === undefined ? [] : fieldsSet(meaning.fields, value);
  return `reads ${name}: ${hex(value)}${set.length > 0 ? ` (${listed(set)})` : ""}`;
}

function registerWrite(name: string, value: number | bigint, meaning?: RegisterMeaning): string {
  const queue = notifiedQueue(name, value);
  if (queue !== undefined) return `notifies queue ${queue}`;
  if (INDEX_REGISTER.test(name)) return `moves ${name} to ${value}`;
  const set = meaning === undefined ? [] : fieldsSet(meaning.fields, value);
  if (set.length === 0) return `writes ${hex(value)} to ${name}`;
  const flags = set.length <= FIELDS_SHOWN && set.every((field) => !field.includes(" "));
  if (flags && meaning?.access === "w1c") return `clears ${listed(set)} in ${name}`;
  if (flags && meaning?.access === "wo") return `sets ${listed(set)} in ${name}`;
  return `writes ${hex(value)} to ${name} (${listed(set)})`;
}

function ringStore(run: FlowRun, row: number, place: RingPlace, value: number | bigint): string {
  const { block, slot, field } = place;
  if (slot < 0) return indexStore(place, value);
  const where = slotWords(place);
  if (field === "ring") return `puts descriptor ${value} into ${where}`;
  if (/^(addr|buffer_addr|pkt_addr)$/.test(field) && isAddress(run, row, place)) {
    return `stores the address of ${bufferWords(run, row, block)} in ${where}`;
  }
  if (/^(len|size)$/.test(field)) return `stores the length ${value} in ${where}`;
  if (field === "next") return `links ${where} to descriptor ${value}`;
  const set = fieldsSet(ringFieldsOf(place), value);
  const bits = set.length > 0 ? ` (${listed(set)})` : "";
  if (isWhole(field)) return `stores ${hex(value)}${bits} in ${where}`;
  return `stores ${hex(value)}${bits} in ${fieldName(run, row, field)} of ${where}`;
}

function indexStore({ block, field }: RingPlace, value: number | bigint): string {
  if (/^(idx|req_prod|rsp_prod)$/.test(field))
    return `advances ${field} of ${ring(block)} to ${value}`;
  return `sets ${field} of ${ring(block)} to ${field === "flags" ? hex(value) : value}`;
}

function ringLoad(run: FlowRun, row: number, place: RingPlace, value: number | bigint): string {
  const { block, slot, field } = place;
  if (slot < 0)
    return `reads ${field} of ${ring(block)}: ${field === "flags" ? hex(value) : value}`;
  if (field === "ring") return `reads ${slotWords(place)}: descriptor ${value}`;
  const set = fieldsSet(ringFieldsOf(place), value);
  const bits = set.length > 0 ? ` (${listed(set)})` : "";
  if (isWhole(field)) return `reads ${slotWords(place)}: ${hex(value)}${bits}`;
  return `reads ${fieldName(run, row, field)} of ${slotWords(place)}: ${hex(value)}${bits}`;
}

/** Xen's event words have no fields with names of their own. */
function isWhole(field: string): boolean {
  return field === "event" || field === "head";
}

/**
 * A field that both sides write has two names: what the guest's driver fills in, which the other side
 * reads, stands first, and what the other side writes back second.
 */
function fieldName({ trace }: FlowRun, row: number, field: string): string {
  const [filled = field, writtenBack = filled] = field.split("|");
  const byDriver = trace.actor[row] === ACTORS.guestDriver.code;
  return byDriver === (trace.kind[row] === KIND.ringStore) ? filled : writtenBack;
}

/** Xen's rings are named by their direction only. */
function ring(block: string): string {
  return /^[rt]x$/.test(block) ? `the ${block.toUpperCase()} ring` : block;
}

/**
 * A context descriptor of the 82576 has lengths where a data descriptor has an address: the type that
 * the driver stores into the same descriptor tells (82576EB datasheet 2.63, 7.2.2.2, DTYP 2).
 */
function isAddress(run: FlowRun, row: number, { block, slot, field }: RingPlace): boolean {
  if (field !== "buffer_addr") return true;
  const { trace, registers } = run;
  const typeName = `${block}[${slot}].cmd_type_len`;
  for (let at = row + 1; at < Math.min(trace.length, row + 16); at++) {
    const name = registers.get(registerKey(trace.where[at] ?? 0, trace.a[at] ?? 0));
    if (name === typeName) return ((Number(accessValue(trace, at)) >>> 20) & 0xf) === 3;
  }
  return false;
}

/** Whose buffer an address is: a packet's on its way out, an empty one on the way in. */
function bufferWords(run: FlowRun, row: number, block: string): string {
  const packet = run.trace.packet[row] ?? -1;
  if (/(^|_)rx/.test(block)) return "an empty buffer";
  return packet < 0 ? "a buffer" : `packet ${grouped(packet + 1)}'s buffer`;
}

function listed(fields: readonly string[]): string {
  if (fields.length <= FIELDS_SHOWN) return fields.join(", ");
  const shown = fields.slice(0, FIELDS_SHOWN - 1).join(", ");
  return `${shown} and ${fields.length - FIELDS_SHOWN + 1} more`;
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
