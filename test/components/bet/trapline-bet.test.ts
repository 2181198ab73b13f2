import "axe-core/axe.min.js";
import { bet, type TraplineBet } from "#components";
import { expect } from "chai";

declare const axe: typeof import("axe-core");

async function aBet() {
  const element = bet({
    question: "How often?",
    unit: "exits",
    max: 12,
    items: [
      { id: "a", label: "RTL8139" },
      { id: "b", label: "virtio" },
    ],
    outcome: { a: 5, b: 1 },
  });
  document.body.append(element);
  await element.updateComplete;
  return element;
}

async function draw(element: TraplineBet, name: string, value: number) {
  const input = element.renderRoot.querySelector<HTMLInputElement>(`[name=${name}]`);
  if (!input) throw new Error(`the bet has no ${name}`);
  input.valueAsNumber = value;
  input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  await element.updateComplete;
}

async function press(element: TraplineBet, text: string) {
  const buttons = [...element.renderRoot.querySelectorAll("button")];
  buttons.find((button) => button.textContent?.includes(text))?.click();
  await element.updateComplete;
}

describe("trapline-bet", () => {
  it("trapline-bet: axe finds no violation before and after", async () => {
    const element = await aBet();
    const before = await axe.run(element);
    await press(element, "Place the bet");
    const after = await axe.run(element);
    expect([...before.violations, ...after.violations].map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-bet: a placed bet is kept and shown beside the outcome", async () => {
    const element = await aBet();
    let inputs = 0;
    element.addEventListener("input", () => inputs++);
    await draw(element, "a", 3);
    await draw(element, "b", 1);
    expect(inputs).to.equal(0);
    await press(element, "Place the bet");
    expect(inputs).to.equal(1);
    expect(element.value).to.deep.equal({ state: "placed", guesses: { a: 3, b: 1 } });
    const gaps = [...element.renderRoot.querySelectorAll("small")].map((it) => it.textContent);
    expect(gaps).to.deep.equal(["you bet 3: 2 too few", "as you bet"]);
    element.remove();
  });

  it("trapline-bet: it can be skipped, and says so", async () => {
    const element = await aBet();
    await press(element, "without a bet");
    expect(element.value.state).to.equal("skipped");
    expect(element.renderRoot.textContent).to.include("Shown without a bet");
    element.remove();
  });
});
