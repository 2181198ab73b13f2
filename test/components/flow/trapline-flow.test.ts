import "axe-core/axe.min.js";
import { flowRunOf, type StepDetail, TraplineFlow } from "#components";
import { findMode, generatePackets, simulate } from "#engine";
import { expect } from "chai";
import { type ARow, aTrace } from "./a-trace.ts";

declare const axe: typeof import("axe-core");

async function aFlow(packetCount = 1) {
  const frames = generatePackets({
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: "tx",
    count: packetCount,
  });
  const run = flowRunOf(simulate({ mode: findMode("vtx-rtl8139"), direction: "tx", frames }));
  const element = Object.assign(document.createElement("trapline-flow"), { run });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

const find = <E extends Element>(element: TraplineFlow, selector: string): E => {
  const found = element.renderRoot.querySelector<E>(selector);
  if (found === null) throw new Error(`trapline-flow has no ${selector}`);
  return found;
};

const sentence = (element: TraplineFlow) => find(element, ".sentence").textContent ?? "";

async function press(element: TraplineFlow, key: string) {
  const options = { key, bubbles: true, cancelable: true };
  find(element, "[role=slider]").dispatchEvent(new KeyboardEvent("keydown", options));
  await element.updateComplete;
}

describe("trapline-flow", () => {
  it("trapline-flow: axe finds no violation", async () => {
    const element = await aFlow();
    find<HTMLDetailsElement>(element, "details").open = true;
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-flow: it rests at the first exit, and says so", async () => {
    const element = await aFlow();
    expect(sentence(element)).to.match(/^\d+ of \d+ · KVM takes a VM exit/);
    element.remove();
  });

  it("trapline-flow: keys move the step, and the event tells where to", async () => {
    const element = await aFlow();
    const details: StepDetail[] = [];
    element.addEventListener("trapline-step", ({ detail }) => details.push(detail));
    await press(element, "Home");
    await press(element, "ArrowRight");
    expect(details.map(({ packet, step }) => [packet, step])).to.deep.equal([
      [1, 1],
      [1, 2],
    ]);
    expect(sentence(element)).to.match(/^2 of /);
    element.remove();
  });

  it("trapline-flow: drawing, table and totals count the same exits and steps", async () => {
    const element = await aFlow();
    const { totals, trace } = element.run ?? {};
    const numbers = element.renderRoot.querySelectorAll(".hand-over.exit");
    const rows = element.renderRoot.querySelectorAll(".steps tbody tr");
    const counted = find(element, ".exits .digits").textContent?.trim();
    expect(numbers.length).to.equal(totals?.exits);
    expect(counted).to.equal(String(totals?.exits));
    expect(rows.length).to.equal(trace?.length);
    element.remove();
  });

  it("trapline-flow: the counts of all packets add up to the run's totals", async () => {
    const element = await aFlow(5);
    let exits = 0;
    let copies = 0;
    for (element.packet = 1; element.packet <= 5; element.packet++) {
      await element.updateComplete;
      exits += element.story?.counts.exits ?? 0;
      copies += element.story?.counts.copies ?? 0;
      if (element.packet === 5) break;
    }
    expect([exits, copies]).to.deep.equal([element.run?.totals.exits, element.run?.totals.copies]);
    element.remove();
  });

  it("trapline-flow: a journey of thousands of steps draws what is in view, and steps on", async () => {
    const element = await aFlow();
    const rows: ARow[] = Array.from({ length: 5000 }, (_, b) => ({
      kind: "ringStore",
      actor: "guestDriver",
      where: "tx_ring",
      b,
    }));
    if (element.run) element.run = { ...element.run, trace: aTrace(rows), registers: new Map() };
    await element.updateComplete;
    const marks = () => element.renderRoot.querySelectorAll(".scroller .mark").length;
    const tableRows = () => element.renderRoot.querySelectorAll(".steps tbody tr").length;
    expect(marks()).to.be.within(100, 700);
    expect(tableRows()).to.equal(200);
    await press(element, "End");
    // The browser tells of scrolling with its next frame, which a page in the background never has.
    find(element, ".scroller").dispatchEvent(new Event("scroll"));
    await element.updateComplete;
    expect(sentence(element)).to.match(/^5000 of 5000 .* stores 0x1387 to /);
    expect(find(element, ".scroller").scrollLeft).to.be.above(10_000);
    expect(marks()).to.be.within(100, 700);
    element.remove();
  });

  it("trapline-flow: without a run its content stands", async () => {
    const element = document.createElement("trapline-flow");
    document.body.append(element);
    await element.updateComplete;
    expect(element.renderRoot.querySelector("slot")).to.not.equal(null);
    element.remove();
  });

  it("trapline-flow: attributes ask the provider, and its error is a sentence", async () => {
    const before = TraplineFlow.provider;
    TraplineFlow.provider = ({ modeIds }) => {
      throw new Error(`Mode ${modeIds.join()}: there is no such mode.`);
    };
    const element = document.createElement("trapline-flow");
    element.setAttribute("mode", "teleport");
    document.body.append(element);
    await element.updateComplete;
    expect(find(element, "[role=alert]").textContent).to.equal(
      "Mode teleport: there is no such mode.",
    );
    TraplineFlow.provider = before;
    element.remove();
  });
});
