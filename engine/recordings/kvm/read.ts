import { InputError } from "../../core/input-error.ts";
import type { FieldReader } from "../field-reader.ts";
import { readLines } from "../read.ts";
import { PROBES, type ExitEvent, type KvmEvent, type KvmOrigin, type Thread } from "./event.ts";

/**
 * Reads one phase of a KVM recording: JSON Lines as the recorder made them of trace events.
 * @param file Name for messages.
 * @param bytes The file's content, UTF-8.
 * @throws InputError naming file, line and field when a line is no JSON, lacks a field that its
 *   event has, or goes back in time.
 */
export function readKvmEvents(file: string, bytes: Uint8Array): KvmEvent[] {
  const events: KvmEvent[] = [];
  let time = 0;
  for (const fields of readLines(file, bytes)) {
    const event = readEvent(fields);
    if (event.time < time) throw fields.wrong("t", `a time from ${time}`);
    time = event.time;
    events.push(event);
  }
  if (events.length === 0) throw new InputError(`${file}: empty, expected the events of a phase`);
  return events;
}

/** The thread of a command name: the recorder's names, or the kernel's. */
export function threadOf(name: string): Thread {
  if (name === "vcpu" || /^CPU \d+\/KVM/.test(name)) return "vcpu";
  if (name === "qemu" || name.startsWith("qemu-system")) return "qemu";
  if (name === "vhost" || name.startsWith("vhost-")) return "vhost";
  if (name === "idle" || name.startsWith("swapper") || name.startsWith("<idle>")) return "idle";
  return name === "l1gen" ? "generator" : "other";
}

type LineReader = (f: FieldReader, origin: KvmOrigin) => KvmEvent;

function readEvent(f: FieldReader): KvmEvent {
  const name = f.string("ev");
  const origin = {
    line: f.line,
    time: f.integer("t"),
    cpu: f.integer("cpu"),
    who: threadOf(f.string("who")),
  };
  const read = Object.hasOwn(LINES, name) ? LINES[name] : undefined;
  if (read !== undefined) return read(f, origin);
  if (PROBES.includes(name)) return { ...origin, ev: "probe", name };
  return { ...origin, ev: "other", name };
}

/** KVM's names of exits that are an access to memory. */
export const MEMORY_EXITS: readonly string[] = ["npf", "EPT_MISCONFIG", "EPT_VIOLATION"];

function exitLine(f: FieldReader, origin: KvmOrigin): ExitEvent {
  const reason = f.string("reason");
  const memory = MEMORY_EXITS.includes(reason);
  const msrDirection = reason === "MSR_READ" ? "read" : reason === "MSR_WRITE" ? "write" : "";
  return {
    ...origin,
    ev: "exit",
    reason,
    address: memory ? f.integer("gpa") : -1,
    access: memory ? f.string("access") : "",
    msr: msrDirection === "" ? -1 : f.integer("msr"),
    direction: msrDirection === "" ? f.optionalString("dir") : msrDirection,
    port: f.optionalInteger("port", -1),
    vector: f.optionalInteger("vector", -1),
  };
}

const vectorLine =
  (ev: "inject" | "message" | "accept" | "post" | "eoi" | "pvEoi"): LineReader =>
  (f, origin) => ({ ...origin, ev, vector: vectorOf(f) });

function vectorOf(f: FieldReader): number {
  // The kernel prints -1 for an EOI with nothing in service, and the recorder kept the text.
  if (!f.has("vector") && f.optionalString("args").endsWith("vector -1")) return -1;
  const vector = f.integer("vector");
  if (vector > 255) throw f.wrong("vector", "a CPU vector from 0 to 255");
  return vector;
}

function sizeOf(f: FieldReader, field: string): number {
  const size = f.integer(field);
  if (![1, 2, 4, 8].includes(size)) throw f.wrong(field, "1, 2, 4 or 8");
  return size;
}

const LINES: Readonly<Record<string, LineReader>> = {
  kvm_exit: exitLine,
  kvm_entry: (_f, origin) => ({ ...origin, ev: "entry" }),
  kvm_vcpu_wakeup: (_f, origin) => ({ ...origin, ev: "wakeUp" }),
  kvm_fast_mmio: (f, origin) => ({ ...origin, ev: "fastMmio", address: f.integer("gpa") }),
  kvm_mmio: (f, origin) => ({
    ...origin,
    ev: "mmio",
    direction: f.oneOf("dir", ["read", "write", "unsatisfied-read"]),
    sizeBytes: sizeOf(f, "len"),
    address: f.integer("gpa"),
    value: f.hex("val"),
  }),
  kvm_pio: (f, origin) => ({
    ...origin,
    ev: "pio",
    direction: f.oneOf("dir", ["read", "write"]),
    port: f.integer("port"),
    sizeBytes: sizeOf(f, "size"),
    value: f.hex("val"),
  }),
  kvm_msr: (f, origin) => ({
    ...origin,
    ev: "msr",
    direction: f.oneOf("dir", ["read", "write"]),
    msr: f.integer("msr"),
  }),
  kvm_userspace_exit: (f, origin) => ({ ...origin, ev: "userExit", reason: f.string("reason") }),
  kvm_inj_virq: vectorLine("inject"),
  kvm_msi_set_irq: vectorLine("message"),
  kvm_apic_accept_irq: vectorLine("accept"),
  kvm_apicv_accept_irq: vectorLine("post"),
  kvm_eoi: vectorLine("eoi"),
  kvm_pv_eoi: vectorLine("pvEoi"),
  kvm_set_irq: (f, origin) => ({
    ...origin,
    ev: "line",
    gsi: f.integer("gsi"),
    level: f.integer("level"),
  }),
  kvm_ack_irq: (f, origin) => ({ ...origin, ev: "acknowledge", pin: pinOf(f) }),
  irq_handler_entry: (f, origin) => ({ ...origin, ev: "interruptHandler", name: f.string("name") }),
  sched_waking: (f, origin) => ({ ...origin, ev: "waking", thread: threadOf(wokenName(f)) }),
  sched_switch: (f, origin) => ({
    ...origin,
    ev: "switch",
    previous: threadOf(f.string("prev")),
    next: threadOf(f.string("next")),
  }),
  sys_enter: (f, origin) => ({
    ...origin,
    ev: "systemCall",
    number: f.integer("nr"),
    arguments: f.string("a").split(", "),
  }),
  sys_exit: (f, origin) => ({ ...origin, ev: "systemCallReturn", number: f.integer("nr") }),
};

function pinOf(f: FieldReader): number {
  if (f.has("pin")) return f.integer("pin");
  const match = /pin (\d+)$/.exec(f.string("args"));
  if (match === null) throw f.wrong("args", "text that ends in a pin's number");
  return Number(match[1]);
}

function wokenName(f: FieldReader): string {
  if (f.has("comm")) return f.string("comm");
  const match = /comm=(.*) pid=\d+/.exec(f.string("args"));
  if (match === null) throw f.wrong("args", "text with comm= and pid=");
  return match[1] as string;
}
