import type { FieldReader } from "../field-reader.ts";

/** Who did something: a domain, or Xen itself. */
export type Who = "domU" | "dom0" | "xen";

/** An access to memory that domains share, with block and offset as the engine has them. */
export interface AccessLine {
  readonly op: "access";
  readonly who: Who;
  readonly write: boolean;
  /** `tx ring`, `rx ring`, `grant table`, `domU event words` … */
  readonly block: string;
  readonly offset: number;
  readonly sizeBytes: number;
  /** The value, or `@` where it is an address. */
  readonly value: string;
  /** The function that did it. */
  readonly by: string;
}

/** One line of a `.insn.jsonl` file as far as the network's comparison needs it. */
export type XenLine = {
  /** 1-based line of the file. */
  readonly line: number;
} & (
  | { readonly op: "mark"; readonly who: Who; readonly what: string }
  | { readonly op: "syscall"; readonly who: Who; readonly name: string }
  | {
      readonly op: "hypercall";
      readonly who: Who;
      readonly name: string;
      readonly argument: string;
    }
  | { readonly op: "exception"; readonly who: Who; readonly name: string }
  | { readonly op: "upcall"; readonly who: Who }
  | { readonly op: "switch"; readonly to: string }
  | AccessLine
  | { readonly op: "other" }
);

type Shown<E> = E extends unknown ? Omit<E, "line"> : never;
const OTHER = { op: "other" } as const;

const RING_FIELDS: Readonly<Record<string, number>> = {
  req_prod: 0,
  req_event: 4,
  rsp_prod: 8,
  rsp_event: 12,
};
const SLOT_BYTES: Readonly<Record<string, number>> = { tx: 12, rx: 8 };
const GRANT_FLAGS: Readonly<Record<string, number>> = {
  invalid: 0,
  permit_access: 1,
  readonly: 4,
  reading: 8,
  writing: 16,
};
/** Hypercalls whose argument is compared: a port, or how many operations. */
const WITH_ARGUMENT = /^(event_channel_op\.send|grant_table_op\.)/;

/**
 * Reads one line of a `.insn.jsonl` file.
 * @throws InputError when a field is missing or not as its README says.
 */
export function readXenLine(fields: FieldReader): XenLine {
  return { line: fields.line, ...readShown(fields) };
}

function readShown(fields: FieldReader): Shown<XenLine> {
  const op = fields.string("op");
  if (op === "ctx_switch") return { op: "switch", to: fields.string("to") };
  if (!fields.has("dom")) return OTHER;
  const who = fields.oneOf("dom", ["domU", "dom0", "xen", "idle", "?"]);
  if (who === "idle" || who === "?") return OTHER;
  switch (op) {
    case "mark":
      return { op, who, what: fields.string("what") };
    case "syscall":
      return { op, who, name: fields.optionalString("name") };
    case "upcall":
      return { op, who };
    case "hypercall":
      return hypercall(fields, who);
    case "exception":
      return exception(fields, who);
    case "ring_read":
    case "ring_write":
      return ringAccess(fields, who, op === "ring_write");
    case "shared_read":
    case "shared_write":
      return sharedAccess(fields, who, op === "shared_write");
    default:
      return OTHER;
  }
}

function hypercall(fields: FieldReader, who: Who): Shown<XenLine> {
  const command = fields.optionalString("cmd");
  const name = `${fields.string("name")}${command === "" ? "" : `.${command}`}`;
  if (!WITH_ARGUMENT.test(name) || !fields.has("args")) {
    return { op: "hypercall", who, name, argument: "" };
  }
  const args = fields.object("args");
  const argument = args.has("port")
    ? String(portOf(args.string("port")))
    : args.has("count")
      ? `×${args.integer("count")}${copiedBytes(args)}`
      : "";
  return { op: "hypercall", who, name, argument };
}

/** What all operations of a grant copy copy together. */
function copiedBytes(args: FieldReader): string {
  if (!args.has("ops")) return "";
  const operations = args.objects("ops").filter((operation) => operation.has("len"));
  if (operations.length === 0) return "";
  return `, ${operations.reduce((sum, operation) => sum + operation.integer("len"), 0)} bytes`;
}

function exception(fields: FieldReader, who: Who): Shown<XenLine> {
  const from = fields.string("from");
  const by = from === "kernel" ? ` ${baseName(fields.string("rip"))}` : "";
  const result = fields.string("result");
  return { op: "exception", who, name: `${fields.string("vec")} ${from} ${result}${by}` };
}

