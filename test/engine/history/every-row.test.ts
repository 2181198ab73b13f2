import { expect } from "chai";
import { History } from "../../../engine/history/history.ts";
import { MODES } from "../../../engine/modes/index.ts";
import { prepare } from "../../../engine/run/simulate.ts";
import { DIRECTIONS, type Direction } from "../../../engine/run/direction.ts";
import { aScenario } from "./a-scenario.ts";
import { LiveRegisters } from "./live-registers.ts";
import { LivePages, same } from "./live-pages.ts";

const PAGE_BYTES = 4096;

/** Runs a scenario, and asks its history at every row for all registers and the pages that changed. */
function wrongMoments(modeId: string, direction: Direction): string[] {
  const prepared = prepare(aScenario(modeId, direction));
  const { machine } = prepared;
  const live = new LivePages(machine);
  const registers = new LiveRegisters(machine);
  const { journal } = machine;
  if (journal === undefined) throw new Error("a machine with history has a journal");
  const { wrote } = journal;
  journal.wrote = (bytes, address, byteCount) => {
    for (let at = address; at < address + byteCount; at += PAGE_BYTES) live.use(at);
    live.use(address + byteCount - 1);
    wrote.call(journal, bytes, address, byteCount);
  };
  prepared.start();
  machine.run();
  const { history: data, trace } = prepared.finish();
  registers.look();
  live.finish();
  if (data === undefined) throw new Error("a run with history has one");
  const history = new History(data);
  const wrong = (live.changed[trace.length] ?? []).map(
    ({ address }) => `nobody said that 0x${address.toString(16)} was written`,
  );
  for (let row = 0; row < trace.length; row++) {
    wrong.push(...registers.wrongAt(row, history));
    const snapshot = history.at(row);
    for (const { address, bytes } of live.changed[row] ?? []) {
      if (!same(snapshot.bytes(address, PAGE_BYTES), bytes)) {
        wrong.push(`row ${row}, page 0x${address.toString(16)}`);
      }
    }
  }
  return wrong;
}

describe("History at every row", () => {
  for (const { id } of MODES) {
    it(`${id}: memory and registers are to the bit what the machine's were`, () => {
      for (const direction of DIRECTIONS) {
        expect(wrongMoments(id, direction), direction).to.deep.equal([]);
      }
    }).timeout(60_000);
  }
});
