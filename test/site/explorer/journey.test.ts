import { expect } from "chai";
import { explorerRunOf } from "../../../components/explorer/explorer-run-data.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { KIND } from "../../../engine/trace/schema.ts";
import { Journey } from "../../../site/explorer/journey.ts";

const frames = generatePackets({ count: 3, frameBytesWithoutFcs: 60, seed: 1, direction: "tx" });
const run = explorerRunOf(
  simulate({ mode: findMode("vtx-rtl8139"), direction: "tx", frames, history: true }),
);

it("Journey: stepping forward from the first step visits every row once, back the same way", () => {
  const journey = new Journey(run);
  const visited = [journey.at(1, 1)];
  for (let next = journey.moved(visited[0]!, "next"); ; next = journey.moved(next, "next")) {
    if (next.row === visited.at(-1)?.row) break;
    visited.push(next);
  }
  expect(visited.map(({ row }) => row).toSorted((a, b) => a - b)).to.deep.equal([
    ...run.trace.kind.keys(),
  ]);
  for (let at = visited.length - 1; at > 0; at--) {
    expect(journey.moved(visited[at]!, "back")).to.deep.equal(visited[at - 1]);
  }
});

it("Journey: the place of a row leads back to the row", () => {
  const journey = new Journey(run);
  for (const row of run.trace.kind.keys()) {
    const { packet, step } = journey.placeOf(row);
    expect(journey.at(packet, step).row).to.equal(row);
  }
});

it("Journey: next exit goes from exit to exit over all packets", () => {
  const journey = new Journey(run);
  const exits = [...run.trace.kind].filter((kind) => kind === KIND.vmExit).length;
  let place = journey.at(1, 1);
  let count = 0;
  for (;;) {
    const next = journey.moved(place, "nextExit");
    if (next.row === place.row) break;
    place = next;
    expect(run.trace.kind[place.row]).to.equal(KIND.vmExit);
    count++;
  }
  expect(count).to.equal(exits);
});

it("Journey: a place beyond an end is at it", () => {
  const journey = new Journey(run);
  expect(journey.at(99, 1).packet).to.equal(3);
  expect(journey.at(1, 9999).step).to.equal(journey.story(1).rows.length);
});
