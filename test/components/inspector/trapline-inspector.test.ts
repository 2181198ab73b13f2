import "#components/views";
import "axe-core/axe.min.js";
import type { ExplorerRun } from "#components";
import type {
  TraplineFrame,
  TraplineHex,
  TraplineInspector,
  TraplineMemory,
} from "#components/views";
import { History, KIND } from "#engine";
import { expect } from "chai";
import { aRun } from "../state/a-history.ts";

declare const axe: typeof import("axe-core");

async function anInspector(run: ExplorerRun, row: number, more: Partial<TraplineInspector> = {}) {
  const element = Object.assign(document.createElement("trapline-inspector"), {
    run,
    row,
    ...more,
  });
  document.body.append(element);
  await settled(element);
  return element;
}

/** All parts have drawn themselves. */
async function settled(element: TraplineInspector) {
  await element.updateComplete;
  const part = partOf(element);
  await part?.updateComplete;
  await hexOf(element)?.updateComplete;
}

const partOf = (element: TraplineInspector) =>
  element.renderRoot.querySelector<TraplineFrame | TraplineMemory>(
    "trapline-frame, trapline-memory",
  );

const hexOf = (element: TraplineInspector) =>
  partOf(element)?.renderRoot.querySelector<TraplineHex>("trapline-hex");

function inPart<E extends HTMLElement>(element: TraplineInspector, selector: string): E {
  const found = partOf(element)?.renderRoot.querySelector<E>(selector);
  if (found == null) throw new Error(`the inspector has no ${selector}`);
  return found;
}

const allInPart = (element: TraplineInspector, selector: string) => [
  ...(partOf(element)?.renderRoot.querySelectorAll<HTMLElement>(selector) ?? []),
];

const cells = (element: TraplineInspector) => [
  ...(hexOf(element)?.renderRoot.querySelectorAll<HTMLElement>(".byte") ?? []),
];

const words = (node: Element | null | undefined) =>
  (node?.textContent ?? "").replaceAll(/\s+/g, " ").trim();

const litBytes = (element: TraplineInspector) =>
  cells(element)
    .filter((cell) => cell.classList.contains("lit"))
    .map(words)
    .join(" ");

async function press(
  element: TraplineInspector,
  target: Element | null | undefined,
  key: string,
  ctrlKey = false,
) {
  target?.dispatchEvent(
    new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true, composed: true }),
  );
  await settled(element);
}

