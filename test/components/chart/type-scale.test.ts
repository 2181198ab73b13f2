import { expect } from "chai";
import { LitElement } from "lit";
import { TypeScale } from "../../../components/chart/type-scale.ts";

class ScaledElement extends LitElement {
  readonly scale = new TypeScale(this);
}
customElements.define("test-scaled", ScaledElement);

describe("TypeScale", () => {
  const root = document.documentElement;
  afterEach(() => {
    delete root.dataset["theme"];
    document.body.replaceChildren();
  });

  it("TypeScale: it is 1 where styles say nothing", () => {
    const element = new ScaledElement();
    document.body.append(element);
    expect(element.scale.value).to.equal(1);
  });

  it("TypeScale: another theme is read anew, and its element draws again", async () => {
    const element = new ScaledElement();
    element.style.setProperty("--_scale", "1");
    document.body.append(element);
    await element.updateComplete;
    expect(element.scale.value).to.equal(1);
    element.style.setProperty("--_scale", "1.5");
    root.dataset["theme"] = "projector";
    await Promise.resolve();
    expect(element.isUpdatePending).to.equal(true);
    expect(element.scale.value).to.equal(1.5);
  });
});
