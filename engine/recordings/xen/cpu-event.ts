import type { FieldReader } from "../field-reader.ts";
import { readLines } from "../read.ts";

/** One line of a `cpu-*.insn.jsonl` file that says something to the comparison. */
export type CpuEvent = {
  readonly line: number;
  /** Instructions since the phase began, of the whole machine; idle time takes none. */
  readonly instructions: number;
} & (
  | { readonly op: "mark"; readonly what: string }
  | { readonly op: "syscall"; readonly name: string }
  | HypercallEvent
  | ExceptionEvent
  /** Xen enters the guest's event callback. */
  | { readonly op: "upcall" }
  /** The guest kernel's __switch_to. */
  | { readonly op: "switch" }
  /** Xen hands an exception to the guest. */
  | { readonly op: "inject" }
  /** Another domain gets the CPU. */
  | { readonly op: "descheduled" }
);

/** A hypercall of the guest. */
export interface HypercallEvent {
  readonly op: "hypercall";
  /** With sub-command, as the engine names it. */
  readonly name: string;
  /** Name with what it was asked, for the comparison; see the engine's form in cpu-rows. */
  readonly key: string;
  /** Address to which `iret` returns, stack of `stack_switch`, nanosecond of a timer; else 0. */
  readonly address: number;
  /** Entries written by `mmu_update`: table frame, index in it. */
  readonly entries: readonly TableEntry[];
  /** Xen was interrupted in it and the guest repeats it for the rest. */
  readonly continuation: boolean;
}

/** An entry that `mmu_update` writes. */
export interface TableEntry {
  readonly frame: number;
  readonly index: number;
}

/** An exception that reached Xen. */
export interface ExceptionEvent {
  readonly op: "exception";
  readonly vector: string;
  readonly from: "user" | "kernel";
  readonly result: string;
  /** The kernel's function, "" in user mode. */
  readonly by: string;
  /** Low 48 bits of the faulting address, 0 where there is none. */
  readonly address: number;
  /** Error code of a page fault: bit 1 write, bit 4 instruction fetch. */
  readonly errorCode: number;
}

const WRITABLE = 2n;

/**
 * Reads the guest's events of a `cpu-*.insn.jsonl` file; the driver domain's are left out.
 * @throws InputError when a line is damaged, with file, line and field.
 */
export function readCpuEvents(file: string, bytes: Uint8Array): CpuEvent[] {
  const events: CpuEvent[] = [];
  for (const fields of readLines(file, bytes)) {
    const event = readEvent(fields);
    if (event === undefined) continue;
    events.push({ line: fields.line, instructions: fields.integer("insn"), ...event });
  }
  return events;
}

type Shown<E> = E extends unknown ? Omit<E, "line" | "instructions"> : never;

function readEvent(fields: FieldReader): Shown<CpuEvent> | undefined {
  const op = fields.string("op");
  if (op === "xen_fn") {
    return fields.string("name") === "pv_inject_event" ? { op: "inject" } : undefined;
  }
  if (op === "ctx_switch") {
    const away = fields.string("from") === "domU" && fields.string("to") !== "idle";
    return away ? { op: "descheduled" } : undefined;
  }
  if (fields.optionalString("dom") !== "domU") return undefined;
  switch (op) {
    case "mark":
      return { op, what: fields.string("what") };
    case "syscall":
      return { op, name: fields.string("name") };
    case "upcall":
      return { op };
    case "fn":
      return fields.string("name") === "__switch_to" ? { op: "switch" } : undefined;
    case "hypercall":
      return readHypercall(fields);
    case "exception":
      return readException(fields);
    default:
      return undefined;
  }
}

function readException(fields: FieldReader): ExceptionEvent {
  const from = fields.string("from") === "user" ? "user" : "kernel";
  const result = fields.string("result");
  return {
    op: "exception",
    vector: fields.string("vec"),
    from,
    // Xen emulated it and then gave the CPU away.
    result: result === "switched" ? "emulated" : result,
    by: from === "user" ? "" : (fields.string("rip").split("+")[0] ?? ""),
    address: fields.has("cr2") ? Number(fields.hex("cr2") & 0xffff_ffff_ffffn) : 0,
    errorCode: fields.optionalInteger("err", 0),
  };
}

function readHypercall(fields: FieldReader): HypercallEvent {
  const call = fields.string("name");
  const name = fields.has("cmd") ? `${call}.${fields.string("cmd")}` : call;
  const event = { op: "hypercall", name, key: name, address: 0, entries: [] } as const;
  if (!fields.has("args")) return { ...event, continuation: false };
  const args = fields.object("args");
  const plain = { ...event, continuation: args.has("continuation") };
  switch (call) {
    case "iret":
      return { ...plain, address: Number(args.hex("rip")) };
    case "stack_switch":
      return { ...plain, address: Number(args.hex("rsp")) };
    case "vcpu_op":
      return { ...plain, address: args.optionalInteger("timeout_abs_ns", 0) };
    case "mmu_update":
      return { ...plain, ...readUpdates(args) };
    case "mmuext_op":
      return { ...plain, key: `${name}${invalidated(args)}` };
    case "multicall":
      return { ...plain, key: multicallKey(args) };
    default:
      return plain;
  }
}

function readUpdates(args: FieldReader): Pick<HypercallEvent, "key" | "entries"> {
  const count = args.integer("count");
  const entries: TableEntry[] = [];
  const texts: string[] = [];
  for (const op of args.has("ops") ? args.objects("ops") : []) {
    const pointer = op.hex("ptr");
    const value = op.hex("val");
    const offset = Number(pointer & 0xfffn);
    entries.push({ frame: Number(pointer >> 12n), index: offset >> 3 });
    const state = value === 0n ? "cleared" : (value & WRITABLE) === 0n ? "read-only" : "writable";
    texts.push(` +0x${offset.toString(16)} ${state}`);
  }
  return { entries, key: `mmu_update x${count}${texts.join(",")}` };
}

/** The page of an `invlpg`, the one request whose argument is the guest's own address. */
function invalidated(args: FieldReader): string {
  const [first = ""] = args.strings("ops");
  return first.startsWith("invlpg_local ") ? first.slice("invlpg_local".length) : "";
}

function multicallKey(args: FieldReader): string {
  const calls = args.strings("calls").map((text) => {
    const [, name = "", list = ""] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
    return name === "update_va_mapping" ? name : `${name} x${Number(list.split(",")[1])}`;
  });
  return `multicall: ${calls.join(", ")}`;
}
