import { Kvm } from "../../crossings/kvm.ts";
import type { CellValue, SectionSpec } from "../../history/history-data.ts";
import { PAGE_BYTES } from "../../memory/host-page.ts";
import type { InterruptRemapping } from "../../memory/interrupt-remapping.ts";
import { ACTORS } from "../../trace/actor.ts";
import { requesterText } from "../interrupt-walk.ts";
import type { SectionContext } from "../section-opener.ts";
import { fieldOf } from "../table-entry.ts";

const ENTRY_BYTES = 16;

const SPEC: SectionSpec = {
  id: "interrupt-remapping",
  title: "Interrupt-remapping table",
  actor: ACTORS.hypervisor.code,
  kind: "table",
  cells: [
    { name: "present", form: "flag", sizeBytes: 0, doc: "P: the entry may be used" },
    {
      name: "posted",
      form: "flag",
      sizeBytes: 0,
      doc: "IM: posted into a descriptor, not sent to a CPU",
    },
    {
      name: "urgent",
      form: "flag",
      sizeBytes: 0,
      doc: "URG: notified even when the descriptor suppresses it",
    },
    {
      name: "vector",
      form: "hex",
      sizeBytes: 1,
      doc: "The host's vector; the guest's when it is posted",
    },
    {
      name: "destination",
      form: "text",
      sizeBytes: 0,
      doc: "APIC of the CPU, or the descriptor's host-physical address",
    },
    {
      name: "requester",
      form: "text",
      sizeBytes: 0,
      doc: "SID: the function whose messages it is for",
    },
    { name: "cached", form: "flag", sizeBytes: 0, doc: "The interrupt entry cache has it" },
    {
      name: "guest vector",
      form: "hex",
      sizeBytes: 1,
      doc: "The guest's vector that the host keeps it for",
    },
  ],
  source: "Intel VT-d, 9.10 and 9.11 “Interrupt Remapping Table Entry”",
};

/** The entries that the host took so far; a device's message names one of them. */
export function openInterruptRemapping(
  { machine, journal }: SectionContext,
  interrupts: InterruptRemapping,
): void {
  const { host } = machine;
  const routed = host instanceof Kvm ? host.options.remapped : undefined;
  const vectorOf = (index: number): number | undefined => {
    for (let vector = 0; vector < 256; vector++) {
      if (routed?.entryOf(vector) === index) return vector;
    }
    return undefined;
  };
  const { view } = machine.memory;
  const watch = journal.watch(SPEC, () =>
    Array.from({ length: interrupts.allocatedCount }, (_, index) => {
      const at = interrupts.table + index * ENTRY_BYTES;
      const [low, high] = [view.getBigUint64(at, true), view.getBigUint64(at + 8, true)];
      const rest = [interrupts.isCached(index) ? 1 : 0, vectorOf(index)];
      return { name: `entry ${index}`, values: [...entryValues(low, high), ...rest] };
    }),
  );
  interrupts.onChange = () => watch.touch();
  journal.onWrite(interrupts.table, PAGE_BYTES, () => watch.touch());
}

function entryValues(low: bigint, high: bigint): CellValue[] {
  const posted = fieldOf(low, 15, 1);
  const descriptor = ((high >> 32n) << 32n) + ((low >> 32n) & 0xffff_ffc0n);
  return [
    fieldOf(low, 0, 1),
    posted,
    fieldOf(low, 14, 1),
    fieldOf(low, 16, 8),
    posted === 1 ? `descriptor at 0x${descriptor.toString(16)}` : `APIC ${fieldOf(low, 40, 8)}`,
    requesterText(fieldOf(high, 0, 16)),
  ];
}
