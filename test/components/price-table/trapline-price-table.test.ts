import "axe-core/axe.min.js";
import "#components";
import type { PriceDetail, PriceLine } from "#components";
import { expect } from "chai";

declare const axe: typeof import("axe-core");

const LINE: PriceLine = {
  name: "vmRoundTrip",
  doc: "Out of the guest and back in.",
  category: "Transition",
  value: { low: 700, typical: 784, high: 900 },
  before: undefined,
  unit: "cycles",
  evidence: "derived",
  reason: "1000 − 216",
  machine: "Some part",
  sources: [{ cite: "Somebody 2012", where: "Table 1", url: "https://example.org/" }],
  timesPerPacket: 2,
  cycles: { low: 1400, typical: 1568, high: 1800 },
  effect: undefined,
};

async function aTable(lines: readonly PriceLine[], limit = 0) {
  const element = Object.assign(document.createElement("trapline-price-table"), { lines, limit });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

describe("trapline-price-table", () => {
  it("trapline-price-table: axe finds no violation", async () => {
    const changed = { ...LINE, name: "other", before: LINE.value, effect: "moves much" };
    const element = await aTable([LINE, changed]);
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-price-table: a row says value, range, machine, evidence, formula and source", async () => {
    const element = await aTable([LINE]);
    const row = element.renderRoot.querySelector("tbody tr");
    expect(row?.querySelector("input")?.value).to.equal("784");
    for (const text of ["700 – 900", "Some part", "derived", "1000 − 216", "Table 1"]) {
      expect(row?.textContent).to.contain(text);
    }
    expect(row?.querySelector("a")?.href).to.equal("https://example.org/");
    element.remove();
  });

  it("trapline-price-table: an edited price is sent, and one out of range is refused in a sentence", async () => {
    const element = await aTable([LINE]);
    const sent: PriceDetail[] = [];
    element.addEventListener("trapline-price", ({ detail }) => sent.push(detail));
    const field = element.renderRoot.querySelector("input");
    const enter = async (value: string) => {
      if (field) field.value = value;
      field?.dispatchEvent(new Event("change", { bubbles: true }));
      await element.updateComplete;
    };
    await enter("-1");
    expect(element.renderRoot.querySelector("[role=alert]")).to.not.equal(null);
    await enter("500");
    expect(element.renderRoot.querySelector("[role=alert]")).to.equal(null);
    expect(sent).to.deep.equal([{ name: "vmRoundTrip", value: 500 }]);
    element.remove();
  });

  it("trapline-price-table: a changed price can be taken back", async () => {
    const element = await aTable([{ ...LINE, before: { low: 1, typical: 2, high: 3 } }]);
    const sent: PriceDetail[] = [];
    element.addEventListener("trapline-price", ({ detail }) => sent.push(detail));
    expect(element.renderRoot.querySelector("s")?.textContent).to.equal("2");
    element.renderRoot.querySelector("button")?.click();
    expect(sent).to.deep.equal([{ name: "vmRoundTrip", value: undefined }]);
    element.remove();
  });

  it("trapline-price-table: rows beyond the limit are shown on demand", async () => {
    const lines = ["a", "b", "c"].map((name) => ({ ...LINE, name }));
    const element = await aTable(lines, 2);
    const rows = () => element.renderRoot.querySelectorAll("tbody tr").length;
    expect(rows()).to.equal(2);
    element.renderRoot.querySelector<HTMLButtonElement>(".more")?.click();
    await element.updateComplete;
    expect(rows()).to.equal(3);
    element.remove();
  });
});
