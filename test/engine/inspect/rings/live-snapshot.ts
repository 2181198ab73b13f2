import type { Snapshot } from "../../../../engine/history/snapshot.ts";
import { RING_INDEX_SECTION } from "../../../../engine/inspect/rings/ring-places.ts";
import type { Machine } from "../../../../engine/machine.ts";
import { indexKey } from "../../../../engine/memory/ring-indices.ts";

/** The present state of a machine, as far as rings need it: nothing of it counts as changed. */
export function liveSnapshot(machine: Machine): Snapshot {
  return {
    row: -1,
    sections: [],
    writes: [],
    changedSections: [],
    bytes: (address, byteCount) => machine.memory.bytes.slice(address, address + byteCount),
    value: () => undefined,
    section: (id) => {
      if (id !== RING_INDEX_SECTION) return undefined;
      const lines = machine.ringIndices.all.map(({ ring, name, read }) => ({
        name: indexKey(ring, name),
        values: [read()],
        before: [undefined],
        changed: [false],
      }));
      const spec = {
        id,
        title: "",
        actor: 1,
        kind: "fields" as const,
        cells: [],
        source: "",
      };
      return { spec, lines, changed: false };
    },
  };
}
