import type { Row } from "./row.ts";

/** How a value is judged in a burst, where its exact size is what a race left. */
type ValueRule = "counts up" | "one more" | "free";

interface FieldRule {
  /** Region or block: a name, `*suffix` or `prefix*`. */
  readonly where: string;
  /** Offsets of the field; -1: the last two bytes of the block, -2: any other offset. */
  readonly offsets: readonly number[];
  /** Distance between repetitions in bytes, 0 for none. */
  readonly stride: number;
  readonly rule: ValueRule;
  readonly reason: string;
}

const field = (
  where: string,
  offsets: readonly number[],
  stride: number,
  rule: ValueRule,
  reason: string,
): FieldRule => ({ where, offsets, stride, rule, reason });

/**
 * Values that depend on how a burst fell into batches. Everything else in a burst is compared
 * exactly, whatever the batches were.
 */
const FIELD_RULES: readonly FieldRule[] = [
  field("*_avail", [2], 0, "one more", "avail idx: the driver adds one chain at a time"),
  field("*_used", [2], 0, "counts up", "used idx: as many as the device has completed"),
  field("*_avail", [0], 0, "free", "avail flags: interrupts wanted or not, 0 or 1"),
  field("*_used", [0], 0, "free", "used flags: notifications wanted or not, 0 or 1"),
  field("*_desc", [14], 16, "free", "next: the free list's order is what was completed first"),
  field("*_desc_ring", [12], 16, "free", "id: the free list's order"),
  field("*_desc_ring", [14], 16, "free", "flags: completed or not yet, by wrap"),
  field("*_driver_event", [0], 0, "free", "where the driver wants an interrupt"),
  field("*_device_event", [0], 0, "free", "where the device wants a notification"),
  field("tx_data_ring_head", [-2], 0, "free", "packet headers: identification and checksum"),
  field("rx_buffer", [-2], 0, "free", "packet data"),
  field("vmxnet3-b0", [0x600], 0, "free", "TXPROD: the next entry"),
  field("igb*-mmio*", [0xe018, 0x3818], 0, "counts up", "TDT: the next descriptor"),
  field("igb*-mmio*", [0xc018, 0x2818], 0, "free", "RDT: as many as were refilled"),
  field("igb*-mmio*", [0x1684, 0x1688, 0x168c], 0, "free", "EITR follows the size of batches"),
];

const MAX_STEP = 1024;

interface Access {
  readonly op: string;
  readonly where: string;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly value: string;
}

function readAccess(key: string): Access | undefined {
  const match = /^(\w+) (.+)\+0x([0-9a-f]+)\/(\d+) = (.*)$/.exec(key);
  if (match === null) return undefined;
  const [, op = "", where = "", offset = "0", size = "0", value = ""] = match;
  return { op, where, offset: Number.parseInt(offset, 16), sizeBytes: Number(size), value };
}

/** Turns rows of a burst into tokens that do not depend on how it fell into batches. */
export class Tokens {
  readonly #last = new Map<string, number>();
  readonly #sizes: ReadonlyMap<string, number>;

  /** @param blocks Rings by name: where an avail ring's used_event stands. */
  constructor(blocks: readonly { readonly name: string; readonly byteCount: number }[]) {
    this.#sizes = new Map(blocks.map((block) => [block.name, block.byteCount]));
  }

  /** The token of a row: operation, field, and the value where the race does not decide it. */
  of(row: Row): string {
    const access = readAccess(row.key);
    if (access === undefined) return row.key;
    const { op, where, offset, sizeBytes } = access;
    if (where.endsWith("_avail") && offset === (this.#sizes.get(where) ?? 0) - 2) {
      return `${op} ${where} used_event/${sizeBytes} = ${op === "mem_write" && access.value === "0x0" ? "0x0" : "an index"}`;
    }
    const place = placeOf(where, offset);
    const rule = ruleOf(where, offset);
    const value =
      rule === undefined ? access.value : this.#judged(rule, `${where} ${place}`, access.value);
    return `${op} ${where} ${place}/${sizeBytes} = ${value}`;
  }

  #judged(rule: ValueRule, place: string, text: string): string {
    const value = Number(text);
    if (rule === "free" || Number.isNaN(value)) return "*";
    const before = this.#last.get(place);
    this.#last.set(place, value);
    if (before === undefined) return rule;
    const step = (value - before) & 0xffff;
    if (rule === "one more") return step === 1 ? rule : `a step of ${step}`;
    // The ring's wrap makes a small number of a large one in a register.
    const wrapped = value < before && !/_used |_avail /.test(place);
    return step <= MAX_STEP || wrapped ? rule : `a step of ${step}`;
  }
}

function ruleOf(where: string, offset: number): ValueRule | undefined {
  const vring = /_(avail|used)$/.test(where);
  for (const rule of FIELD_RULES) {
    if (!named(where, rule.where)) continue;
    const at = rule.stride > 0 ? offset % rule.stride : offset;
    if (rule.offsets.includes(at) || rule.offsets.includes(-2)) return rule.rule;
  }
  // Entries and events of a split ring: descriptor numbers and indices.
  return vring && !isUsedLength(where, offset) ? "free" : undefined;
}

function isUsedLength(where: string, offset: number): boolean {
  return where.endsWith("_used") && offset >= 8 && offset % 8 === 0;
}

/** The field of an access: its offset in the entry of a ring, or the register. */
function placeOf(where: string, offset: number): string {
  if (where.endsWith("_avail")) return offset < 4 ? `+${offset}` : "ring";
  if (where.endsWith("_used")) return offset < 4 ? `+${offset}` : `ring+${offset % 8}`;
  if (where === "rx_buffer" || where.startsWith("tx_data_ring")) return "data";
  if (where === "rtl8139" && offset >= 0x10 && offset < 0x20) return "TSD";
  if (/(_desc|_desc_ring|_ring|_ring[01]|_comp_ring)$/.test(where)) return `entry+${offset % 16}`;
  return `+${offset}`;
}

function named(where: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(where);
}
