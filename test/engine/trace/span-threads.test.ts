import { expect } from "chai";
import { MODES } from "../../../engine/modes/index.ts";
import { DIRECTIONS } from "../../../engine/run/direction.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { spanThreads } from "../../../engine/trace/span-threads.ts";
import type { Trace } from "../../../engine/trace/store.ts";
import { aScenario } from "../history/a-scenario.ts";
import { aTrace } from "./a-trace.ts";

/** Pairs of rows of one thread that overlap without one lying in the other. */
function crossing(trace: Trace, threads: Uint8Array): string[] {
  const end = (row: number) =>
    (trace.startCycles[row] as number) + (trace.durationCycles[row] as number);
  const rows = [...trace.kind.keys()].filter((row) => (trace.durationCycles[row] as number) > 0);
  return rows.flatMap((one) =>
    rows
      .filter(
        (other) =>
          trace.actor[one] === trace.actor[other] &&
          threads[one] === threads[other] &&
          (trace.startCycles[one] as number) < (trace.startCycles[other] as number) &&
          (trace.startCycles[other] as number) < end(one) &&
          end(one) < end(other),
      )
      .map((other) => `rows ${one} and ${other}`),
  );
}

for (const { id } of MODES) {
  it(`spanThreads: ${id}: on one thread, spans lie in or beside each other`, () => {
    for (const direction of DIRECTIONS) {
      const { trace } = simulate(aScenario(id, direction, { gapMicroseconds: 3, history: false }));
      expect(crossing(trace, spanThreads(trace)), direction).to.deep.equal([]);
    }
  }).timeout(30_000);
}

it("spanThreads: one thread is enough where nothing is at once, and what a row encloses is on its thread", () => {
  const beside = aTrace([
    { at: 0, kind: "call", where: "one", until: 10 },
    { at: 2, kind: "mark", parent: 0 },
    { at: 10, kind: "call", where: "two", until: 20 },
  ]);
  expect([...spanThreads(beside)]).to.deep.equal([0, 0, 0]);
  const atOnce = aTrace([
    { at: 0, kind: "call", where: "one", until: 10 },
    { at: 5, kind: "call", where: "two", until: 20 },
    { at: 12, kind: "mark", parent: 1 },
  ]);
  expect([...spanThreads(atOnce)]).to.deep.equal([0, 1, 1]);
});
