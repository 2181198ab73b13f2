import "axe-core/axe.min.js";
import "#components/views";
import { ringsAt } from "#engine";
import type { SelectDetail } from "#components";
import type { OpenMemoryDetail, TraplineRings } from "#components/views";
import { expect } from "chai";
import type { KnobValues } from "../../../engine/modes/knob.ts";
import { aRun } from "./a-run.ts";

declare const axe: typeof import("axe-core");

async function someRings(
  modeId: string,
  row: number,
  knobs: KnobValues = {},
): Promise<TraplineRings> {
  const run = aRun(modeId, knobs);
  const element = Object.assign(document.createElement("trapline-rings"), { run, row });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

/** A row that changes the owner of a slot. */
function handOver(element: TraplineRings): number {
  const { run } = element;
  if (run === undefined) throw new Error("it has a run");
  for (let row = 0; row < run.trace.length; row++) {
    const rings = ringsAt(run.places, run.history.at(row));
    if (rings.some(({ slots }) => slots.some((slot) => slot.ownerBefore !== undefined))) return row;
  }
  throw new Error("no slot changed its owner");
}

function text(element: TraplineRings, selector: string): string {
  return (element.shadowRoot?.querySelector(selector)?.textContent ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

function press(element: TraplineRings, key: string): void {
  const walk = element.shadowRoot?.querySelector(".walk");
  walk?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

describe("trapline-rings", () => {
  for (const [mode, knobs] of [
    ["vtx-rtl8139", {}],
    ["vtx-rtl8139too", {}],
    ["virtio-qemu", {}],
    ["virtio-qemu", { ring: "packed" }],
    ["vmxnet3", {}],
    ["vf-injected", {}],
    ["xen-netfront", {}],
  ] as const) {
    it(`trapline-rings: axe finds no violation with ${mode} ${JSON.stringify(knobs)}, the tables open`, async () => {
      const element = await someRings(mode, 20, knobs);
      element.shadowRoot?.querySelectorAll("details").forEach((each) => (each.open = true));
      await new Promise((resolve) => setTimeout(resolve));
      await element.updateComplete;
      const { violations } = await axe.run(element);
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).to.deep.equal([]);
      element.remove();
    }).timeout(20_000);
  }

  it("trapline-rings: without a run it says so", async () => {
    const element = document.createElement("trapline-rings");
    document.body.append(element);
    await element.updateComplete;
    expect(text(element, ".empty")).to.equal("No run yet.");
    element.remove();
  });

  it("trapline-rings: drawing, text and table give a ring the same number of slots by owner", async () => {
    const element = await someRings("vtx-rtl8139", 30);
    const details = element.shadowRoot?.querySelector("details:last-of-type") as HTMLDetailsElement;
    details.open = true;
    await new Promise((resolve) => setTimeout(resolve));
    await element.updateComplete;
    const figures = [...(element.shadowRoot?.querySelectorAll("figure") ?? [])];
    const drawn = figures.map((figure) => {
      const of = (look: string): number => figure.querySelectorAll(`path.slot.${look}`).length;
      return [of("free") + of("waiting"), of("device")];
    });
    const told = figures.map((figure) =>
      [...(figure.querySelector(".count")?.textContent ?? "").matchAll(/\d+/g)].map(Number),
    );
    const listed = [...(element.shadowRoot?.querySelectorAll(".counts tbody tr") ?? [])].map(
      (line) =>
        [...line.querySelectorAll("td")].slice(0, 2).map((cell) => Number(cell.textContent)),
    );
    expect(told).to.deep.equal(drawn);
    expect(listed).to.deep.equal(drawn);
    expect(drawn).to.have.length(2);
    element.remove();
  });

  it("trapline-rings: a step that hands a slot over marks it, opens it and shows what its fields were", async () => {
    const element = await someRings("vtx-rtl8139", -1);
    element.row = handOver(element);
    await element.updateComplete;
    expect(element.shadowRoot?.querySelectorAll("figure path.changed")).to.have.length(1);
    expect(text(element, ".which")).to.match(/the device’s, until now the driver’s, frame to send/);
    const changed = element.shadowRoot?.querySelector(".fields tr.changed");
    expect(changed?.querySelectorAll("s").length).to.be.greaterThan(0);
    expect(text(element, ".step")).to.match(/Transmit descriptors: slot \d+/);
    element.remove();
  });

  it("trapline-rings: arrow keys walk the slots and stop at the ends", async () => {
    const element = await someRings("vtx-rtl8139", 0);
    element.place = { ring: "tx_ring", index: 0 };
    await element.updateComplete;
    const now = (): string | null | undefined =>
      element.shadowRoot?.querySelector(".walk")?.getAttribute("aria-valuenow");
    for (const [key, expected] of [
      ["ArrowLeft", "0"],
      ["ArrowRight", "1"],
      ["End", "63"],
      ["ArrowRight", "63"],
      ["Home", "0"],
    ] as const) {
      press(element, key);
      await element.updateComplete;
      expect(now(), key).to.equal(expected);
    }
    element.remove();
  });

  it("trapline-rings: the buttons of a slot ask for its memory and for the step that writes it next", async () => {
    const element = await someRings("vtx-rtl8139", -1);
    element.place = { ring: "tx_ring", index: 1 };
    await element.updateComplete;
    const memory: OpenMemoryDetail[] = [];
    const rows: number[] = [];
    element.addEventListener("trapline-open-memory", (event) =>
      memory.push((event as CustomEvent<OpenMemoryDetail>).detail),
    );
    element.addEventListener("trapline-select", (event) =>
      rows.push((event as CustomEvent<SelectDetail>).detail.row),
    );
    const buttons = [...(element.shadowRoot?.querySelectorAll("button") ?? [])];
    buttons.find((button) => button.textContent?.trim() === "Slot in memory")?.click();
    buttons.find((button) => button.textContent?.trim() === "next write ›")?.click();
    const block = element.run?.places.blocks.find(({ name }) => name === "tx_ring");
    expect(memory).to.deep.equal([{ address: (block?.address ?? 0) + 16, byteCount: 16 }]);
    const [row = -1] = rows;
    const writes = element.run?.history.at(row).writes ?? [];
    const slot = (block?.address ?? 0) + 16;
    expect(writes.some(({ address }) => address >= slot && address < slot + 16)).to.equal(true);
    element.remove();
  });
});
