import type { AddressSpace } from "./address-kind.ts";
import type { RecordedEvent } from "./event.ts";
import { accessKey, hex, type Aspect, type Row } from "./row.ts";

/** The row of a recorded event, or undefined for events that are not compared. */
export function recordedRow(event: RecordedEvent, space: AddressSpace): Row | undefined {
  const row = (aspect: Aspect, key: string, op = ""): Row => ({
    aspect,
    key,
    op,
    origin: event.line,
    place: event.fn,
  });
  switch (event.op) {
    case "mmio_read":
    case "mmio_write":
    case "pio_read":
    case "pio_write": {
      const { op, region, offset, sizeBytes, value, register } = event;
      const key = accessKey(op, region, offset, sizeBytes, value, space);
      return row("registers", key, `${op} ${baseName(register)}`);
    }
    case "mem_read":
    case "mem_write":
      return row(
        "rings",
        accessKey(event.op, event.block, event.offset, event.sizeBytes, event.value, space),
      );
    case "cfg_read":
    case "cfg_write": {
      const at = `${event.device}+0x${event.offset.toString(16)}`;
      return row("configuration", `${event.op} ${at} = ${hex(event.value)}`);
    }
    case "irq_assert":
    case "irq_deassert":
    case "ioapic_eoi":
      return row("interrupts", `${event.op} ${event.gsi}`);
    case "msix":
      return row("interrupts", `msix ${event.vector} ${hex(event.address)} = ${hex(event.data)}`);
    case "cpu_intr":
      return row("interrupts", `cpu_intr ${event.vector} ${event.source}`);
    case "lapic_eoi":
      return row("interrupts", `lapic_eoi ${event.vector}`);
    case "collapsed":
      return row("registers", collapsedKey(event.ops));
    default:
      return undefined;
  }
}

/** `MTA[5]` counts as `MTA` in a collapsed stretch. */
export function baseName(register: string): string {
  return register.split("[")[0] as string;
}

/** The key of a collapsed stretch: how many accesses of which register; device events left out. */
export function collapsedKey(ops: ReadonlyMap<string, number>): string {
  const accesses = [...ops].filter(([op]) => !op.startsWith("dev "));
  const texts = accesses.map(([op, count]) => `${op}: ${count}`).sort();
  return `collapsed ${texts.join(", ")}`;
}
