import "#components/views";
import "axe-core/axe.min.js";
import type { ExplorerRun, SelectDetail } from "#components";
import type { TraplineTimeline } from "#components/views";
import { KIND } from "#engine";
import { expect } from "chai";
import { aRun } from "./a-run.ts";

declare const axe: typeof import("axe-core");

async function aTimeline(run: ExplorerRun = aRun(), width = "1000px") {
  const element = document.createElement("trapline-timeline");
  element.style.width = width;
  element.run = run;
  document.body.append(element);
  await element.updateComplete;
  for (let tries = 0; summary(element).includes("reading") && tries < 400; tries++) await pause(5);
  // The drawing has its width when the page has told it of its own.
  const isWide = () => element.scrollWidth > Number.parseInt(width);
  for (let tries = 0; isWide() && tries < 400; tries++) await pause(5);
  await element.updateComplete;
  return element;
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

function find<E extends Element>(element: TraplineTimeline, selector: string): E {
  const found = element.renderRoot.querySelector<E>(selector);
  if (found === null) throw new Error(`trapline-timeline has no ${selector}`);
  return found;
}

const summary = (element: TraplineTimeline) => find(element, ".summary").textContent ?? "";

async function press(element: TraplineTimeline, key: string, shiftKey = false) {
  const options = { key, shiftKey, bubbles: true, cancelable: true };
  find(element, ".plot").dispatchEvent(new KeyboardEvent("keydown", options));
  await element.updateComplete;
}

async function click(element: TraplineTimeline, name: string) {
  find<HTMLButtonElement>(element, `[aria-label="${name}"]`).click();
  await pause(150);
  await element.updateComplete;
}

const rangeOf = ({ range, run }: TraplineTimeline) => {
  if (range !== undefined) return range;
  const { startCycles, length } = (run as ExplorerRun).trace;
  return [startCycles[0] ?? 0, startCycles[length - 1] ?? 0] as const;
};

const digits = (cell: Element | null | undefined) =>
  Number((cell?.textContent ?? "").replace(/\D/g, ""));

describe("trapline-timeline", () => {
  it("trapline-timeline: axe finds no violation, with its tables open", async () => {
    const element = await aTimeline();
    find<HTMLDetailsElement>(element, "details").open = true;
    await pause(20);
    await element.updateComplete;
    expect(element.renderRoot.querySelectorAll("tbody tr").length).to.be.above(100);
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-timeline: opened again with a run that was read, it is sharp at once", async () => {
    const run = aRun();
    const first = await aTimeline(run);
    const rows = summary(first);
    first.remove();
    const again = document.createElement("trapline-timeline");
    again.style.width = "1000px";
    again.run = run;
    document.body.append(again);
    await again.updateComplete;
    expect(summary(again)).to.equal(rows);
    again.remove();
  });

  it("trapline-timeline: names stand beside the drawing, on a phone in several lines", async () => {
    const run = aRun({ modeId: "virtio-vhost", direction: "echo" });
    for (const [width, lineCount] of [
      ["358px", 2],
      ["1000px", 1],
    ] as const) {
      const element = await aTimeline(run, width);
      const plot = find(element, ".plot").getBoundingClientRect();
      const names = element.renderRoot.querySelectorAll(".names text");
      for (const name of names) {
        expect(name.getBoundingClientRect().right, name.textContent).to.be.at.most(plot.left);
      }
      const drivers = Array.from(names, ({ textContent }) => textContent).filter((text) =>
        ["Kernel, driver", "Kernel,", "driver"].includes(text),
      );
      expect(drivers.length).to.equal(lineCount);
      expect(element.scrollWidth).to.be.at.most(Number.parseInt(width));
      element.remove();
    }
  });

  it("trapline-timeline: the line runs below the guest's lanes and above all others", async () => {
    const element = await aTimeline(aRun({ modeId: "virtio-vhost", direction: "echo" }));
    const names = Array.from(element.renderRoot.querySelectorAll(".lane-name"), (name) => ({
      text: name.textContent?.trim(),
      y: Number(name.getAttribute("y")),
    }));
    expect(names.map(({ text }) => text).slice(0, 3)).to.deep.equal([
      "Application",
      "Kernel, driver",
      "Hypervisor",
    ]);
    expect(names.filter(({ text }) => text === "Application").length).to.equal(1);
    expect(names.map(({ y }) => y)).to.deep.equal(
      names.map(({ y }) => y).toSorted((one, other) => one - other),
    );
    element.remove();
  });

  it("trapline-timeline: its table has the rows of the trace and the busy cycles of the costs", async () => {
    const run = aRun({ modeId: "virtio-vhost", direction: "echo", packetCount: 9 });
    const element = await aTimeline(run);
    find<HTMLDetailsElement>(element, "details").open = true;
    await pause(20);
    await element.updateComplete;
    const totals = find(element, "tfoot").querySelectorAll(".digits");
    expect(digits(totals[1])).to.equal(run.trace.length);
    expect(digits(totals[2])).to.equal(run.totals.exits);
    const lines = Array.from(find(element, "tbody").children);
    for (const { label, cpu, busyCycles } of run.costs.resources) {
      const own = lines.filter((line) => line.querySelector("th")?.textContent === label);
      const sum = own.reduce((all, line) => all + digits(line.querySelector(".digits")), 0);
      // Each lane's cycles are rounded for the table.
      if (cpu) expect(sum, label).to.be.closeTo(busyCycles, own.length);
    }
    expect(summary(element)).to.contain("rows");
    expect(digits({ textContent: summary(element).split("·")[1] } as Element)).to.equal(
      run.trace.length,
    );
    element.remove();
  });

  it("trapline-timeline: keys go from row to row and lane to lane, are told, and are said", async () => {
    const element = await aTimeline();
    const rows: number[] = [];
    element.addEventListener("trapline-select", (event) => {
      rows.push((event as CustomEvent<SelectDetail>).detail.row);
    });
    await press(element, "ArrowRight");
    const { trace } = element.run as ExplorerRun;
    await press(element, "End");
    await press(element, "ArrowDown");
    expect(rows.length).to.equal(3);
    expect(rows.map((row) => trace.actor[row])).to.deep.equal([0, 0, 1]);
    expect(trace.startCycles[rows[2] ?? 0]).to.be.at.most(trace.startCycles[rows[1] ?? 0] ?? 0);
    expect(element.row).to.equal(rows[2]);
    expect(find(element, "[role=status]").textContent).to.match(/^\d+ of \d+ · .+\.$/);
    const before = element.row;
    await press(element, "ArrowLeft");
    await press(element, "ArrowRight");
    expect(element.row).to.equal(before);
    element.remove();
  });

  it("trapline-timeline: from one end of a lane arrows visit each of its rows once", async () => {
    const element = await aTimeline(aRun({ packetCount: 1 }));
    const { trace } = element.run as ExplorerRun;
    await press(element, "ArrowRight");
    await press(element, "ArrowDown");
    await press(element, "Home");
    const visited = [element.row];
    for (;;) {
      await press(element, "ArrowRight");
      if (element.row === visited.at(-1)) break;
      visited.push(element.row);
    }
    const wanted = Array.from(trace.actor.keys()).filter((row) => trace.actor[row] === 1);
    expect(visited.toSorted((one, other) => one - other)).to.deep.equal(wanted);
    element.remove();
  });

  it("trapline-timeline: every drag has a button: zooming, moving, all, the packet, the selection", async () => {
    const element = await aTimeline();
    element.row = 100;
    await element.updateComplete;
    await click(element, "Zoom in");
    const [from, to] = rangeOf(element);
    const { trace } = element.run as ExplorerRun;
    expect(trace.startCycles[100]).to.be.within(from, to);
    await click(element, "Later");
    expect(rangeOf(element)[0]).to.be.above(from);
    expect(rangeOf(element)[1] - rangeOf(element)[0]).to.be.closeTo(to - from, 1);
    await click(element, "Earlier");
    expect(rangeOf(element)[0]).to.be.closeTo(from, 1);
    await click(element, "Fit packet");
    const rows = Array.from(trace.packet.keys()).filter((row) => trace.packet[row] === 1);
    for (const row of rows) {
      expect(trace.startCycles[row]).to.be.within(rangeOf(element)[0], rangeOf(element)[1]);
    }
    expect(summary(element)).to.contain(`${rows.length} rows`);
    await click(element, "Go to selection");
    expect(trace.startCycles[100]).to.be.within(rangeOf(element)[0], rangeOf(element)[1]);
    await click(element, "Fit all");
    expect(summary(element)).to.contain(`${trace.length} rows`);
    element.remove();
  });

  it("trapline-timeline: a click selects the row that is there, and a wheel with Ctrl zooms there", async () => {
    const element = await aTimeline();
    const { trace } = element.run as ExplorerRun;
    const row = Array.from(trace.kind.keys()).find((at) => trace.actor[at] === 3) ?? -1;
    element.row = row;
    await element.updateComplete;
    await click(element, "Go to selection");
    const plot = find(element, ".plot").getBoundingClientRect();
    const [from, to] = rangeOf(element);
    const x = (((trace.startCycles[row] ?? 0) - from) / (to - from)) * plot.width;
    const name = Array.from(element.renderRoot.querySelectorAll(".lane-name")).find(
      ({ textContent }) => textContent?.trim() === "Device model",
    );
    const y = (name?.getBoundingClientRect().bottom ?? 0) - plot.top + 8;
    element.row = -1;
    for (const type of ["pointerdown", "pointerup"]) {
      const place = { clientX: plot.left + x, clientY: plot.top + y, button: 0, bubbles: true };
      find(element, ".plot").dispatchEvent(new PointerEvent(type, { ...place, pointerId: 1 }));
    }
    expect(trace.actor[element.row]).to.equal(3);
    expect(trace.startCycles[element.row]).to.equal(trace.startCycles[row]);
    const wheel = { deltaY: -200, ctrlKey: true, clientX: plot.left + x, clientY: plot.top + y };
    find(element, ".plot").dispatchEvent(
      new WheelEvent("wheel", { ...wheel, bubbles: true, cancelable: true }),
    );
    await pause(150);
    const [zoomedFrom, zoomedTo] = rangeOf(element);
    expect(zoomedTo - zoomedFrom).to.be.below(to - from);
    expect(trace.startCycles[row]).to.be.within(zoomedFrom, zoomedTo);
    element.remove();
  });

  it("trapline-timeline: a row selected elsewhere comes into view at the same zoom", async () => {
    const element = await aTimeline(aRun({ packetCount: 30 }));
    const { trace } = element.run as ExplorerRun;
    element.row = 10;
    await element.updateComplete;
    await click(element, "Go to selection");
    const [from, to] = rangeOf(element);
    element.row = trace.length - 10;
    await element.updateComplete;
    await click(element, "Zoom in");
    const [after, end] = rangeOf(element);
    expect(end - after).to.be.closeTo((to - from) / 2, 1);
    expect(trace.startCycles[trace.length - 10]).to.be.within(after, end);
    element.remove();
  });

  it("trapline-timeline: a range from elsewhere is shown, and told of again only when it changes", async () => {
    const element = await aTimeline();
    const { trace } = element.run as ExplorerRun;
    let told = 0;
    element.addEventListener("trapline-range", () => told++);
    const start = trace.startCycles[66] ?? 0;
    element.range = [start, start + 50_000];
    await element.updateComplete;
    expect(told).to.equal(0);
    await click(element, "Later");
    expect(told).to.equal(1);
    expect(rangeOf(element)[0]).to.be.closeTo(start + 25_000, 1);
    element.remove();
  });

  it("trapline-timeline: idle time is folded by itself when there is much of it", async () => {
    const idle = await aTimeline(aRun({ packetCount: 5, gapMicroseconds: 1000 }));
    const busy = await aTimeline(aRun({ packetCount: 5, gapMicroseconds: 0 }));
    const isFolded = (element: TraplineTimeline) =>
      find<HTMLInputElement>(element, ".choices input").checked;
    expect([isFolded(idle), isFolded(busy)]).to.deep.equal([true, false]);
    const before = summary(idle);
    find<HTMLInputElement>(idle, ".choices input").click();
    await pause(150);
    await idle.updateComplete;
    expect(isFolded(idle)).to.equal(false);
    expect(summary(idle)).to.equal(before);
    idle.remove();
    busy.remove();
  });

  it("trapline-timeline: the next packet is followed, and its first row selected", async () => {
    const element = await aTimeline();
    element.packet = 1;
    await element.updateComplete;
    await click(element, "Next packet");
    expect(element.run?.trace.packet[element.row]).to.equal(1);
    expect(find(element, ".followed").textContent).to.match(/packet\s+2\s+of\s+3/);
    element.remove();
  });

  it("trapline-timeline: nothing runs when nothing changes", async () => {
    const element = await aTimeline();
    await pause(200);
    const { requestAnimationFrame: frame, setTimeout: timer } = globalThis;
    let asked = 0;
    globalThis.requestAnimationFrame = (callback) => {
      asked++;
      return frame(callback);
    };
    await new Promise((done) => timer(done, 300));
    expect(asked).to.equal(0);
    element.row = 5;
    element.row = 6;
    await element.updateComplete;
    expect(asked).to.be.at.most(1);
    globalThis.requestAnimationFrame = frame;
    element.remove();
  });

  it("trapline-timeline: the register of an access stands in the table of rows", async () => {
    const element = await aTimeline();
    const { trace } = element.run as ExplorerRun;
    const row = Array.from(trace.kind.keys()).find((at) => trace.kind[at] === KIND.mmioWrite) ?? -1;
    element.row = row;
    await element.updateComplete;
    await click(element, "Go to selection");
    find<HTMLDetailsElement>(element, "details").open = true;
    await pause(20);
    await element.updateComplete;
    const text = find(element, ".rows .current").textContent ?? "";
    expect(text).to.contain("TPPoll");
    element.remove();
  });

  it("trapline-timeline: without a run its content stands", async () => {
    const element = document.createElement("trapline-timeline");
    document.body.append(element);
    await element.updateComplete;
    expect(element.renderRoot.querySelector("slot")).to.not.equal(null);
    element.remove();
  });
});
