import "axe-core/axe.min.js";
import { slider } from "#components";
import { expect } from "chai";

declare const axe: typeof import("axe-core");

async function aSlider() {
  const element = slider({ label: "Ring size in slots", min: 8, max: 256, step: 8, value: 64 });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

function innerInput(element: HTMLElement): HTMLInputElement {
  const input = element.shadowRoot?.querySelector("input");
  if (!input) throw new Error("the slider has no input");
  return input;
}

describe("trapline-slider", () => {
  it("trapline-slider: axe finds no violation", async () => {
    const element = await aSlider();
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-slider: moving it sets the value and sends one input event", async () => {
    const element = await aSlider();
    const values: number[] = [];
    element.addEventListener("input", () => values.push(element.value));
    const input = innerInput(element);
    input.value = "128";
    input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    expect(values).to.deep.equal([128]);
    element.remove();
  });
});