async function violations(element: TraplineInspector) {
  const found = await axe.run(element);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** The row of a run that sends its first frame. */
const sendRow = (run: ExplorerRun) => run.trace.kind.indexOf(KIND.wireTransmit);

async function type(element: TraplineInspector, name: string, text: string) {
  const input = inPart<HTMLInputElement>(element, `[name=${name}]`);
  input.value = text;
  input.closest("form")?.requestSubmit();
  await settled(element);
}

describe("trapline-inspector", () => {
  afterEach(() => document.body.replaceChildren());

  it("trapline-inspector: axe finds no violation in frame and memory, with results and problems", async () => {
    const run = aRun("vtx-rtl8139");
    const element = await anInspector(run, sendRow(run));
    expect(await violations(element)).to.deep.equal([]);
    element.tab = "memory";
    await settled(element);
    for (const details of allInPart(element, "details")) details.setAttribute("open", "");
    await type(element, "needle", "ff ff");
    expect(await violations(element)).to.deep.equal([]);
    await type(element, "address", "nowhere");
    await type(element, "needle", "x");
    expect(await violations(element)).to.deep.equal([]);
  });

  it("trapline-inspector: tabs are reached by arrows", async () => {
    const element = await anInspector(aRun("vtx-rtl8139"), 0);
    const tab = () => element.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]');
    tab()?.focus();
    await press(element, tab(), "ArrowRight");
    expect(words(tab())).to.equal("Memory");
    expect(element.shadowRoot?.activeElement).to.equal(tab());
    await press(element, tab(), "Home");
    expect(words(tab())).to.equal("Frame");
  });

  it("trapline-frame: the tree has the frame's layers, and a field lights its bytes", async () => {
    const run = aRun("vtx-rtl8139");
    const element = await anInspector(run, sendRow(run));
    const layers = allInPart(element, "[aria-level='1'] .name").map(words);
    expect(layers).to.deep.equal(["Ethernet", "IPv4", "UDP", "Data"]);
    const frame = run.frames[0] ?? new Uint8Array();
    const hexText = (from: number, to: number) =>
      [...frame.subarray(from, to)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    expect(litBytes(element)).to.equal(hexText(0, 14));
    inPart(element, '[data-item="0/1"]').focus();
    await settled(element);
    expect(litBytes(element)).to.equal(hexText(6, 12));
  });

  it("trapline-frame: a byte leads to its field, and the arrows walk and close the tree", async () => {
    const run = aRun("vtx-rtl8139");
    const element = await anInspector(run, sendRow(run));
    cells(element)[23]?.click();
    await settled(element);
    const current = () =>
      partOf(element)?.renderRoot.querySelector<HTMLElement>('[tabindex="0"][data-item]');
    expect(words(current())).to.equal("Protocol UDP bytes 23");
    await press(element, current(), "ArrowLeft");
    expect(words(current()?.querySelector(".name"))).to.equal("IPv4");
    const count = allInPart(element, "[role=treeitem]").length;
    await press(element, current(), "ArrowLeft");
    expect(current()?.getAttribute("aria-expanded")).to.equal("false");
    expect(allInPart(element, "[role=treeitem]").length).to.be.below(count);
    await press(element, current(), "ArrowDown");
    expect(words(current()?.querySelector(".name"))).to.equal("UDP");
    await press(element, current(), "End");
    expect(words(current()?.querySelector(".name"))).to.equal("Data");
  });

  it("trapline-frame: virtio's header stands before the frame in its buffer, as a layer of its own", async () => {
    const run = aRun("virtio-qemu");
    const element = await anInspector(run, sendRow(run));
    const layers = allInPart(element, "[aria-level='1'] .name").map(words);
    expect(layers.slice(0, 2)).to.deep.equal(["virtio header", "Ethernet"]);
    expect(words(inPart(element, "select").querySelector("option:checked"))).to.match(
      /^in memory at 0x/,
    );
    const addresses: number[] = [];
    element.addEventListener("trapline-address", ({ detail }) => addresses.push(detail.address));
    inPart(element, ".tools button").click();
    await settled(element);
    expect(element.tab).to.equal("memory");
    expect(addresses).to.deep.equal([element.address]);
  });

  it("trapline-inspector: an address given from the start opens the memory there", async () => {
    const element = await anInspector(aRun("vtx-rtl8139"), 5, { address: 0x2000 });
    expect(element.tab).to.equal("memory");
    expect(partOf(element)?.localName).to.equal("trapline-memory");
  });

  it("trapline-memory: only lines in view are in the page, and every byte is the history's", async () => {
    const run = aRun("vtx-rtl8139");
    const element = await anInspector(run, sendRow(run), { tab: "memory" });
    expect(cells(element)).to.have.lengthOf(256);
    const end = run.places.memoryBytes;
    for (const address of [0, 0x1000, run.places.guestTaken.from, end - 1]) {
      element.address = address;
      await settled(element);
      const shown = cells(element);
      const from = Number(shown[0]?.dataset["at"]);
      expect(address).to.be.within(from, from + 255);
      const bytes = run.history.at(element.row).bytes(from, 256);
      expect(shown.map((cell) => Number.parseInt(words(cell), 16))).to.deep.equal([...bytes]);
    }
  });

  it("trapline-memory: bytes that the row wrote are marked, their old values readable", async () => {
    const run = aRun("vtx-rtl8139");
    const row = Array.from({ length: run.trace.length }, (_, at) => at).find((at) => {
      const [write] = run.history.at(at).writes;
      return write !== undefined && write.before.some((byte, n) => byte !== write.after[n]);
    });
    if (row === undefined) throw new Error("no row of the run changes memory");
    const [write] = run.history.at(row).writes;
    const at = write?.before.findIndex((byte, n) => byte !== write.after[n]) ?? 0;
    const address = (write?.address ?? 0) + at;
    const element = await anInspector(run, row, { tab: "memory", address });
    const cell = cells(element).find(({ dataset }) => Number(dataset["at"]) === address);
    expect(cell?.classList.contains("changed")).to.equal(true);
    const before = (write?.before[at] ?? 0).toString(16).padStart(2, "0");
    expect(cell?.getAttribute("aria-label")).to.contain(`before this row ${before}`);
    expect(words(inPart(element, ".words"))).to.contain(`(before this row 0x${before})`);
    const written = cells(element).filter((one) => one.classList.contains("written")).length;
    expect(written).to.be.at.least(write?.after.length ?? 0);
  });

  it("trapline-memory: arrows move in the grid, and the page follows them", async () => {
    const element = await anInspector(aRun("vtx-rtl8139"), 5, { tab: "memory", address: 0x2000 });
    const at = () =>
      Number((hexOf(element)?.shadowRoot?.activeElement as HTMLElement | null)?.dataset["at"]);
    hexOf(element)?.focusByte();
    await settled(element);
    const keys = ["ArrowRight", "ArrowDown", "Home", "ArrowLeft", "End", "PageDown", "ArrowUp"];
    const places: number[] = [];
    for (const key of keys) {
      await press(element, hexOf(element)?.shadowRoot?.activeElement, key);
      await hexOf(element)?.updateComplete;
      places.push(at());
    }
    expect(places).to.deep.equal([0x2001, 0x2011, 0x2010, 0x200f, 0x200f, 0x210f, 0x20ff]);
    await press(element, hexOf(element)?.shadowRoot?.activeElement, "Home", true);
    await hexOf(element)?.updateComplete;
    expect(at()).to.equal(0);
    expect(element.address).to.equal(0);
  });

  it("trapline-memory: a typed address is gone to, a wrong one explained on the spot", async () => {
    const element = await anInspector(aRun("vtx-rtl8139"), 5, { tab: "memory" });
    await type(element, "address", "0x1f40");
    expect(element.address).to.equal(0x1f40);
    await type(element, "address", "zz");
    expect(words(inPart(element, "#address-problem"))).to.match(/^“zz” is no address/);
    expect(inPart(element, "[name=address]").getAttribute("aria-invalid")).to.equal("true");
    expect(element.address).to.equal(0x1f40);
  });

  it("trapline-memory: a search counts its places and goes from one to the next, round", async () => {
    const run = aRun("vtx-rtl8139");
    const row = run.trace.length - 1;
    const element = await anInspector(run, row, { tab: "memory" });
    const mac = [...(run.frames[0] ?? new Uint8Array()).subarray(6, 12)].map((byte) =>
      byte.toString(16).padStart(2, "0"),
    );
    const memory = run.history.at(row).bytes(0, run.places.memoryBytes);
    const plain: number[] = [];
    for (let at = memory.indexOf(Number.parseInt(mac[0] ?? "", 16)); at >= 0; ) {
      if (mac.every((byte, n) => memory[at + n] === Number.parseInt(byte, 16))) plain.push(at);
      at = memory.indexOf(Number.parseInt(mac[0] ?? "", 16), at + 1);
    }
    expect(plain.length).to.be.above(1);
    inPart<HTMLSelectElement>(element, "[name=kind]").value = "address";
    inPart(element, "[name=kind]").dispatchEvent(new Event("change"));
    await type(element, "needle", mac.join(":"));
    expect(words(inPart(element, ".found p"))).to.match(
      new RegExp(`^1 of ${plain.length} places at row`),
    );
    const visited = [element.address];
    const next = () => allInPart(element, ".found button")[1];
    for (let step = 0; step < plain.length; step++) {
      next()?.click();
      await settled(element);
      visited.push(element.address);
    }
    expect(visited).to.deep.equal([...plain, plain[0]]);
  });

  it("trapline-memory: a byte leads to the rows that wrote it, and the table names its owner", async () => {
    const run = aRun("vtx-rtl8139");
    const row = sendRow(run);
    const rows = [...run.history.data.writeRow].filter((one) => one >= 0);
    const write = run.history.at(rows[0] ?? 0).writes[0];
    const address = write?.address ?? 0;
    const element = await anInspector(run, row, { tab: "memory", address });
    const chosen: number[] = [];
    element.addEventListener("trapline-select", (event) =>
      chosen.push((event as CustomEvent<{ row: number }>).detail.row),
    );
    for (const button of allInPart(element, "[aria-label='Writes to this byte'] button"))
      button.click();
    const wrote = run.history.rowsThatWrote(address, 1);
    const expected = [wrote.findLast((one) => one < row), wrote.find((one) => one > row)];
    expect(chosen).to.deep.equal(expected.filter((one) => one !== undefined));
    expect(chosen.length).to.be.above(0);
    const table = allInPart(element, ".stretches tbody tr").map(words);
    expect(table.length).to.be.above(0);
  });

  it("trapline-memory: a row is shown within 50 ms with the hex view open", async () => {
    const run = aRun("vtx-rtl8139");
    const address = run.history.at(sendRow(run)).writes[0]?.address ?? 0x1000;
    const element = await anInspector(run, 0, { tab: "memory", address });
    const times: number[] = [];
    for (let row = 1; row < 21; row++) {
      const start = performance.now();
      element.row = row;
      await settled(element);
      times.push(performance.now() - start);
    }
    expect(times.toSorted((a, b) => a - b)[10]).to.be.below(50);
    expect(run.history).to.be.instanceOf(History);
  });
});
