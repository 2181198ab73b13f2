import "axe-core/axe.min.js";
import { type CostChoice, figure } from "#components";
import { expect } from "chai";
import { twoBars } from "./a-bar.ts";

declare const axe: typeof import("axe-core");

async function someBars(more: object = {}) {
  const element = Object.assign(document.createElement("trapline-cost-bars"), {
    bars: twoBars(),
    ...more,
  });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

describe("trapline-cost-bars", () => {
  it("trapline-cost-bars: axe finds no violation, the table open", async () => {
    const element = await someBars();
    const details = element.renderRoot.querySelector("details");
    if (details) details.open = true;
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-cost-bars: drawing, label and table say the same total", async () => {
    const element = await someBars();
    const root = element.renderRoot;
    const rows = [...root.querySelectorAll(".row:not(.head)")];
    const drawn = rows.map((row) => row.querySelector(".number strong"));
    const cells = [...root.querySelectorAll("tbody strong")];
    const totals = element.bars.map(({ total }) => figure(total.typical));
    expect(cells.map((cell) => cell.textContent)).to.deep.equal(totals);
    totals.forEach((text, row) => expect(drawn[row]?.textContent).to.contain(text));
    const labels = [...root.querySelectorAll(".row svg[role=group]")];
    totals.forEach((text, row) => expect(labels[row]?.getAttribute("aria-label")).to.contain(text));
    element.remove();
  });

  it("trapline-cost-bars: arrows go from piece to piece and Enter chooses", async () => {
    const element = await someBars();
    const chosen: CostChoice[] = [];
    element.addEventListener("trapline-cost-choose", ({ detail }) => chosen.push(detail));
    const root = element.renderRoot;
    root.querySelector<SVGGElement>('.piece[tabindex="0"]')?.focus();
    const press = async (key: string) => {
      const options = { key, bubbles: true, cancelable: true };
      element.shadowRoot?.activeElement?.dispatchEvent(new KeyboardEvent("keydown", options));
      await element.updateComplete;
    };
    await press("ArrowRight");
    await press("Enter");
    await press("ArrowDown");
    await press("Enter");
    expect(chosen).to.deep.equal([
      { modeId: "one", partId: "hypervisor.hypervisor" },
      { modeId: "other", partId: "guestDriver.guest" },
    ]);
    expect(root.querySelectorAll('.piece[tabindex="0"]').length).to.equal(1);
    element.remove();
  });

  it("trapline-cost-bars: what is assumed is hatched, half of a piece where half is assumed", async () => {
    const element = await someBars();
    const piece = element.renderRoot.querySelector(".piece.hypervisor");
    const widths = [...(piece?.querySelectorAll("rect") ?? [])].map((rect) =>
      Number(rect.getAttribute("width")),
    );
    expect(piece?.querySelector('[fill="url(#on-full)"]')).to.not.equal(null);
    expect((widths[1] ?? 0) / (widths[0] ?? 1)).to.be.closeTo(0.5, 1e-6);
    element.remove();
  });

  it("trapline-cost-bars: a changed total stands beside the one before, struck through", async () => {
    const bars = twoBars().map((bar) => ({ ...bar, before: bar.total.typical * 2 }));
    const element = await someBars({ bars });
    const struck = [...element.renderRoot.querySelectorAll("s")].map((old) => old.textContent);
    expect(struck).to.deep.equal([figure(2000), figure(200)]);
    expect(element.renderRoot.querySelectorAll(".row .before").length).to.equal(2);
    element.remove();
  });
});
