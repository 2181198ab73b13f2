import { InputError } from "../core/input-error.ts";
import type { LineOrigin, RecordedEvent, RecordedOp } from "./event.ts";
import { FieldReader } from "./field-reader.ts";

const DECODE_BYTES = 8192;
/** No frame on the wire is longer: an IP packet of 65,535 bytes and its Ethernet header. */
const FRAME_BYTES_MAX = 65_549;

/**
 * Reads one phase: JSON Lines as `recordings/device/README.md` describes them.
 * @param file Name for messages.
 * @param bytes The file's content, UTF-8.
 * @throws InputError naming file, line and field when a line is no JSON, has an unknown `op`, a
 *   missing field or one of the wrong type, or when `i` does not go on by one.
 */
export function readEvents(file: string, bytes: Uint8Array): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  let next = 0;
  for (const fields of readLines(file, bytes)) {
    const event = readEvent(fields);
    if (event.i !== next) throw fields.wrong("i", `${next}`);
    next = event.i + (event.op === "collapsed" ? event.count : 1);
    events.push(event);
  }
  return events;
}

/**
 * The objects of a file of JSON Lines.
 * @throws InputError naming file and line when a line is no JSON object or cut off.
 */
export function* readLines(file: string, bytes: Uint8Array): Generator<FieldReader> {
  const lines = decode(bytes).split("\n");
  if (lines.at(-1) === "") lines.pop();
  else throw new InputError(`${file}, line ${lines.length}: cut off, expected a line break`);
  for (const [at, text] of lines.entries()) {
    yield new FieldReader(file, at + 1, parse(file, at + 1, text));
  }
}

/** Parses a file that is one JSON value, such as a manifest. */
export function readJson(file: string, bytes: Uint8Array): FieldReader {
  return new FieldReader(file, 0, parse(file, 0, decode(bytes)));
}

/** The recorder writes ASCII only; any other byte stays visible as one character. */
function decode(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += DECODE_BYTES) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + DECODE_BYTES)));
  }
  return parts.join("");
}

function parse(file: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const where = line > 0 ? `${file}, line ${line}` : file;
    throw new InputError(`${where}: not JSON, expected ${line > 0 ? "one object" : "an object"}`);
  }
}

type LineReader = (f: FieldReader, origin: LineOrigin) => RecordedEvent;

function readEvent(f: FieldReader): RecordedEvent {
  const op = f.string("op");
  const read = Object.hasOwn(LINES, op) ? LINES[op as RecordedOp] : undefined;
  if (read === undefined) throw f.wrong("op", `one of ${Object.keys(LINES).join(", ")}`);
  f.integer("t_us");
  const instructions = f.optionalInteger("insn", -1);
  return read(f, { i: f.integer("i"), line: f.line, fn: f.optionalString("fn"), instructions });
}

function accessSize(f: FieldReader): number {
  const size = f.integer("size");
  if (![1, 2, 4, 8, 16].includes(size)) throw f.wrong("size", "1, 2, 4, 8 or 16");
  return size;
}

function cpuVector(f: FieldReader): number {
  const vector = f.integer("vector");
  if (vector > 255) throw f.wrong("vector", "a CPU vector from 0 to 255");
  return vector;
}

const registerLine =
  (op: "mmio_read" | "mmio_write" | "pio_read" | "pio_write"): LineReader =>
  (f, origin) => ({
    ...origin,
    op,
    region: f.string("region"),
    offset: f.offset("addr"),
    sizeBytes: accessSize(f),
    value: f.hex("value"),
    register: f.optionalString("reg"),
    pluginOnly: f.optionalString("src") === "plugin",
  });

const ringLine =
  (op: "mem_read" | "mem_write"): LineReader =>
  (f, origin) => ({
    ...origin,
    op,
    block: f.has("gpa") ? "" : f.string("block"),
    offset: f.has("gpa") ? f.offset("gpa") : f.integer("off"),
    sizeBytes: accessSize(f),
    value: f.hex("value"),
    field: f.optionalString("field"),
  });

