import { expect } from "chai";
import { UsedView, viewName } from "../../../site/explorer/used-view.ts";

it("UsedView: it is the page's first until another is used, and stays when the focus goes into a menu", () => {
  const host = document.createElement("div");
  document.body.append(host);
  const used = new UsedView(host);
  expect(() => used.element).to.throw("no view yet");
  const [crossing, timeline, menu] = ["trapline-crossing", "trapline-timeline", "button"].map(
    (name) => host.appendChild(document.createElement(name)),
  ) as [HTMLElement, HTMLElement, HTMLElement];
  expect(used.element).to.equal(crossing);
  timeline.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, composed: true }));
  menu.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, composed: true }));
  menu.focus();
  expect(viewName(used.element)).to.equal("timeline");
  timeline.remove();
  expect(used.element).to.equal(crossing);
  host.remove();
});
