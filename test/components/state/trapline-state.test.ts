import "#components/views";
import "axe-core/axe.min.js";
import type { ExplorerRun } from "#components";
import type { OpenDetail, TraplineState } from "#components/views";
import { ACTORS, codePairs, fragmentsOfRow, KIND, walksAt } from "#engine";
import { expect } from "chai";
import { type AChange, aCell, aHistory, aRun, aSection, runWith } from "./a-history.ts";

declare const axe: typeof import("axe-core");

const CHIP = aSection("chip", [
  aCell("ISR", {
    sizeBytes: 2,
    offset: 0x3e,
    fields: [
      { name: "ROK", lsb: 0, width: 1, doc: "Receive OK" },
      { name: "TOK", lsb: 2, width: 1, doc: "Transmit OK" },
      { name: "TYPE", lsb: 4, width: 10, doc: "A type" },
    ],
  }),
  aCell("MULINT", { sizeBytes: 2, fidelity: "storage" }),
  aCell("TSD"),
]);
const CONTROL = aSection("control", [aCell("eptPointer", { sizeBytes: 8 })], {
  actor: ACTORS.hypervisor.code,
  kind: "fields",
});
const CACHE = aSection(
  "cache",
  [aCell("domain", { form: "decimal", sizeBytes: 0 }), aCell("rights", { form: "text" })],
  { actor: ACTORS.hardware.code, kind: "table" },
);
const CHANGES: readonly AChange[] = [
  [-1, "chip", "ISR", 0],
  [-1, "chip", "MULINT", 7],
  [2, "chip", "ISR", 0x0145],
  [3, "control", "eptPointer", 0x12_3456_789a_bcden],
  [3, "cache", "0x1000", 1234, 0],
  [3, "cache", "0x1000", "read write", 1],
  [4, "chip", "TSD[0]", 5],
  [4, "chip", "TSD[1]", 6],
  [5, "chip", "ISR", 0x0001],
  [6, "cache", "0x1000", undefined, 0],
  [6, "cache", "0x1000", undefined, 1],
];

