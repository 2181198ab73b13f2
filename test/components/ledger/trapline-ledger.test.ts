import "axe-core/axe.min.js";
import { figure, type PriceDetail } from "#components";
import { type FilterDetail, TraplineLedger } from "#components/views";
import { type Entry, rowEntries, total } from "#engine";
import { expect } from "chai";
import { tellerOf } from "../../../components/flow/story.ts";
import { allNodes, LEDGER_ORDERS, ledgerTree } from "../../../components/ledger/ledger-node.ts";
import { layOutLedger, NARROW_PX } from "../../../components/ledger/layout.ts";
import { aRun } from "../events/a-run.ts";

declare const axe: typeof import("axe-core");

async function aLedger(more: Partial<TraplineLedger> = {}) {
  const element = Object.assign(document.createElement("trapline-ledger"), {
    run: aRun(),
    ...more,
  });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

const pieces = (element: TraplineLedger) => [
  ...element.renderRoot.querySelectorAll<SVGGElement>(".piece"),
];
const find = <E extends Element>(element: TraplineLedger, selector: string): E => {
  const found = element.renderRoot.querySelector<E>(selector);
  if (found === null) throw new Error(`trapline-ledger has no ${selector}`);
  return found;
};

async function press(element: TraplineLedger, key: string) {
  const options = { key, bubbles: true, cancelable: true };
  element.shadowRoot?.activeElement?.dispatchEvent(new KeyboardEvent("keydown", options));
  await element.updateComplete;
  await element.updateComplete;
}

describe("trapline-ledger", () => {
  it("trapline-ledger: axe finds no violation, the table open", async () => {
    const element = await aLedger();
    find<HTMLDetailsElement>(element, "details").open = true;
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-ledger: axe finds no violation in bars", async () => {
    const element = await aLedger({ row: 12 });
    element.choose({ view: "stacks" });
    await element.updateComplete;
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-ledger: text, label, drawing and table say the total of the rows", async () => {
    const element = await aLedger({ row: 12, packet: 2 });
    const { run } = element;
    if (run === undefined) throw new Error("there is no run");
    for (const scope of ["run", "packet", "step"] as const) {
      element.choose({ scope, work: false });
      await element.updateComplete;
      const all = Array.from({ length: run.trace.length }, (_, row) => row);
      const rows = { run: all, packet: tellerOf(run).story(2).rows, step: [12] }[scope];
      const sum = total(run.costs, rowEntries(run.trace, rows, run.costs));
      const text = figure(sum.typical);
      expect(element.tree?.cycles).to.deep.equal(sum);
      expect(find(element, ".total").textContent).to.contain(text);
      expect(pieces(element)[0]?.getAttribute("aria-label")).to.contain(text);
      expect(find(element, "tr.all td").textContent).to.equal(text);
      expect(element.renderRoot.querySelectorAll("tbody tr").length).to.equal(
        pieces(element).length,
      );
    }
    element.remove();
  });

  it("trapline-ledger: the packets add up to the run", async () => {
    const element = await aLedger();
    element.choose({ work: false });
    await element.updateComplete;
    const whole = element.tree?.cycles.typical ?? 0;
    element.choose({ scope: "packet" });
    let sum = 0;
    for (element.packet = 1; element.packet <= 3; element.packet++) {
      await element.updateComplete;
      sum += element.tree?.cycles.typical ?? 0;
      if (element.packet === 3) break;
    }
    expect(sum).to.be.closeTo(whole, 1e-6 * whole);
    element.remove();
  });

  it("trapline-ledger: arrows go down to a primitive, along its level and up again", async () => {
    const element = await aLedger();
    pieces(element)[0]?.focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"])
      await press(element, key);
    const id = element.shadowRoot?.activeElement?.getAttribute("data-id");
    expect(id?.split("/").length).to.equal(3);
    expect(find(element, ".detail h3").textContent).to.equal(id?.split("/")[2]);
    for (const key of ["ArrowUp", "ArrowUp", "ArrowUp"]) await press(element, key);
    expect(element.shadowRoot?.activeElement?.getAttribute("data-id")).to.equal("");
    expect(element.renderRoot.querySelectorAll('.piece[tabindex="0"]').length).to.equal(1);
    element.remove();
  });

  it("trapline-ledger: the rows of a price are shown by a filter, of the packet where one is looked at", async () => {
    const element = await aLedger({ packet: 2 });
    const filters: string[] = [];
    element.addEventListener("trapline-filter", ({ detail }: CustomEvent<FilterDetail>) =>
      filters.push(detail.text),
    );
    const first = () => find<HTMLButtonElement>(element, ".charged button");
    const name = first().textContent?.trim().split(" ").at(-1);
    first().click();
    element.choose({ scope: "packet" });
    await element.updateComplete;
    const other = first().textContent?.trim().split(" ").at(-1);
    first().click();
    expect(filters).to.deep.equal([`cost:${name}`, `cost:${other} packet:2`]);
    element.remove();
  });

  it("trapline-ledger: a price is changed in place, and other prices move the total at once", async () => {
    const element = await aLedger();
    const changes: PriceDetail[] = [];
    element.addEventListener("trapline-price", ({ detail }) => changes.push(detail));
    const table = find<HTMLElement>(element, "trapline-price-table");
    await (table as unknown as { updateComplete: Promise<boolean> }).updateComplete;
    const input = table.shadowRoot?.querySelector("input");
    if (!input) throw new Error("there is no price to change");
    input.value = "1";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    expect(changes).to.deep.equal([{ name: input.name, value: 1 }]);
    const before = element.tree?.cycles.typical ?? 0;
    const prices = element.run?.costs.prices;
    if (prices === undefined) throw new Error("the run has no prices");
    const zero = { low: 0, typical: 0, high: 0 };
    const price = prices.prices[input.name as keyof typeof prices.prices];
    const free = { ...price, cycles: zero, warmCycles: zero };
    element.prices = { ...prices, prices: { ...prices.prices, [input.name]: free } };
    await element.updateComplete;
    expect(element.tree?.cycles.typical).to.be.below(before);
    element.remove();
  });

  it("trapline-ledger: what is too narrow is counted in words, and the logarithmic scale shows it", async () => {
    const element = await aLedger();
    const tree = element.tree;
    if (tree === undefined) throw new Error("there is no tree");
    const linear = layOutLedger(tree, 360, "linear");
    const log = layOutLedger(tree, 360, "log");
    expect(linear.narrow.length).to.be.above(0);
    expect(log.narrow.length).to.be.below(linear.narrow.length);
    for (const layout of [linear, log]) {
      expect(layout.boxes.length).to.equal(allNodes(tree).length);
      const leaves = layout.boxes.filter(({ node }) => node.children.length === 0);
      const narrow = leaves.filter(({ width }) => width < NARROW_PX);
      expect(layout.narrow).to.deep.equal(narrow.map(({ node }) => node));
    }
    element.remove();
  });

  it("trapline-ledger: what the run cost is drawn once for all rows, and what a step cost anew", async () => {
    const element = await aLedger({ row: 3 });
    let drawings = 0;
    Object.assign(element, { updated: () => drawings++ });
    Object.assign(element, { row: 4, packet: 1 });
    await element.updateComplete;
    expect(drawings).to.equal(0);
    element.row = -1;
    await element.updateComplete;
    expect(drawings).to.equal(1);
    element.row = 4;
    element.choose({ scope: "step" });
    await element.updateComplete;
    element.row = 5;
    await element.updateComplete;
    expect(drawings).to.equal(3);
    expect(find(element, ".total").textContent).to.contain("Row 5");
    element.remove();
  });

  it("trapline-ledger: without a run its content stands", async () => {
    const element = await aLedger({ run: undefined });
    expect(element.renderRoot.querySelector("slot")).to.not.equal(null);
    element.remove();
  });
});

describe("ledgerTree", () => {
  it("ledgerTree: every order of levels has the same total, and parts add up to their whole", () => {
    const run = aRun(2, "virtio-vhost");
    const all = Array.from({ length: run.trace.length }, (_, row) => row);
    const some: readonly Entry[] = rowEntries(run.trace, all, run.costs);
    const sum = total(run.costs, some).typical;
    for (const order of LEDGER_ORDERS) {
      const tree = ledgerTree(some, order, run.costs.prices);
      expect(tree.cycles.typical).to.be.closeTo(sum, 1e-6 * sum);
      for (const { children, cycles } of allNodes(tree)) {
        if (children.length === 0) continue;
        const parts = children.reduce((whole, child) => whole + child.cycles.typical, 0);
        expect(parts).to.be.closeTo(cycles.typical, 1e-6 * cycles.typical);
      }
    }
  });
});
