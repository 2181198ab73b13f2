import "axe-core/axe.min.js";
import { grouped, type SelectDetail } from "#components";
import { type ExportDetail, type FilterDetail, TraplineEvents } from "#components/views";
import { KIND } from "#engine";
import { expect } from "chai";
import { aRun } from "./a-run.ts";
import { aLongRun } from "./a-long-run.ts";

declare const axe: typeof import("axe-core");

async function someEvents(more: Partial<TraplineEvents> = {}) {
  const element = Object.assign(document.createElement("trapline-events"), {
    run: aRun(),
    ...more,
  });
  document.body.append(element);
  await settled(element);
  return element;
}

async function settled(element: TraplineEvents) {
  await element.updateComplete;
  // The size of the list is known one update later.
  await element.updateComplete;
  await frame();
  await element.updateComplete;
}

/** A frame, or a moment: a page behind another draws no frames. */
function frame(): Promise<void> {
  return new Promise((done) => {
    requestAnimationFrame(() => done());
    setTimeout(done, 50);
  });
}

const find = <E extends Element>(root: ParentNode | null | undefined, selector: string): E => {
  const found = root?.querySelector<E>(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
};

const grid = (element: TraplineEvents) => find<HTMLElement>(element.renderRoot, "[role=grid]");
const box = (element: TraplineEvents) =>
  find<HTMLElement>(element.renderRoot, "trapline-filter-box").shadowRoot;
const lines = (element: TraplineEvents) => [
  ...element.renderRoot.querySelectorAll<HTMLElement>(".rows [role=row]"),
];
const numbers = (element: TraplineEvents) =>
  lines(element).map((line) => line.querySelector(".number")?.textContent);

async function press(element: TraplineEvents, key: string, target: Element = grid(element)) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  await settled(element);
}

async function write(element: TraplineEvents, text: string) {
  const input = find<HTMLInputElement>(box(element), "input");
  input.value = text;
  input.setSelectionRange(text.length, text.length);
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await settled(element);
}

const countText = (element: TraplineEvents) =>
  find(element.renderRoot, ".count strong").textContent?.replaceAll(/\s/g, " ");

