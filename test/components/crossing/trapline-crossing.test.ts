import "#components/views";
import "axe-core/axe.min.js";
import { blocksOf, explorerRunOf, type SelectDetail } from "#components";
import { type BlockDetail, type TraplineCrossing } from "#components/views";
import { findMode, generatePackets, simulate } from "#engine";
import { expect } from "chai";
import { crossingCounts } from "../../../components/crossing/crossing-count.ts";
import { homeOf, sectionsOf } from "../../../components/crossing/block-sections.ts";
import { tellerOf } from "../../../components/flow/story.ts";
import { aPricedRun, DIRECTIONS, MAIN_VARIANTS } from "../../support/a-priced-run.ts";

declare const axe: typeof import("axe-core");

function aRun(modeId: string, direction: "tx" | "rx" | "echo" = "tx", packetCount = 1) {
  const way = direction === "rx" ? "rx" : "tx";
  const frames = generatePackets({
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: way,
    count: packetCount,
  });
  return explorerRunOf(simulate({ mode: findMode(modeId), direction, frames, history: true }));
}

async function aCrossing(modeId = "vtx-rtl8139", row = 14) {
  const element = document.createElement("trapline-crossing");
  Object.assign(element, { run: aRun(modeId), row });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

const all = (element: TraplineCrossing, selector: string) =>
  [...element.renderRoot.querySelectorAll(selector)] as SVGElement[];

describe("trapline-crossing", () => {
  it("trapline-crossing: axe finds no violation, closed and open", async () => {
    for (const modeId of ["vtx-rtl8139", "vf-dpdk", "native", "xen-netfront"]) {
      const element = await aCrossing(modeId);
      element.tableOpen = true;
      await element.updateComplete;
      const { violations } = await axe.run(element);
      expect(violations.map(({ id }) => id)).to.deep.equal([]);
      element.remove();
    }
  });

  it("trapline-crossing: the block that is lit is the one of the actor of the row", async () => {
    const element = await aCrossing();
    const { run } = element;
    if (run === undefined) throw new Error("the element has no run");
    for (let row = 0; row < run.trace.length; row++) {
      element.row = row;
      await element.updateComplete;
      const lit = all(element, ".block.lit");
      expect(lit.map(({ dataset }) => dataset["block"])).to.deep.equal([blocksOf(run).of(row).id]);
      expect(lit[0]?.getAttribute("aria-label")).to.include("acts now");
    }
    element.remove();
  });

  it("trapline-crossing: exits drawn, exits in words and exits in the totals are the same", async () => {
    for (const modeId of ["vtx-rtl8139", "virtio-vhost", "vf-posted", "bt-rtl8139"]) {
      const element = await aCrossing(modeId, 0);
      const exits = element.run?.totals.exits ?? -1;
      expect(all(element, ".tick.exit").length).to.equal(exits);
      for (const text of [".crossings", ".summary strong"]) {
        expect(all(element, text)[0]?.textContent).to.match(
          new RegExp(`(^|\\s)${exits}\u00a0VM exit`),
        );
      }
      element.remove();
    }
  });

  it("crossingCounts: the exits of all packets are those of the run, in every mode", () => {
    for (const variant of MAIN_VARIANTS) {
      for (const direction of DIRECTIONS) {
        const run = aPricedRun(variant, direction, 3);
        const exits = [1, 2, 3].map((packet) => {
          const { rows } = tellerOf(run).story(packet);
          return crossingCounts(run, rows, rows.length).exitsSoFar;
        });
        expect(exits.reduce((sum, count) => sum + count)).to.equal(run.totals.exits);
      }
    }
  });

  it("trapline-crossing: the hand-over has an arrow with its cause", async () => {
    const element = await aCrossing();
    const exit = element.run?.trace.kind.indexOf(12) ?? -1;
    element.row = exit;
    await element.updateComplete;
    expect(all(element, ".hop.exit .way").length).to.equal(1);
    expect(all(element, ".cause")[0]?.textContent).to.match(
      /^EPT misconfiguration, MMIO write of TPPoll$/,
    );
    element.remove();
  });

  it("trapline-crossing: arrows move among the blocks, and Enter opens one", async () => {
    const element = await aCrossing();
    const opened: BlockDetail[] = [];
    element.addEventListener("trapline-open", ({ detail }) => opened.push(detail));
    const [lit] = all(element, ".block.lit");
    lit?.focus();
    const press = async (key: string) => {
      const target = element.renderRoot.querySelector('[tabindex="0"].block');
      target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await element.updateComplete;
    };
    await press("Home");
    await press("ArrowDown");
    await press("ArrowRight");
    await press("ArrowLeft");
    await press("ArrowDown");
    await press("Enter");
    expect(opened.map(({ blockId, rings }) => ({ blockId, rings }))).to.deep.equal([
      { blockId: "memory-send", rings: ["tx_ring"] },
    ]);
    expect(all(element, '.block[tabindex="0"]').length).to.equal(1);
    element.remove();
  });

  it("trapline-crossing: a click opens a block with the sections of its state", async () => {
    const element = await aCrossing();
    const opened: BlockDetail[] = [];
    element.addEventListener("trapline-open", ({ detail }) => opened.push(detail));
    for (const block of all(element, ".block")) block.dispatchEvent(new MouseEvent("click"));
    const sections = opened.flatMap((detail) => detail.sections);
    const known = element.run?.history?.data.sections.map(({ id }) => id) ?? [];
    expect(sections.toSorted()).to.deep.equal(known.toSorted());
    element.remove();
  });

  it("sectionsOf: a section belongs to one block, unless its layer has none", () => {
    for (const { mode, knobs } of MAIN_VARIANTS) {
      const frames = generatePackets({
        frameBytesWithoutFcs: 60,
        seed: 1,
        direction: "tx",
        count: 1,
      });
      const run = explorerRunOf(
        simulate({ mode, knobs, frames, direction: "echo", history: true }),
      );
      const { blocks } = blocksOf(run);
      const { sections } = run.history.data;
      const opened = blocks.flatMap((block) => sectionsOf(blocks, sections, block));
      expect(new Set(opened).size).to.equal(opened.length);
      const layers = new Set(blocks.map(({ actor }) => actor));
      for (const { id, actor } of sections) {
        if (!opened.includes(id)) expect(layers.has(actor), `${mode.id}: ${id}`).to.equal(false);
      }
      expect(opened).to.include("local-apic");
    }
  });

  it("homeOf: control structures, tables and registers stand where they are used", () => {
    const run = aRun("vtx-rtl8139", "echo");
    const { blocks } = blocksOf(run);
    const { sections } = run.history.data;
    const home = (id: string) => {
      const section = sections.find((one) => one.id === id);
      return section && homeOf(blocks, section)?.id;
    };
    expect(["vmcs", "virtual-apic", "rtl8139", "mac-table"].map(home)).to.deep.equal([
      "exits",
      "virtual-interrupts",
      "device",
      "switch",
    ]);
  });

  it("trapline-crossing: the table tells the steps that are drawn, and chooses one", async () => {
    const element = await aCrossing();
    element.tableOpen = true;
    await element.updateComplete;
    const chosen: SelectDetail[] = [];
    element.addEventListener("trapline-select", ({ detail }) => chosen.push(detail));
    const rows = all(element, "tbody tr");
    expect(rows.length).to.equal(element.run?.trace.length);
    const exits = rows.filter((row) => row.textContent?.includes("takes a VM exit"));
    expect(exits.length).to.equal(element.run?.totals.exits);
    rows[0]?.querySelector("button")?.click();
    expect(chosen).to.deep.equal([{ row: 0 }]);
    element.remove();
  });

  it("trapline-crossing: a VF's packet passes beside the layers of the host", async () => {
    const element = await aCrossing("vf-dpdk", 3);
    const idle = all(element, ".idle").map(({ textContent }) => textContent?.trim());
    expect(idle.filter((text) => text === "not on this packet's way").length).to.equal(3);
    element.remove();
  });

  it("trapline-crossing: a ring that a row writes is marked as changed", async () => {
    const element = await aCrossing();
    const { run } = element;
    if (run === undefined) throw new Error("the element has no run");
    element.row = run.trace.kind.indexOf(8);
    await element.updateComplete;
    expect(all(element, ".block.memory.touched .changes text")[0]?.textContent).to.equal("1");
    element.remove();
  });

  it("trapline-crossing: without a run its content stands", async () => {
    const element = document.createElement("trapline-crossing");
    document.body.append(element);
    await element.updateComplete;
    expect(element.renderRoot.querySelector("slot")).to.not.equal(null);
    element.remove();
  });
});
