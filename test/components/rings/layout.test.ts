import { expect } from "chai";
import fc from "fast-check";
import { ringsAt } from "#engine";
import { layOutRings, linkedSlots } from "../../../components/rings/layout.ts";
import { layOutRound } from "../../../components/rings/round-layout.ts";
import { cellOf, layOutStrip, slotAt } from "../../../components/rings/strip-layout.ts";
import type { RingMarker, RingState } from "../../../engine/inspect/rings/ring-state.ts";
import { aRun } from "./a-run.ts";

function aRing(size: number, markers: readonly RingMarker[] = []): RingState {
  const slots = Array.from({ length: size }, (_, index) => ({
    index,
    address: 4096 + 16 * index,
    byteCount: 16,
    owner: index % 3 === 0 ? ("device" as const) : ("driver" as const),
    state: "free",
    fields: [],
    changed: false,
  }));
  return {
    id: "a_ring",
    title: "A ring",
    driver: 1,
    device: 3,
    unit: "slot",
    size,
    entryBytes: 16,
    address: 4096,
    byteCount: 16 * size,
    slots,
    markers,
    group: "a",
    rule: "",
    source: "",
    changed: false,
  };
}

describe("rings, laid out", () => {
  it("layOutRings: up to 64 slots are round, more are a strip", () => {
    const kinds = [4, 64, 65, 256, 1024].map((size) => {
      const [layout] = layOutRings([aRing(size)], 1).values();
      return layout?.kind;
    });
    expect(kinds).to.deep.equal(["round", "round", "strip", "strip", "strip"]);
  });

  it("layOutStrip: each slot is in one run, and is found again at its own middle", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(96, 256, 512, 1024, 1536),
        fc.array(fc.nat(95), { maxLength: 5 }),
        (size, places) => {
          const markers = places.map(
            (index, i): RingMarker => ({
              name: `marker ${i}`,
              keeper: "driver",
              index,
              value: index,
            }),
          );
          const layout = layOutStrip(aRing(size, markers), 1);
          const slots = layout.runs.reduce((sum, { count }) => sum + count, 0);
          expect(slots).to.equal(size);
          for (let index = 0; index < size; index += 7) {
            const { x, y } = cellOf(layout, index);
            const found = slotAt(layout, x + layout.cellPx / 2, y + layout.rowPx / 2);
            expect(found).to.equal(index);
          }
        },
      ),
    );
  });

  it("layOutStrip: labels in one line do not meet", () => {
    const markers = [0, 1, 2, 3, 31].map(
      (index): RingMarker => ({
        name: `next_to_${index}`,
        keeper: "device",
        index,
        value: index,
      }),
    );
    const { markers: placed } = layOutStrip(aRing(256, markers), 1);
    for (const one of placed) {
      for (const other of placed) {
        if (one === other || one.labelY !== other.labelY) continue;
        expect(Math.abs(one.labelX - other.labelX)).to.be.greaterThan(60);
      }
    }
  });

  it("layOutRound: labels stand on their pointer's side and below each other", () => {
    const markers = [0, 1, 2, 40, 41].map(
      (index): RingMarker => ({
        name: `m${index}`,
        keeper: "driver",
        index,
        value: index,
      }),
    );
    const layout = layOutRound(aRing(64, markers), 1);
    expect(layout.slots).to.have.length(64);
    for (const side of ["start", "end"]) {
      const heights = layout.markers
        .filter(({ anchor }) => anchor === side)
        .map(({ label }) => label.y);
      for (let i = 1; i < heights.length; i++) {
        expect((heights[i] ?? 0) - (heights[i - 1] ?? 0)).to.be.at.least(28);
      }
    }
  });

  it("linkedSlots: an entry of the available ring leads to its descriptor, and that back to it", () => {
    const run = aRun("virtio-qemu");
    const rows = Array.from({ length: run.trace.length }, (_, row) => row);
    for (const row of rows) {
      const rings = ringsAt(run.places, run.history.at(row));
      const entry = rings
        .find(({ id }) => id === "tx_avail")
        ?.slots.find(({ owner }) => owner === "device");
      if (entry?.refersTo === undefined) continue;
      const linked = linkedSlots(rings, { ring: "tx_avail", index: entry.index });
      expect(linked).to.deep.include(entry.refersTo);
      const back = linkedSlots(rings, entry.refersTo);
      expect(back).to.deep.include({ ring: "tx_avail", index: entry.index });
      return;
    }
    throw new Error("no row at which the device had an available entry");
  });
});
