import { expect } from "chai";
import { render } from "lit";
import { ViewLoader, type ViewName, type ViewScripts } from "../../../site/explorer/view-loader.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A loader whose scripts come when the network is there; what it asked for, and its last drawing. */
function aLoader(shown: readonly ViewName[] = ["rings"]) {
  const asked: string[] = [];
  const net = { isThere: true };
  const script = (name: string) => async () => {
    asked.push(name);
    if (!net.isThere) throw new TypeError("Failed to fetch");
  };
  const scripts: ViewScripts = {
    crossing: script("crossing"),
    state: script("state"),
    rings: script("rings"),
    frame: script("frame"),
    events: script("events"),
    timeline: script("timeline"),
    ledger: script("ledger"),
    compare: script("compare"),
    recorded: script("recorded"),
  };
  const place = document.createElement("div");
  const draw = () => {
    loader.openAll(shown);
    render(loader.standIn("rings"), place);
  };
  const loader = new ViewLoader(draw, scripts);
  return { asked, net, loader, draw, place };
}

describe("ViewLoader", () => {
  it("says that a view is coming until it is there, and asks for it once", async () => {
    const { asked, draw, place } = aLoader();
    draw();
    draw();
    expect(place.textContent?.trim()).to.equal("The view is being loaded.");
    await turn();
    expect(place.textContent?.trim()).to.equal("");
    expect(asked).to.deep.equal(["rings"]);
  });

  it("says that a view did not come, asks no more by itself, and again when the reader does", async () => {
    const { asked, net, draw, place } = aLoader();
    net.isThere = false;
    draw();
    await turn();
    expect(place.querySelector("[role=alert]")?.textContent).to.contain("could not be loaded");
    draw();
    await turn();
    expect(asked).to.deep.equal(["rings"]);
    net.isThere = true;
    place.querySelector("button")?.click();
    await turn();
    expect(place.textContent?.trim()).to.equal("");
    expect(asked).to.deep.equal(["rings", "rings"]);
  });

  it("loads the first of the shown views before the others, and these also when it does not come", async () => {
    const { asked, net, draw } = aLoader(["crossing", "state", "timeline"]);
    net.isThere = false;
    draw();
    expect(asked).to.deep.equal(["crossing"]);
    net.isThere = true;
    await turn();
    expect(asked).to.deep.equal(["crossing", "state", "timeline"]);
  });

  it("loads every view ahead once, and one that did not come again when it is opened", async () => {
    const { asked, net, loader, draw, place } = aLoader();
    net.isThere = false;
    await loader.loadAhead();
    await loader.loadAhead();
    expect(asked).to.have.length(9);
    net.isThere = true;
    draw();
    await turn();
    expect(place.textContent?.trim()).to.equal("");
    expect(asked.slice(9)).to.deep.equal(["rings"]);
  });
});
