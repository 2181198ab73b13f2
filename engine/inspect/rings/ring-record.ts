import type { CellSpec } from "../../history/history-data.ts";
import type { Machine } from "../../machine.ts";
import { indexKey } from "../../memory/ring-indices.ts";
import { ACTORS } from "../../trace/actor.ts";
import { RING_INDEX_SECTION } from "./ring-places.ts";

/** Id of the section that says which packet lies in which buffer. */
export const PACKET_BUFFER_SECTION = "packet-buffers";

/**
 * Lets a machine's journal record, from its start on, where driver and device stand in their rings
 * and which packet lies in which buffer: neither can be read off memory.
 */
export function recordRings(machine: Machine): void {
  recordIndices(machine);
  recordPackets(machine);
}

/** Indices are few and nobody says when one changes: they are looked at before each row. */
function recordIndices(machine: Machine): void {
  const { journal, ringIndices } = machine;
  if (journal === undefined) return;
  const section = journal.section({
    id: RING_INDEX_SECTION,
    title: "Positions in rings",
    actor: ACTORS.guestDriver.code,
    kind: "fields",
    cells: ringIndices.all.map(
      ({ ring, name, keeper }): CellSpec => ({
        name: indexKey(ring, name),
        form: "decimal",
        sizeBytes: 0,
        doc: `${name} of ${ring}, kept by the ${keeper}`,
      }),
    ),
    source: "Variables of the driver and registers or variables of the device",
  });
  const cells: number[] = [];
  const values: number[] = [];
  journal.poll(() => {
    ringIndices.forEach(({ ring, name, read }, number) => {
      const value = read();
      if (values[number] === value) return;
      values[number] = value;
      section.set((cells[number] ??= section.cell(indexKey(ring, name))), value);
    });
  });
}

function recordPackets(machine: Machine): void {
  const { journal, packets } = machine;
  if (journal === undefined) return;
  const section = journal.section({
    id: PACKET_BUFFER_SECTION,
    title: "Packets in buffers",
    actor: ACTORS.guestDriver.code,
    kind: "table",
    cells: [
      { name: "packet", form: "decimal", sizeBytes: 0, doc: "the packet whose bytes lie there" },
    ],
    source: "What driver and device put where",
  });
  packets.onSet = (address, packet) => {
    if (packet >= 0) section.put(bufferLine(address), packet + 1);
    else section.remove(bufferLine(address));
  };
}

/** The line of a buffer: its address in hexadecimal, eight digits. */
function bufferLine(address: number): string {
  return `0x${address.toString(16).padStart(8, "0")}`;
}
