import "#components";
import "axe-core/axe.min.js";
import type { RateChoice, RateLine } from "#components";
import { expect } from "chai";
import fc from "fast-check";
import { layOutRates, spread } from "../../../components/rate-lines/layout.ts";

declare const axe: typeof import("axe-core");

function aLine(id: string, rate: number): RateLine {
  const points = [64, 512, 1518].map((packetBytes) => ({
    packetBytes,
    packetsPerSecond: { low: rate * 0.8, typical: rate, high: rate * 1.3 },
    limit: "vCPU",
  }));
  return { id, label: id, points };
}

const LINES = [aLine("fast", 1e6), aLine("near", 0.99e6), aLine("slow", 2e4)];

async function someLines() {
  const element = Object.assign(document.createElement("trapline-rate-lines"), {
    lines: LINES,
    chosen: "fast",
  });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

describe("trapline-rate-lines", () => {
  it("trapline-rate-lines: axe finds no violation, the table open", async () => {
    const element = await someLines();
    const details = element.renderRoot.querySelector("details");
    if (details) details.open = true;
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-rate-lines: a line is chosen by click and by Enter", async () => {
    const element = await someLines();
    const chosen: RateChoice[] = [];
    element.addEventListener("trapline-rate-choose", ({ detail }) => chosen.push(detail));
    const path = [...element.renderRoot.querySelectorAll(".path")].find((one) =>
      one.textContent?.includes("slow"),
    );
    path?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    path?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    expect(chosen).to.deep.equal([{ modeId: "slow" }, { modeId: "slow" }]);
    element.remove();
  });

  it("trapline-rate-lines: the sentence on the chosen line and the table say the same rate", async () => {
    const element = await someLines();
    const said = element.renderRoot.querySelector(".said")?.textContent ?? "";
    const cell = element.renderRoot.querySelector("tbody td")?.textContent ?? "none";
    expect(said).to.contain(cell);
    expect(said).to.contain("limited by: vCPU");
    element.remove();
  });
});

describe("layOutRates", () => {
  it("layOutRates: faster lies higher, in packets and in bits; labels keep apart", () => {
    for (const unit of ["packets", "bits"] as const) {
      const { paths } = layOutRates(LINES, unit, 1000);
      const ends = paths.map(({ end }) => end.y);
      expect(ends).to.deep.equal(ends.toSorted((one, other) => one - other));
      const labels = paths.map(({ labelY }) => labelY);
      expect((labels[1] ?? 0) - (labels[0] ?? 0)).to.be.at.least(17 - 1e-9);
    }
  });

  it("layOutRates: nothing worked out yet draws nothing", () => {
    expect(layOutRates([{ id: "a", label: "a", points: [] }], "packets", 800).paths).to.deep.equal(
      [],
    );
  });

  it("spread: places keep their order and their distance within the room", () => {
    const places = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(places, (given) => {
        const result = spread(given, 17, 400).toSorted((one, other) => one - other);
        for (const [index, place] of result.entries()) {
          expect(place).to.be.within(-1e-6, 400 + 1e-6);
          if (index > 0) expect(place - (result[index - 1] ?? 0)).to.be.at.least(17 - 1e-6);
        }
      }),
    );
  });
});
