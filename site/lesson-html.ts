import { html as litHtml, svg as litSvg, render, type TemplateResult } from "lit";

/** A template tag whose result is an element of the page. */
type ElementTag = (strings: TemplateStringsArray, ...values: unknown[]) => Element;

/** `html` in a lesson: a Lit template, rendered once, as one element (wrapped in a `div` if several). */
export const html: ElementTag = (strings, ...values) => {
  const holder = document.createElement("div");
  return only(holder, litHtml(strings, ...values));
};

/** `svg` in a lesson: the same for a part of a drawing (wrapped in a `g` if several elements). */
export const svg: ElementTag = (strings, ...values) => {
  const holder = document.createElementNS("http://www.w3.org/2000/svg", "g");
  return only(holder, litSvg(strings, ...values));
};

function only(holder: HTMLElement | SVGGElement, template: TemplateResult<1 | 2>): Element {
  // Lit asks for an HTMLElement and uses nothing that an SVG group lacks.
  render(template, holder as HTMLElement);
  const first = holder.firstElementChild;
  const isAlone = holder.childElementCount === 1 && ownText(holder) === "";
  if (first === null || !isAlone) return holder;
  first.remove();
  return first;
}

function ownText(holder: Element): string {
  const texts = [...holder.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  return texts.map((node) => node.textContent?.trim()).join("");
}
