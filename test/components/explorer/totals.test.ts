import { figure } from "#components";
import "#components/views";
import { rowCycles, rowEntries, total } from "#engine";
import { expect } from "chai";
import type { LitElement } from "lit";
import { blockCounts } from "../../../components/crossing/block-count.ts";
import { tellerOf } from "../../../components/flow/story.ts";
import { cycleBins } from "../../../components/timeline/cycle-bins.ts";
import { buildIndex } from "../../../components/timeline/index-builder.ts";
import { laneOrder } from "../../../components/timeline/lane-order.ts";
import { atOnce } from "../../../components/timeline/slices.ts";
import { TintTable } from "../../../components/timeline/tint-table.ts";
import { aRun } from "../events/a-run.ts";

async function shown<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  values: Partial<HTMLElementTagNameMap[Name]>,
): Promise<HTMLElementTagNameMap[Name]> {
  const element = Object.assign(document.createElement(name), values);
  element.style.width = "1300px";
  document.body.append(element);
  for (let turn = 0; turn < 3; turn++) await (element as unknown as LitElement).updateComplete;
  return element;
}

const all = (element: HTMLElement, selector: string) => [
  ...(element.shadowRoot?.querySelectorAll(selector) ?? []),
];
const textOf = (element: HTMLElement, selector: string) =>
  (all(element, selector)[0]?.textContent ?? "").replace(/\s+/g, " ").trim();
const numberIn = (text: string | null | undefined) =>
  Number((/[\d\s.]*\d/.exec(text ?? "")?.[0] ?? "0").replace(/\s/g, ""));
/** A number as it is read on the page, without its thin spaces. */
const read = (cycles: number) => numberIn(figure(cycles));

describe("totals", () => {
  for (const modeId of ["vtx-rtl8139", "virtio-vhost", "vf-posted"]) {
    it(`totals: ${modeId}: rows, ledger, its table, its drawing and the timeline's cycles agree on the run`, async () => {
      const run = aRun(3, modeId);
      const { trace, costs } = run;
      const rows = Array.from({ length: trace.length }, (_, row) => row);
      const sum = rows.reduce((cycles, row) => cycles + rowCycles(trace, row, costs.charges), 0);
      const paid = total(costs, rowEntries(trace, rows, costs)).typical;
      expect(sum).to.be.closeTo(paid, 1e-6 * paid);

      const ledger = await shown("trapline-ledger", { run, row: 0 });
      ledger.choose({ work: false });
      await ledger.updateComplete;
      expect(numberIn(textOf(ledger, ".total").split(":")[1])).to.equal(read(paid));
      const [, whole] = Array.from(all(ledger, "tr.all > *"), ({ textContent }) => textContent);
      expect(numberIn(whole)).to.equal(read(paid));
      const parts = ledger.tree?.children ?? [];
      expect(parts.reduce((cycles, part) => cycles + part.cycles.typical, 0)).to.be.closeTo(
        paid,
        1e-6 * paid,
      );
      const [label] = all(ledger, ".plot svg").map((svg) => svg.getAttribute("aria-label"));
      expect(numberIn(label?.split(": ")[1])).to.equal(read(paid));

      const index = atOnce(buildIndex(trace, laneOrder(trace), costs));
      const { plain } = index.data;
      const window = { from: 0, to: plain.axisCycles };
      const bins = cycleBins(
        index,
        new TintTable(costs),
        costs,
        plain,
        window,
        plain.axisCycles / 64,
      );
      expect(bins.totals.reduce((cycles, bin) => cycles + bin, 0)).to.be.closeTo(
        paid,
        trace.length / 256,
      );
      ledger.remove();
    });

    it(`totals: ${modeId}: crossing, its table, ledger, list and comparison agree on a packet`, async () => {
      const run = aRun(3, modeId);
      const { trace, costs } = run;
      const packet = 2;
      const rows = Array.from(tellerOf(run).story(packet).rows);
      const [row = 0] = rows;
      const paid = total(costs, rowEntries(trace, rows, costs)).typical;

      const crossing = await shown("trapline-crossing", { run, row, packet });
      const counts = [...blockCounts(run, Int32Array.from(rows)).values()];
      const inBlocks = counts.reduce((cycles, block) => cycles + block.cycles, 0);
      expect(inBlocks).to.be.closeTo(paid, 1e-6 * paid);
      const written = all(crossing, ".block").map(({ textContent }) =>
        textContent?.replace(/\s/g, " "),
      );
      const found = written.flatMap((text) => {
        const [, steps, cycles] = /(\d[\d ]*) steps?, (\d[\d ]*) cycles/.exec(text ?? "") ?? [];
        return steps === undefined ? [] : [[numberIn(steps), numberIn(cycles)]];
      });
      expect(found.length).to.be.above(3);
      const known = counts.map(({ times, cycles }) => `${times} ${Math.round(cycles)}`);
      for (const pair of found) expect(known).to.include(pair.join(" "));
      expect(textOf(crossing, "details summary")).to.include(`${rows.length} steps`);

      const ledger = await shown("trapline-ledger", { run, row, packet });
      ledger.choose({ scope: "packet", work: false });
      await ledger.updateComplete;
      expect(numberIn(textOf(ledger, ".total").split(":")[1])).to.equal(read(paid));
      ledger.choose({ work: true });
      await ledger.updateComplete;
      const work = numberIn(textOf(ledger, ".total").split(":")[1]);

      const lockstep = await shown("trapline-lockstep", { runs: [run, run], packet });
      const [sums] = all(lockstep, ".total .cycles");
      expect(numberIn(sums?.textContent)).to.equal(work);
      const events = await shown("trapline-events", { run, row, filter: `packet:${packet}` });
      const listed = Array.from(events.found.slice());
      const own = rows.filter((one) => trace.packet[one] === packet - 1);
      expect(listed.filter((one) => rows.includes(one))).to.deep.equal(
        own.toSorted((one, other) => one - other),
      );
      for (const element of [crossing, ledger, lockstep, events]) element.remove();
    });
  }
});
