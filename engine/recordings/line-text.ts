import type { RecordedEvent } from "./event.ts";
import type { Row } from "./row.ts";

/** Names of registers and ring fields by `region+0xoffset`, as the recording gives them. */
export type PlaceNames = ReadonlyMap<string, string>;

/** The names that a phase's lines give to places. */
export function placeNames(events: readonly RecordedEvent[]): PlaceNames {
  const names = new Map<string, string>();
  for (const event of events) {
    if ("register" in event && event.register !== "") {
      names.set(`${event.region}+0x${event.offset.toString(16)}`, event.register);
    }
    if ("field" in event && event.field !== "") {
      names.set(`${event.block}+0x${event.offset.toString(16)}`, `${event.block} ${event.field}`);
    }
  }
  return names;
}

const VERBS: Readonly<Record<string, string>> = {
  mmio_read: "reads",
  pio_read: "reads port",
  cfg_read: "reads config",
  mem_read: "loads",
  mmio_write: "writes",
  pio_write: "writes port",
  cfg_write: "writes config",
  mem_write: "stores",
};

const INTERRUPTS: Readonly<Record<string, string>> = {
  irq_assert: "INTx raised, GSI",
  irq_deassert: "INTx lowered, GSI",
  ioapic_eoi: "EOI at the IOAPIC, GSI",
  msix: "MSI-X",
  cpu_intr: "interrupt taken, vector",
  lapic_eoi: "EOI, vector",
};

/** A row of either side for a reader: "writes IntrMask, 2 B: 0x80ff". */
export function rowText({ key }: Row, names: PlaceNames): string {
  const access = /^(\w+) (.+?)\+0x([0-9a-f]+)(?:\/(\d+))? = (.*)$/.exec(key);
  if (access !== null) {
    const [, op = "", where = "", offset = "", size, value = ""] = access;
    const place = `${where}+0x${offset}`;
    // Names are of registers and ring fields: configuration space has other things at their offsets.
    const name = op.startsWith("cfg_") ? undefined : names.get(place);
    const bytes = size === undefined ? "" : `, ${size} B`;
    return `${VERBS[op] ?? op} ${name ?? place}${bytes}: ${value}`;
  }
  const [op = "", ...rest] = key.split(" ");
  const words = INTERRUPTS[op];
  return words === undefined ? key : `${words} ${rest.join(" ")}`;
}

/** A recorded line that is not compared, for a reader. */
export function eventText(event: RecordedEvent): string {
  switch (event.op) {
    case "mark":
      return markText(event.mark, event.packet);
    case "wire_tx":
      return `a frame of ${event.byteCount} bytes leaves`;
    case "wire_rx":
      return `a frame of ${event.byteCount} bytes arrives`;
    case "dev":
      return `${event.event} ${event.text}`.trim();
    case "notify":
    case "vq_pop":
    case "vq_fill":
    case "vq_flush":
    case "vq_interrupt":
      return `${event.op} ${event.queue}`;
    default:
      return event.op;
  }
}

const MARKS: Readonly<Record<string, string>> = {
  "send-call": "the application sends",
  "send-returned": "the send has returned",
  received: "the application has it",
};

/** A mark of the guest's agent; packets are counted from 1. */
function markText(mark: string, packet: number): string {
  const words = MARKS[mark] ?? mark.replaceAll("-", " ");
  return packet < 0 ? words : `packet ${packet + 1}: ${words}`;
}