describe("trapline-events", () => {
  it("trapline-events: axe finds no violation, words offered and a row selected", async () => {
    const element = await someEvents({ row: 3, filter: "exit" });
    await write(element, "e");
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-events: axe finds no violation where a filter is wrong", async () => {
    const element = await someEvents({ filter: "pakcet:3" });
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-events: it says how many rows there are, and which stand where", async () => {
    const element = await someEvents();
    const { length } = element.run?.trace ?? { length: 0 };
    expect(grid(element).getAttribute("aria-rowcount")).to.equal(String(length + 1));
    expect(lines(element)[0]?.getAttribute("aria-rowindex")).to.equal("2");
    expect(numbers(element)[0]).to.equal("0");
    element.remove();
  });

  it("trapline-events: keys walk, and every step is told", async () => {
    const element = await someEvents();
    const rows: number[] = [];
    element.addEventListener("trapline-select", ({ detail }: CustomEvent<SelectDetail>) =>
      rows.push(detail.row),
    );
    for (const key of ["ArrowDown", "ArrowDown", "End", "ArrowUp", "Home", "PageDown"]) {
      await press(element, key);
    }
    const last = (element.run?.trace.length ?? 0) - 1;
    expect(rows.slice(0, 5)).to.deep.equal([0, 1, last, last - 1, 0]);
    expect(rows[5]).to.be.above(3);
    const active = grid(element).getAttribute("aria-activedescendant");
    expect(find(element.renderRoot, `#${active}`).getAttribute("aria-selected")).to.equal("true");
    element.remove();
  });

  it("trapline-events: a filter shows its rows and counts them, and an event tells it", async () => {
    const element = await someEvents();
    const filters: string[] = [];
    element.addEventListener("trapline-filter", ({ detail }: CustomEvent<FilterDetail>) =>
      filters.push(detail.text),
    );
    await write(element, "exit");
    const { trace, totals } = element.run ?? {};
    expect(element.found.length).to.equal(totals?.exits);
    expect(countText(element)).to.equal(`${totals?.exits} of ${trace?.length} rows`);
    for (const row of element.found.slice()) expect(trace?.kind[row]).to.equal(KIND.vmExit);
    expect(filters).to.deep.equal(["exit"]);
    element.remove();
  });

  it("trapline-events: a wrong filter is explained and the list stays as it was", async () => {
    const element = await someEvents({ filter: "exit" });
    const before = numbers(element);
    const filters: string[] = [];
    element.addEventListener("trapline-filter", ({ detail }) => filters.push(detail.text));
    await write(element, "exit and pakcet:3");
    const after = numbers(element);
    expect(after.length).to.be.above(5);
    expect(after).to.deep.equal(before.slice(0, after.length));
    expect(find(box(element), ".problem").textContent).to.equal(
      "At character 10: found “pakcet”, expected the name of a field. Did you mean packet?",
    );
    expect(find(box(element), "mark").textContent).to.equal("pakcet");
    expect(filters).to.deep.equal([]);
    find<HTMLButtonElement>(box(element), ".said button").click();
    await settled(element);
    expect(element.filter).to.equal("exit and packet:3");
    expect(filters).to.deep.equal(["exit and packet:3"]);
    element.remove();
  });

  it("trapline-events: the focus given to it is its filter's", async () => {
    const element = await someEvents();
    element.focus();
    await element.updateComplete;
    await new Promise((resolve) => setTimeout(resolve));
    expect(box(element)?.activeElement).to.equal(find(box(element), "input"));
    element.remove();
  });

  it("trapline-events: the words offered are taken with arrows and Enter", async () => {
    const element = await someEvents();
    await write(element, "actor:q");
    const input = find<HTMLInputElement>(box(element), "input");
    expect(input.getAttribute("aria-expanded")).to.equal("true");
    await press(element, "ArrowDown", input);
    const option = find(box(element), `#${input.getAttribute("aria-activedescendant")}`);
    expect(option.getAttribute("aria-selected")).to.equal("true");
    await press(element, "Enter", input);
    expect(element.filter).to.equal("actor:qemu");
    expect(input.getAttribute("aria-expanded")).to.equal("false");
    element.remove();
  });

  it("trapline-events: from match to match, around the end, also among the other rows", async () => {
    const element = await someEvents({ filter: "exit", all: true });
    const exits = Array.from(element.found.slice());
    for (const line of lines(element)) {
      const row = Number(line.id.slice("row-".length));
      expect(line.classList.contains("faint")).to.equal(!exits.includes(row));
    }
    expect(element.renderRoot.querySelectorAll(".faint").length).to.be.above(5);
    const seen: number[] = [];
    for (let at = 0; at <= exits.length; at++) {
      await press(element, "n");
      seen.push(element.row);
    }
    expect(seen).to.deep.equal([...exits, exits[0]]);
    await press(element, "p");
    expect(element.row).to.equal(exits.at(-1));
    element.remove();
  });

  it("trapline-events: a million rows scroll to the end, and a selection takes 50 ms at most", async () => {
    const element = await someEvents({ run: aLongRun(1_300_000) });
    await press(element, "End");
    expect(numbers(element)).to.include(grouped(1_299_999));
    const viewport = grid(element);
    expect(viewport.scrollHeight).to.be.below(9e6);
    expect(viewport.scrollTop + viewport.clientHeight).to.be.closeTo(viewport.scrollHeight, 2);
    const times: number[] = [];
    for (const row of [650_000, 3, 1_000_001, 77]) {
      const before = performance.now();
      element.row = row;
      await element.updateComplete;
      times.push(performance.now() - before);
      expect(numbers(element)).to.include(grouped(row));
    }
    console.info(`selections: ${times.map((time) => time.toFixed(1)).join(", ")} ms`);
    expect(Math.min(...times)).to.be.below(50);
    viewport.scrollTop = viewport.scrollHeight / 2;
    viewport.dispatchEvent(new Event("scroll"));
    await settled(element);
    const middle = Number(numbers(element)[0]?.replaceAll(/\D/g, ""));
    expect(middle).to.be.within(640_000, 660_000);
    viewport.scrollTop += 2 * (lines(element)[0]?.offsetHeight ?? 0);
    viewport.dispatchEvent(new Event("scroll"));
    await settled(element);
    expect(Number(numbers(element)[0]?.replaceAll(/\D/g, ""))).to.equal(middle + 2);
    element.remove();
  });

  it("trapline-events: in a page that gives it no height of its own, rows out of view are not drawn", async () => {
    const element = await someEvents({ run: aLongRun(3000) });
    element.style.display = "block";
    element.style.height = "auto";
    element.requestUpdate();
    await settled(element);
    expect(lines(element).length).to.be.within(5, Math.ceil(innerHeight / 28) + 2);
    element.remove();
  });

  it("trapline-events: rows have a line, two or three by the width of their place", async () => {
    const element = await someEvents();
    const heights: (number | undefined)[] = [];
    for (const width of ["1300px", "640px", "358px"]) {
      element.style.width = width;
      element.requestUpdate();
      await settled(element);
      await settled(element);
      heights.push(lines(element)[0]?.offsetHeight);
    }
    expect(heights).to.deep.equal([28, 52, 68]);
    element.remove();
  });

  it("trapline-events: rows grow with the type of a theme", async () => {
    const element = await someEvents();
    const heights: (number | undefined)[] = [];
    for (const scale of ["1", "2"]) {
      document.documentElement.style.setProperty("--scale", scale);
      await settled(element);
      heights.push(lines(element)[0]?.offsetHeight);
    }
    document.documentElement.style.removeProperty("--scale");
    expect(heights[1]).to.be.at.least(2 * (heights[0] ?? 0));
    element.remove();
  });

  it("trapline-events: a filter that is cleared leaves the focus in its box", async () => {
    const element = await someEvents({ filter: "exit" });
    const clear = find<HTMLButtonElement>(box(element), ".clear");
    clear.focus();
    clear.click();
    await settled(element);
    expect(box(element)?.activeElement?.localName).to.equal("input");
    element.remove();
  });

  it("trapline-events: saving hands the shown rows to the page", async () => {
    const element = await someEvents({ filter: "exit" });
    const saved: ExportDetail[] = [];
    element.addEventListener("trapline-export", ({ detail }) => saved.push(detail));
    const buttons = [...element.renderRoot.querySelectorAll("button")];
    buttons.find(({ textContent }) => textContent === "Save CSV")?.click();
    expect(saved[0]?.kind).to.equal("csv");
    expect(saved[0]?.rows).to.deep.equal(element.found.slice());
    element.remove();
  });

  it("trapline-events: without a run its content stands", async () => {
    const element = await someEvents({ run: undefined });
    expect(element.renderRoot.querySelector("slot")).to.not.equal(null);
    element.remove();
  });
});
