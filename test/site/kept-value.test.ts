import { expect } from "chai";
import { html, render } from "lit";
import { keptValue } from "../../site/kept-value.ts";

it("keptValue: what is typed stays over drawings, and what was refused becomes what holds", () => {
  const host = document.createElement("div");
  const draw = (value: string) => render(html`<input type="number" ${keptValue(value)}>`, host);
  draw("60");
  const input = host.querySelector("input")!;
  expect(input.value).to.equal("60");
  input.value = "99999";
  input.dispatchEvent(new Event("input"));
  draw("60");
  expect(input.value).to.equal("99999");
  input.dispatchEvent(new Event("change"));
  draw("60");
  expect(input.value).to.equal("60");
  draw("64");
  expect(input.value).to.equal("64");
});