/** An access to a ring page: an index, or some bytes of a slot. */
function ringAccess(fields: FieldReader, who: Who, write: boolean): Shown<XenLine> {
  const ring = fields.oneOf("ring", ["tx", "rx"]);
  const by = baseName(fields.optionalString("fn"));
  const block = `${ring} ring`;
  if (!fields.has("slot")) {
    const offset = RING_FIELDS[fields.string("field")];
    if (offset === undefined) return OTHER;
    const value = String(fields.integer("value"));
    return { op: "access", who, write, block, offset, sizeBytes: 4, value, by };
  }
  const slotBytes = SLOT_BYTES[ring] as number;
  const inSlot = fields.integer("off");
  const offset = 64 + fields.integer("slot") * slotBytes + inSlot;
  const sizeBytes = fields.integer("size");
  const value = slotValue(ring, inSlot, sizeBytes, fields.hex("value"));
  return { op: "access", who, write, block, offset, sizeBytes, value, by };
}

/** A slot's bytes; the offset of a transmit request in its page is part of an address. */
export function slotValue(ring: string, inSlot: number, sizeBytes: number, bits: bigint): string {
  if (ring !== "tx" || inSlot !== 0 || sizeBytes !== 8) return `0x${bits.toString(16)}`;
  return `0x${(bits & 0xffff_0000_ffff_ffffn).toString(16)} +@`;
}

function sharedAccess(fields: FieldReader, who: Who, write: boolean): Shown<XenLine> {
  const what = fields.string("what");
  const by = baseName(fields.optionalString("fn"));
  const base = { op: "access", who, write, by } as const;
  if (what === "grant_entry") {
    const at = fields.integer("gref") * 8;
    if (fields.has("frame")) {
      return { ...base, block: "grant table", offset: at + 4, sizeBytes: 4, value: "@" };
    }
    const domid = fields.has("domid") ? fields.integer("domid") : 0;
    if (!fields.has("flags")) {
      return { ...base, block: "grant table", offset: at + 2, sizeBytes: 2, value: hex(domid) };
    }
    const flags = grantFlags(fields);
    const sizeBytes = fields.has("domid") ? 4 : 2;
    const value = hex(flags + domid * 65_536);
    return { ...base, block: "grant table", offset: at, sizeBytes, value };
  }
  const of = fields.oneOf("of", ["domU", "dom0"]);
  if (what === "evtchn_word") return eventWord(fields, base, of);
  if (what === "evtchn_control") {
    const field = fields.string("field");
    const head = /^head\[(\d+)\]$/.exec(field)?.[1];
    const offset = head === undefined ? 0 : 8 + 4 * Number(head);
    const value = hex(fields.integer("value"));
    return { ...base, block: `${of} event control`, offset, sizeBytes: 4, value };
  }
  if (fields.string("field") !== "evtchn_upcall_pending") return OTHER;
  // Xen reads the mask behind it as well.
  const value = hex(fields.integer("value") & 0xff);
  return { ...base, block: `${of} vcpu info`, offset: 0, sizeBytes: 1, value };
}

function eventWord(
  fields: FieldReader,
  base: { readonly op: "access"; readonly who: Who; readonly write: boolean; readonly by: string },
  of: string,
): Shown<XenLine> {
  const block = `${of} event words`;
  // Bit operations on an odd word are done on the 64 bits that it ends: the low word belongs to
  // its neighbour, and both are named unless that is zero.
  const ports = fields.string("port").split(" / ").map(portOf);
  const bits = fields.hex("value");
  const word = ports.length > 1 ? bits >> 32n : bits;
  const port = ports.at(-1) as number;
  const value = `0x${(word & 0xffff_ffffn).toString(16)}`;
  return { ...base, block, offset: port * 4, sizeBytes: 4, value };
}

function grantFlags(fields: FieldReader): number {
  let value = 0;
  for (const name of fields.string("flags").split("|")) {
    const bit = GRANT_FLAGS[name];
    if (bit === undefined) throw fields.wrong("flags", Object.keys(GRANT_FLAGS).join(", "));
    value += bit;
  }
  return value;
}

/** The number before a port's name, as in `21 (vif-tx)`. */
function portOf(text: string): number {
  return Number.parseInt(text, 10);
}

/** A function's name without the offset in it. */
function baseName(text: string): string {
  return text.replace(/\+0x[0-9a-f]+$/, "");
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
