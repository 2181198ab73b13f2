import "#components/views";
import "axe-core/axe.min.js";
import { explorerRunOf } from "#components";
import { type LockstepSelectDetail, type StageDetail } from "#components/views";
import { type Direction, DIRECTIONS, findMode, generatePackets, MODES, simulate } from "#engine";
import { expect } from "chai";
import { alignPacket } from "../../../components/lockstep/segment.ts";
import { biggestDifference, cyclesText } from "../../../components/lockstep/difference.ts";
import { MEASURES } from "../../../components/lockstep/step-counts.ts";
import { StoryTeller } from "../../../components/flow/story.ts";

declare const axe: typeof import("axe-core");

type Spec = readonly [mode: string, knobs?: Record<string, string | boolean>];

function aRun([mode, knobs = {}]: Spec, direction: Direction = "tx", count = 2) {
  const frames = generatePackets({
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: direction === "rx" ? "rx" : "tx",
    count,
  });
  const scenario = { mode: findMode(mode), direction, frames, knobs, history: true } as const;
  return explorerRunOf(simulate(scenario));
}

async function aLockstep(specs: readonly Spec[], more: object = {}) {
  const runs = specs.map((spec) => aRun(spec));
  const element = Object.assign(document.createElement("trapline-lockstep"), { runs, ...more });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

const PAIR: readonly Spec[] = [["vtx-rtl8139"], ["virtio-vhost"]];

describe("trapline-lockstep", () => {
  it("trapline-lockstep: axe finds no violation, with a stage open and without", async () => {
    for (const stage of ["", "doorbell"]) {
      const element = await aLockstep(PAIR, { stage });
      element.renderRoot.querySelector("details")?.setAttribute("open", "");
      const { violations } = await axe.run(element);
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      expect(found).to.deep.equal([]);
      element.remove();
    }
  });

  it("trapline-lockstep: the table's rows of a run add up to its total", async () => {
    const element = await aLockstep(PAIR);
    for (const run of [0, 1]) {
      const cells = (row: Element) =>
        [...row.querySelectorAll(".count")].map((cell) =>
          Number(cell.textContent?.replace(/\D/g, "")),
        );
      const rows = [...element.renderRoot.querySelectorAll(`tr[data-run="${run}"]`)].map(cells);
      const total = cells(
        element.renderRoot.querySelector(`tr[data-total="${run}"]`) as HTMLElement,
      );
      const sums = MEASURES.map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0));
      expect(sums).to.deep.equal(total);
      expect(total[0]).to.be.greaterThan(0);
    }
    element.remove();
  });

  it("trapline-lockstep: stages and steps go by keys, and both are announced", async () => {
    const element = await aLockstep(PAIR, { stage: "driver" });
    const stages: StageDetail[] = [];
    const rows: LockstepSelectDetail[] = [];
    element.addEventListener("trapline-stage", ({ detail }) => stages.push(detail));
    element.addEventListener("trapline-select", (event) => {
      rows.push((event as CustomEvent<LockstepSelectDetail>).detail);
    });
    const press = (target: Element | null, key: string) => {
      target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    };
    press(element.renderRoot.querySelector(".stage.current .stage-name button"), "ArrowDown");
    await element.updateComplete;
    expect(stages).to.deep.equal([{ stage: "descriptor", packet: 1 }]);
    press(element.renderRoot.querySelector(".stage.current .stage-name button"), "ArrowDown");
    await element.updateComplete;
    await element.updateComplete;
    expect(element.stage).to.equal("doorbell");
    expect(element.shadowRoot?.activeElement?.textContent?.trim()).to.equal("The doorbell rings");
    const [first] = element.renderRoot.querySelectorAll(".steps button");
    press(first ?? null, "ArrowDown");
    await element.updateComplete;
    const stories = element.runs.map((run) => new StoryTeller(run).story(1));
    const step = Number(element.renderRoot.querySelectorAll(".row .number")[1]?.textContent);
    expect(rows).to.deep.equal([{ run: 0, row: stories[0]?.rows[step - 1] }]);
    element.remove();
  });

  it("trapline-lockstep: a row that is set opens its stage", async () => {
    const element = await aLockstep(PAIR);
    const { segments } = alignPacket(
      element.runs[1] as (typeof element.runs)[0],
      new StoryTeller(element.runs[1] as (typeof element.runs)[0]).story(1),
    );
    const wire = segments.find(({ id }) => id === "wire");
    element.selected = { run: 1, row: wire?.rows[0] ?? -1 };
    await element.updateComplete;
    expect(element.stage).to.equal("wire");
    const sentence = element.renderRoot.querySelector(".sentence")?.textContent;
    expect(sentence).to.match(/^Packet 1 of 2\. B: /);
    element.remove();
  });

  it("trapline-lockstep: of one mode with a knob changed, rows that only one has are marked", async () => {
    const labels = ["APICv", "no APICv"];
    const specs: Spec[] = [
      ["virtio-vhost", {}],
      ["virtio-vhost", { apicv: "off" }],
    ];
    const element = await aLockstep(specs, { labels, stage: "interrupt" });
    const marked = [...element.renderRoot.querySelectorAll(".row em")].map((mark) =>
      mark.closest(".row")?.textContent?.replace(/\s+/g, " ").trim(),
    );
    expect(marked.some((text) => /injects/.test(text ?? ""))).to.equal(true);
    element.remove();
    const same = await aLockstep([["virtio-vhost"], ["virtio-vhost"]], { stage: "interrupt" });
    expect(same.renderRoot.querySelectorAll(".row em").length).to.equal(0);
    expect(same.renderRoot.querySelector(".biggest")?.textContent).to.equal(
      "No stage differs in CPU cycles.",
    );
    same.remove();
  });

  it("trapline-lockstep: a stage that a mode does not have says why", async () => {
    const element = await aLockstep([["virtio-vhost"], ["virtio-vhost-user"]], {
      stage: "doorbell",
    });
    expect(element.renderRoot.querySelector(".stage.current")?.textContent).to.contain(
      "No doorbell: a host core polls the rings and never sleeps.",
    );
    element.remove();
  });
});

