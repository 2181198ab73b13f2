import { expect } from "chai";
import { html, LitElement, render } from "lit";
import { KeptFocus, keepFocus } from "../../components/kept-focus.ts";

function aHost(): HTMLElement {
  const host = document.createElement("div");
  document.body.append(host);
  return host;
}

const list = (names: readonly string[]) => html`
  <p><button>before</button></p>
  <div>${names.map((name) => html`<span><button>${name}</button></span>`)}</div>
  <button>behind</button>
`;

function focusOn(host: HTMLElement, text: string): void {
  const buttons = [...host.querySelectorAll("button")];
  buttons.find(({ textContent }) => textContent === text)?.focus();
}

describe("keepFocus", () => {
  it("keepFocus: the focus of what stays stays", () => {
    const host = aHost();
    render(list(["a", "b"]), host);
    focusOn(host, "a");
    keepFocus(host, () => render(list(["a", "b", "c"]), host));
    expect(document.activeElement?.textContent).to.equal("a");
    host.remove();
  });

  it("keepFocus: what is taken out at the end gives its focus to its neighbour", () => {
    const host = aHost();
    render(list(["a", "b"]), host);
    focusOn(host, "b");
    keepFocus(host, () => render(list(["a"]), host));
    expect(document.activeElement?.textContent).to.equal("a");
    host.remove();
  });

  it("keepFocus: where nothing around is left, the nearest elsewhere has it", () => {
    const host = aHost();
    render(list(["a"]), host);
    focusOn(host, "a");
    keepFocus(host, () => render(list([]), host));
    expect(document.activeElement?.textContent).to.equal("before");
    host.remove();
  });

  it("keepFocus: a focus elsewhere is left alone", () => {
    const host = aHost();
    const other = document.createElement("button");
    document.body.append(other);
    render(list(["a"]), host);
    other.focus();
    keepFocus(host, () => render(list([]), host));
    expect(document.activeElement).to.equal(other);
    other.remove();
    host.remove();
  });
});

class SomeButtons extends LitElement {
  static override properties = { names: { attribute: false } };

  declare names: readonly string[];

  constructor() {
    super();
    new KeptFocus(this);
    this.names = ["a", "b"];
  }

  override render() {
    return list(this.names);
  }
}

customElements.define("some-buttons", SomeButtons);

describe("KeptFocus", () => {
  it("KeptFocus: what an element takes out gives its focus to its neighbour", async () => {
    const element = new SomeButtons();
    document.body.append(element);
    await element.updateComplete;
    const buttons = [...element.renderRoot.querySelectorAll("button")];
    buttons.find(({ textContent }) => textContent === "b")?.focus();
    element.names = ["a"];
    await element.updateComplete;
    expect(element.shadowRoot?.activeElement?.textContent).to.equal("a");
    element.remove();
  });
});
