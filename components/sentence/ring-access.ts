import { ACTORS, accessValue, fieldsSet, KIND, registerKey } from "#engine";
import type { FlowRun } from "../flow/flow-run.ts";
import { grouped } from "../number-text.ts";
import { ringFieldsOf, type RingPlace, slotWords } from "./ring-words.ts";
import { hex, listed } from "./value-text.ts";

const STORES: ReadonlySet<number> = new Set([KIND.ringStore, KIND.dmaWrite]);

/** What a store into a ring does, as a predicate. */
export function ringStore(
  run: FlowRun,
  row: number,
  place: RingPlace,
  value: number | bigint,
): string {
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

/** What a load from a ring gives, as a predicate. */
export function ringLoad(
  run: FlowRun,
  row: number,
  place: RingPlace,
  value: number | bigint,
): string {
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
  return byDriver === STORES.has(trace.kind[row] ?? 0) ? filled : writtenBack;
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