describe("alignPacket", () => {
  for (const { id } of MODES) {
    it(`alignPacket: the stages of every packet add up to the run (${id})`, () => {
      for (const direction of DIRECTIONS) {
        const run = aRun([id], direction, 3);
        const teller = new StoryTeller(run);
        const sums = MEASURES.map(() => 0);
        let exits = 0;
        let cycles = 0;
        const own = new Set<number>();
        for (let packet = 1; packet <= run.packetCount; packet++) {
          const aligned = alignPacket(run, teller.story(packet));
          for (const segment of aligned.segments) {
            exits += segment.counts.exits;
            cycles += segment.cycles.typical;
            for (const row of segment.rows) own.add(row);
          }
          MEASURES.forEach(({ count }, at) => {
            const stages = aligned.segments.reduce((sum, it) => sum + count(it.counts), 0);
            expect(stages).to.equal(count(aligned.counts));
            sums[at] = (sums[at] ?? 0) + stages;
          });
          const latency = aligned.latencyMicroseconds * run.cyclesPerMicrosecond;
          if (run.latencies.length === run.packetCount)
            expect(latency).to.be.closeTo(run.latencies[packet - 1] ?? NaN, 1);
        }
        expect(own.size).to.equal(run.trace.length);
        expect(exits).to.equal(run.totals.exits);
        expect(sums.at(-1)).to.equal(run.trace.length);
        expect(cycles).to.be.greaterThan(0);
      }
    });
  }

  it("biggestDifference: names the stage whose cycles are furthest apart", () => {
    const packets = PAIR.map((spec) => {
      const run = aRun(spec);
      return alignPacket(run, new StoryTeller(run).story(1));
    });
    const biggest = biggestDifference(packets);
    const gaps = (packets[0]?.segments ?? []).map((segment, at) =>
      Math.abs(segment.cycles.typical - (packets[1]?.segments[at]?.cycles.typical ?? 0)),
    );
    expect(biggest?.at).to.equal(gaps.indexOf(Math.max(...gaps)));
    expect(biggest?.against).to.equal("no exits against 3");
  });

  it("cyclesText: says more, fewer, both ways and none", () => {
    const text = [
      { low: 4100, typical: 5000, high: 6300 },
      { low: -6300, typical: -5000, high: -4100 },
      { low: -200, typical: 100, high: 400 },
      { low: 0, typical: 0, high: 0 },
    ].map(cyclesText);
    expect(text.map((one) => one.replace(/\u202f/g, " "))).to.deep.equal([
      "4 100 – 6 300 cycles more",
      "4 100 – 6 300 cycles fewer",
      "between 200 cycles fewer and 400 more",
      "as many cycles",
    ]);
  });
});
