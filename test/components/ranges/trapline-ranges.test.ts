import "#components";
import "axe-core/axe.min.js";
import type { RangeAxis, RangeRow } from "#components";
import { expect } from "chai";
import { layOutRanges } from "../../../components/ranges/layout.ts";

declare const axe: typeof import("axe-core");

const AXIS: RangeAxis = {
  label: "Predicted over published",
  kind: "ratio",
  reference: { value: 1, label: "as published" },
  band: { from: 1 / 1.5, to: 1.5, label: "within a factor of 1.5" },
};

const ROWS: readonly RangeRow[] = [
  {
    id: "far",
    title: "Packet rate of a mode",
    subtitle: "a source",
    range: { low: 2, typical: 3, high: 5 },
    text: "× 3 (× 2 – × 5)",
    verdict: "bad",
    cells: ["1 Mpps"],
    details: [{ term: "Source", text: "Somebody 2012", url: "https://example.org/" }],
  },
  {
    id: "excused",
    title: "A point of another machine",
    subtitle: "a source",
    range: undefined,
    text: "It is not modelled.",
    verdict: "none",
    cells: ["5 us"],
    details: [],
  },
];

async function someRanges() {
  const element = Object.assign(document.createElement("trapline-ranges"), {
    rows: ROWS,
    axis: AXIS,
    columns: ["published"],
  });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

describe("trapline-ranges", () => {
  it("trapline-ranges: axe finds no violation, everything open", async () => {
    const element = await someRanges();
    for (const details of element.renderRoot.querySelectorAll("details")) details.open = true;
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-ranges: a row without a value draws none and says why", async () => {
    const element = await someRanges();
    const [far, excused] = element.renderRoot.querySelectorAll(".row:not(.head)");
    expect(far?.querySelectorAll(".dot").length).to.equal(1);
    expect(excused?.querySelectorAll(".dot").length).to.equal(0);
    expect(excused?.querySelector(".value")?.textContent).to.contain("It is not modelled.");
    element.remove();
  });

  it("trapline-ranges: drawing and table have the same rows, with the same words", async () => {
    const element = await someRanges();
    const drawn = [...element.renderRoot.querySelectorAll("svg[role=img]")].map(
      (drawing) => drawing.getAttribute("aria-label") ?? "",
    );
    const rows = [...element.renderRoot.querySelectorAll("tbody tr")];
    expect(rows.length).to.equal(drawn.length);
    rows.forEach((row, index) => {
      const words = row.querySelectorAll("td")[3]?.textContent ?? "none";
      expect(drawn[index]).to.contain(words);
    });
    element.remove();
  });

  it("layOutRanges: ranges, reference and band lie on one axis in their order", () => {
    const { band, marks, reference } = layOutRanges(ROWS, AXIS, 600);
    const [far] = marks;
    const places = [band?.from, reference, band?.to, far?.from, far?.at, far?.to].map(Number);
    expect(places).to.deep.equal(places.toSorted((one, other) => one - other));
    expect(marks[1]).to.equal(undefined);
  });
});
