import "axe-core/axe.min.js";
import { flowRunOf } from "#components";
import { findMode, generatePackets, simulate } from "#engine";
import { expect } from "chai";
import { columnCount } from "../../../components/compare/layout.ts";

declare const axe: typeof import("axe-core");

async function aComparison() {
  const frames = generatePackets({
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: "tx",
    count: 1,
  });
  const runs = ["vtx-rtl8139", "virtio-qemu"].map((id) =>
    flowRunOf(simulate({ mode: findMode(id), direction: "tx", frames })),
  );
  const element = Object.assign(document.createElement("trapline-compare"), { runs });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

describe("trapline-compare", () => {
  it("trapline-compare: axe finds no violation", async () => {
    const element = await aComparison();
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-compare: each panel draws as many exits as its run has", async () => {
    const element = await aComparison();
    const panels = [...element.renderRoot.querySelectorAll(".panel")];
    const drawn = panels.map((panel) => panel.querySelectorAll(".hand-over.exit").length);
    expect(drawn).to.deep.equal(element.runs.map(({ totals }) => totals.exits));
    element.remove();
  });

  it("trapline-compare: choosing a mode sends its id", async () => {
    const element = await aComparison();
    const chosen: string[] = [];
    element.addEventListener("trapline-choose", ({ detail }) => chosen.push(detail.modeId));
    element.renderRoot.querySelectorAll("button")[1]?.click();
    expect(chosen).to.deep.equal(["virtio-qemu"]);
    element.remove();
  });

  it("columnCount: as many side by side as there is room for, in rows about equally full", () => {
    const counts = [1300, 700, 320].map((widthPx) => columnCount(widthPx, 4));
    expect(counts).to.deep.equal([4, 2, 1]);
    expect([columnCount(1400, 7), columnCount(1400, 1)]).to.deep.equal([4, 1]);
  });
});
