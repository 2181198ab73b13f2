import {
  COMPLETION_ORDER,
  cpuCycles,
  type Direction,
  DIRECTIONS,
  findMode,
  FORWARD_ORDER,
  generatePackets,
  MODES,
  RECEIVE_ORDER,
  rowEntries,
  type Run,
  simulate,
  type Stage,
  type StageId,
  stagesOf,
  workCycles,
  workDifference,
} from "#engine";
import { expect } from "chai";
import { flowRunOf } from "../../../components/flow/flow-run.ts";
import { StoryTeller } from "../../../components/flow/story.ts";

const VARIANTS: readonly (readonly [mode: string, knobs: Record<string, string>])[] = [
  ...MODES.map(({ id }) => [id, {}] as const),
  ["virtio-vhost", { ring: "packed" }],
  ["virtio-vhost-user", { driver: "pmd" }],
  ["vmxnet3", { driver: "pmd" }],
  ["xen-netfront", { driver: "pmd" }],
];
const COUNT = 4;

function aRun(mode: string, knobs: Record<string, string>, direction: Direction, gap: number): Run {
  const frames = generatePackets({
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: direction === "rx" ? "rx" : "tx",
    count: COUNT,
  });
  const options = { direction, frames, gapMicroseconds: gap };
  const found = findMode(mode);
  const known = Object.fromEntries(Object.entries(knobs).filter(([name]) => name in found.knobs));
  return simulate({ mode: found, knobs: known, ...options });
}

function stagesIn(run: Run): (readonly Stage[])[] {
  const flow = flowRunOf(run);
  const teller = new StoryTeller(flow);
  return Array.from({ length: COUNT }, (_, at) => stagesOf(flow, teller.story(at + 1).rows));
}

/** The steps at which a packet reaches some stages, without those that it does not reach. */
function stepsAt(stages: readonly Stage[], ids: readonly StageId[]): number[] {
  return ids
    .map((id) => stages.find((stage) => stage.id === id)?.step ?? -1)
    .filter((step) => step >= 0);
}

function isAscending(steps: readonly number[]): boolean {
  return steps.every((step, at) => at === 0 || step > (steps[at - 1] as number));
}

const ORDERS = { FORWARD_ORDER, COMPLETION_ORDER, RECEIVE_ORDER };

describe("stages", () => {
  for (const [mode, knobs] of VARIANTS) {
    for (const direction of DIRECTIONS) {
      for (const gap of [100, 0]) {
        const title = `${mode} ${JSON.stringify(knobs)} ${direction}, ${gap} µs apart`;
        it(`stages: rows in their order, first and last reached (${title})`, () => {
          const run = aRun(mode, knobs, direction, gap);
          const arrived = new Set(
            (direction === "tx" ? run.transmitted : run.delivered).map(({ packet }) => packet),
          );
          expect(arrived.size).to.be.greaterThan(0);
          stagesIn(run).forEach((stages, packet) => {
            const text = stages.map(({ id, step }) => `${id} ${step}`).join(", ");
            for (const [name, order] of Object.entries(ORDERS)) {
              expect(
                isAscending(stepsAt(stages, order)),
                `${name}, packet ${packet}: ${text}`,
              ).to.equal(true);
            }
            const first = direction === "rx" ? "arrival" : "send";
            const last = direction === "tx" ? "wire" : "delivered";
            if (arrived.has(packet)) expect(stepsAt(stages, [first, last]), text).to.have.length(2);
            const reached = stages.filter(({ step }) => step >= 0).map(({ step }) => step);
            expect(new Set(reached).size, text).to.equal(reached.length);
            for (const { step, absent } of stages) expect(absent === "").to.equal(step >= 0);
          });
        });
      }
    }
  }

  it("stages: a mode that polls has no doorbell and says so", () => {
    const [stages = []] = stagesIn(aRun("virtio-vhost-user", {}, "tx", 100));
    const doorbell = stages.find(({ id }) => id === "doorbell");
    expect(doorbell?.row).to.equal(-1);
    expect(doorbell?.absent).to.equal("No doorbell: a host core polls the rings and never sleeps.");
  });

  it("stages: every packet of a mode with a doorbell each has all stages", () => {
    for (const [mode, missing] of [
      ["vtx-rtl8139", []],
      ["virtio-vhost", []],
      ["xen-netfront", []],
      ["bt-rtl8139", []],
      ["vtx-rtl8139too", ["completion"]],
      ["vf-posted", ["path"]],
    ] as const) {
      for (const stages of stagesIn(aRun(mode, {}, "tx", 100))) {
        const absent = stages.filter(({ step }) => step < 0).map(({ id }) => id);
        expect(absent, mode).to.deep.equal(missing);
      }
    }
  });
});

describe("cost of rows", () => {
  for (const { id } of MODES) {
    it(`rowEntries: all rows of ${id} cost what its ledger says`, () => {
      const run = aRun(id, {}, "echo", 100);
      if (run.costs === undefined) throw new Error("a run with prices has costs");
      const rows = Array.from({ length: run.trace.length }, (_, row) => row);
      const found = workCycles(run.costs, rowEntries(run.trace, rows, run.costs));
      const wanted = cpuCycles(run.costs);
      expect(found.typical).to.be.closeTo(wanted.typical, 1e-6 * wanted.typical);
      expect(found.low).to.be.closeTo(wanted.low, 1e-6 * wanted.typical);
      expect(found.high).to.be.closeTo(wanted.high, 1e-6 * wanted.typical);
    });
  }

  it("workDifference: of a run with itself is nothing, for certain", () => {
    const { trace, costs } = aRun("vtx-rtl8139", {}, "tx", 100);
    if (costs === undefined) throw new Error("a run with prices has costs");
    const some = rowEntries(trace, trace.kind.keys(), costs);
    expect(workDifference(costs, some, costs, some)).to.deep.equal({ low: 0, typical: 0, high: 0 });
    const all = workDifference(costs, some, costs, []);
    expect(all.typical).to.be.closeTo(workCycles(costs, some).typical, 1e-6);
    expect(all.high).to.be.closeTo(workCycles(costs, some).high, 1e-6);
  });
});