async function aState(row: number, more: Partial<TraplineState> = {}, run?: ExplorerRun) {
  const element = Object.assign(document.createElement("trapline-state"), {
    run: run ?? runWith(aHistory([CHIP, CACHE, CONTROL], CHANGES)),
    row,
    ...more,
  });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

const all = <E extends Element>(element: TraplineState, selector: string) => [
  ...element.renderRoot.querySelectorAll<E>(selector),
];

function one<E extends HTMLElement>(element: TraplineState, selector: string): E {
  const found = element.renderRoot.querySelector<E>(selector);
  if (found === null) throw new Error(`trapline-state has no ${selector}`);
  return found;
}

const words = (node: Element | null | undefined) =>
  (node?.textContent ?? "").replaceAll(/\s+/g, " ").trim();

const line = (element: TraplineState, section: string, name: string) => {
  const button = one(element, `[data-section=${section}] [data-line="${name}"]`);
  return button.closest("tr") as HTMLTableRowElement;
};

async function violations(element: TraplineState) {
  const found = await axe.run(element);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** Sections of the history, without rings, code and walks. */
const SECTIONS = "section:not([data-section=rings], [data-section=code], [data-section=walks])";
const OPEN = ["chip", "cache", "control"];

describe("trapline-state", () => {
  afterEach(() => document.body.replaceChildren());

  it("trapline-state: axe finds no violation, closed, open, with details and with nothing found", async () => {
    const element = await aState(3);
    expect(await violations(element)).to.deep.equal([]);
    element.open = OPEN;
    await element.updateComplete;
    one(element, '[data-line="ISR"]').click();
    one(element, '[data-line="0x1000"]').click();
    await element.updateComplete;
    expect(await violations(element)).to.deep.equal([]);
    element.filter = "no such name";
    await element.updateComplete;
    expect(await violations(element)).to.deep.equal([]);
  });

  it("trapline-state: sections stand by actor and id, whatever the row changed", async () => {
    const element = await aState(5);
    const order = () =>
      all<HTMLElement>(element, SECTIONS).map(({ dataset }) => dataset["section"]);
    expect(order()).to.deep.equal(["control", "chip", "cache"]);
    one(element, "[aria-pressed]").click();
    await element.updateComplete;
    expect(order()).to.deep.equal(["chip", "control", "cache"]);
  });

  it("trapline-state: a changed value is marked, its old value struck through, also in a closed section", async () => {
    const element = await aState(5);
    expect(words(one(element, "[data-section=chip] .summary"))).to.equal("1 changed");
    const listed = all(element, ".changes tbody tr");
    expect(listed.map(words)).to.deep.equal(["The chip ISR 0x0001 before: 0x0145"]);
    expect(words(listed[0]?.querySelector("s"))).to.equal("0x0145");
    element.open = OPEN;
    await element.updateComplete;
    const row = line(element, "chip", "ISR");
    expect(row.className).to.equal("changed");
    expect(words(row.querySelector(".before s"))).to.equal("0x0145");
    expect(all(element, "tr.changed")).to.have.lengthOf(1);
  });

  it("trapline-state: the list of changes opens the section of a change", async () => {
    const element = await aState(5);
    const wanted: OpenDetail[] = [];
    element.addEventListener("trapline-open-change", ({ detail }) => wanted.push(detail));
    one(element, ".changes .to").click();
    await element.updateComplete;
    expect(wanted).to.deep.equal([{ open: ["chip"] }]);
    expect(element.shadowRoot?.activeElement?.className).to.equal("head");
  });

  it("trapline-state: registers are decoded to their fields, the highest bit first", async () => {
    const element = await aState(5, { open: OPEN });
    one(element, '[data-line="ISR"]').click();
    await element.updateComplete;
    const fields = all(element, ".fields tbody tr").map(words);
    expect(fields).to.deep.equal([
      "13:4 TYPE, changed 0x000 before: 0x014 A type",
      "2 TOK, changed 0 before: 1 Transmit OK",
      "0 ROK 1 Receive OK",
    ]);
    expect(words(line(element, "chip", "MULINT"))).to.equal("MULINT 0x0007 stored, not modelled");
    expect(words(line(element, "control", "eptPointer"))).to.contain("0x00123456789abcde");
  });

  it("trapline-state: every register keeps its place and its section its height from row to row", async () => {
    const element = await aState(-1, { open: OPEN });
    const state = () =>
      [
        all<HTMLElement>(element, ".lines [data-line]").map(({ dataset }) => dataset["line"]),
        all<HTMLElement>(element, SECTIONS).map(({ offsetHeight }) => offsetHeight),
      ] as const;
    const [names, heights] = state();
    expect(names).to.deep.equal(["eptPointer", "ISR", "MULINT", "TSD[0]", "TSD[1]"]);
    for (element.row = 0; element.row <= 7; element.row++) {
      await element.updateComplete;
      const now = state();
      expect(now[0]).to.deep.equal(names);
      expect(now[1].slice(0, 2), `row ${element.row}`).to.deep.equal(heights.slice(0, 2));
      if (element.row === 7) break;
    }
  });

  it("trapline-state: a table shows what is in it, and what has just gone, struck through", async () => {
    const element = await aState(4, { open: ["cache"] });
    expect(words(line(element, "cache", "0x1000"))).to.equal(
      "0x1000 1\u202f234 read write".replaceAll(/\s/g, " "),
    );
    element.row = 6;
    await element.updateComplete;
    const row = line(element, "cache", "0x1000");
    expect(row.className).to.contain("gone");
    expect([...row.querySelectorAll("s")].map(words)).to.deep.equal(["1 234", "read write"]);
    element.row = 7;
    await element.updateComplete;
    expect(all(element, '[data-line="0x1000"]')).to.have.lengthOf(0);
  });

  it("trapline-state: a value leads to the rows that changed it, before and after", async () => {
    const element = await aState(4, { open: ["chip"] });
    const rows: number[] = [];
    element.addEventListener("trapline-select", (event) =>
      rows.push((event as CustomEvent<{ row: number }>).detail.row),
    );
    one(element, '[data-line="ISR"]').click();
    await element.updateComplete;
    expect(words(one(element, ".origin p"))).to.contain(
      "by change 2 of 3, in row 2 :".replace(" :", ":"),
    );
    for (const button of all<HTMLElement>(element, ".origin button")) button.click();
    expect(rows).to.deep.equal([2, 2, 5]);
    element.row = 5;
    await element.updateComplete;
    const next = all(element, ".origin button").at(-1);
    expect(next?.getAttribute("aria-disabled")).to.equal("true");
  });

  it("trapline-state: the box finds names, and says so when nothing fits", async () => {
    const element = await aState(5);
    const input = one<HTMLInputElement>(element, "input");
    const type = async (text: string) => {
      input.value = text;
      input.dispatchEvent(new Event("input"));
      await element.updateComplete;
    };
    await type("isr");
    expect(all(element, "[data-line]").map(words)).to.deep.equal(["ISR"]);
    expect(words(one(element, ".found"))).to.equal("1 line with “isr” in the name.");
    await type("zzz");
    expect(words(one(element, ".found"))).to.match(
      /^No section, register, .* “zzz” .*: ISR, idx, EPT\.$/,
    );
    await type("");
    expect(all(element, SECTIONS)).to.have.lengthOf(3);
    expect(all(element, "[data-line]")).to.have.lengthOf(0);
  });

  it("trapline-state: arrows walk the names of a section, which is one stop of the Tab key", async () => {
    const element = await aState(5, { open: ["chip"] });
    const stops = () => all<HTMLElement>(element, '[data-line][tabindex="0"]').map(words);
    expect(stops()).to.deep.equal(["ISR"]);
    const press = async (key: string) => {
      const target = element.shadowRoot?.activeElement;
      target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await element.updateComplete;
      return words(element.shadowRoot?.activeElement);
    };
    one(element, '[data-line="ISR"]').focus();
    expect(await press("ArrowDown")).to.equal("MULINT");
    expect(await press("End")).to.equal("TSD[1]");
    expect(await press("ArrowDown")).to.equal("TSD[1]");
    expect(stops()).to.deep.equal(["TSD[1]"]);
    expect(await press("Home")).to.equal("ISR");
  });

  it("trapline-state: opening a section is told, and `only` shows a block's sections until all are asked for", async () => {
    const element = await aState(5, { only: ["cache"] });
    const told: OpenDetail[] = [];
    element.addEventListener("trapline-open-change", ({ detail }) => told.push(detail));
    expect(all(element, SECTIONS)).to.have.lengthOf(1);
    one(element, "[data-section=cache] .head").click();
    await element.updateComplete;
    one(element, ".note button").click();
    await element.updateComplete;
    expect(all(element, SECTIONS)).to.have.lengthOf(3);
    expect(told).to.deep.equal([{ open: ["cache"] }, { open: ["cache"], only: [] }]);
  });

  it("trapline-state: a row with 300 registers open is shown within 50 ms", async () => {
    const cells = Array.from({ length: 300 }, (_, n) => aCell(`R${n}`, { offset: n * 4 }));
    const changes = Array.from(
      { length: 3000 },
      (_, n): AChange => [n, "big", `R${n % 300}`, n + 1],
    );
    const run = runWith(aHistory([aSection("big", cells)], changes));
    const element = await aState(0, { open: ["big"] }, run);
    const times: number[] = [];
    for (let row = 500; row < 520; row++) {
      const start = performance.now();
      element.row = row;
      await element.updateComplete;
      times.push(performance.now() - start);
    }
    const median = times.toSorted((a, b) => a - b)[10] ?? Number.NaN;
    expect(all(element, "tr.changed")).to.have.lengthOf(1);
    expect(median).to.be.below(50);
  });

  it("trapline-state: a page walk is shown entry by entry with its index bits, and leads to memory", async () => {
    const run = aRun("vf-injected");
    const row = Array.from({ length: run.trace.length }, (_, at) => at).find((at) =>
      walksAt(run, run.history.at(at), at).some(({ steps }) =>
        steps.some(({ level }) => level === 1),
      ),
    );
    if (row === undefined) throw new Error("no row of the run walks to a page's entry");
    const element = await aState(row, { open: ["walks"] }, run);
    const walks = walksAt(run, run.history.at(row), row);
    const steps = walks.flatMap(({ steps: own }) => own);
    expect(all(element, ".steps > li:not(.result)")).to.have.lengthOf(steps.length);
    expect(all(element, ".steps > .result")).to.have.lengthOf(walks.length);
    const last = steps.findIndex(({ level }) => level === 1);
    const shown = all(element, ".steps > li:not(.result)")[last];
    expect(words(shown?.querySelector(".index"))).to.equal(`[${steps[last]?.index}] bits 20:12`);
    const opened: number[] = [];
    element.addEventListener("trapline-open-memory", (event) =>
      opened.push((event as CustomEvent<{ address: number }>).detail.address),
    );
    shown?.querySelector("button")?.click();
    expect(opened).to.deep.equal([steps[last]?.machineAddress]);
    expect(await violations(element)).to.deep.equal([]);
  });

  it("trapline-state: translated code stands beside its source, what the row executes is lit", async () => {
    const run = aRun("bt-rtl8139");
    const row = run.trace.kind.findLastIndex(
      (kind, at) =>
        kind === KIND.callout && fragmentsOfRow(run.trace, run.history.at(at), at).length > 0,
    );
    const element = await aState(row, { open: ["code"] }, run);
    const [name = ""] = fragmentsOfRow(run.trace, run.history.at(row), row);
    const pairs = codePairs(run.history.at(row), name)?.pairs ?? [];
    const rows = all(element, ".code tbody tr");
    expect(rows.map((one) => words(one.querySelector("td")))).to.deep.equal(
      pairs.map(({ source }) => source.replaceAll(/\s+/g, " ")),
    );
    const lit = all(element, ".code [aria-current=step]");
    expect(lit.map((one) => rows.indexOf(one))).to.deep.equal([
      pairs.findIndex(({ kind }) => kind === "callout"),
    ]);
    expect(await violations(element)).to.deep.equal([]);
  });

  it("trapline-state: a real run shows its sections without a jump", async () => {
    const run = aRun("vtx-rtl8139");
    const element = await aState(run.trace.length - 1, {}, run);
    expect(all(element, SECTIONS).length).to.equal(run.history.data.sections.length);
  });
});