const configLine =
  (op: "cfg_read" | "cfg_write"): LineReader =>
  (f, origin) => ({
    ...origin,
    op,
    device: f.string("dev"),
    bdf: f.string("bdf"),
    offset: f.offset("addr"),
    value: f.hex("value"),
  });

const interruptLine =
  (op: "irq_assert" | "irq_deassert" | "ioapic_eoi"): LineReader =>
  (f, origin) => ({ ...origin, op, gsi: f.integer("gsi") });

const vectorLine =
  (op: "cpu_intr" | "lapic_eoi"): LineReader =>
  (f, origin) => ({
    ...origin,
    op,
    vector: cpuVector(f),
    source: op === "cpu_intr" ? f.string("source") : "",
  });

const queueLine =
  (op: "notify" | "vq_pop" | "vq_fill" | "vq_flush" | "vq_interrupt"): LineReader =>
  (f, origin) => ({ ...origin, op, queue: f.string("vq") });

function wireBytes(f: FieldReader, field: string, byteCount: number): number {
  if (byteCount > FRAME_BYTES_MAX) throw f.wrong(field, `at most ${FRAME_BYTES_MAX} bytes`);
  return byteCount;
}

const wireLine =
  (op: "wire_tx" | "wire_rx"): LineReader =>
  (f, origin) => ({
    ...origin,
    op,
    byteCount: wireBytes(f, "len", f.integer("len")),
    proto: f.string("proto"),
    payloadBytes: wireBytes(f, "payload", f.optionalInteger("payload", -1)),
    seq: f.optionalInteger("seq", -1),
  });

const otherLine =
  (op: "dma_map" | "virtio_status"): LineReader =>
  (_f, origin) => ({ ...origin, op });

const LINES: Readonly<Record<RecordedOp, LineReader>> = {
  mmio_read: registerLine("mmio_read"),
  mmio_write: registerLine("mmio_write"),
  pio_read: registerLine("pio_read"),
  pio_write: registerLine("pio_write"),
  mem_read: ringLine("mem_read"),
  mem_write: ringLine("mem_write"),
  cfg_read: configLine("cfg_read"),
  cfg_write: configLine("cfg_write"),
  irq_assert: interruptLine("irq_assert"),
  irq_deassert: interruptLine("irq_deassert"),
  ioapic_eoi: interruptLine("ioapic_eoi"),
  msix: (f, origin) => ({
    ...origin,
    op: "msix",
    vector: f.string("vec"),
    address: f.hex("addr"),
    data: f.hex("value"),
    from: f.oneOf("from", ["vcpu-thread", "main-loop"]),
  }),
  cpu_intr: vectorLine("cpu_intr"),
  lapic_eoi: vectorLine("lapic_eoi"),
  notify: queueLine("notify"),
  vq_pop: queueLine("vq_pop"),
  vq_fill: queueLine("vq_fill"),
  vq_flush: queueLine("vq_flush"),
  vq_interrupt: queueLine("vq_interrupt"),
  wire_tx: wireLine("wire_tx"),
  wire_rx: wireLine("wire_rx"),
  mark: (f, origin) => ({
    ...origin,
    op: "mark",
    mark: f.string("mark"),
    packet: f.optionalInteger("pkt", -1),
  }),
  collapsed: (f, origin) => {
    const ops = f.object("ops");
    const counts = new Map(ops.fields.map((name) => [name, ops.integer(name)]));
    const count = f.integer("count");
    const sum = [...counts.values()].reduce((total, n) => total + n, 0);
    if (count === 0 || count !== sum) throw f.wrong("count", `the sum of ops, ${sum}`);
    return { ...origin, op: "collapsed", family: f.string("family"), count, ops: counts };
  },
  dev: (f, origin) => ({
    ...origin,
    op: "dev",
    event: f.string("ev"),
    text: f.string("text"),
  }),
  dma_map: otherLine("dma_map"),
  virtio_status: otherLine("virtio_status"),
};
