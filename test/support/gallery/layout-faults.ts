import type { Page } from "playwright-core";

/**
 * What is wrong with how a page lies, a sentence each: it scrolls sideways, text is cut off, two texts
 * lie on each other. Text that ends in an ellipsis, or has a title or a label that says it whole, is shortened on purpose; what lies below an opened
 * menu, a dialog or a head that sticks is covered on purpose.
 */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(findFaults);
}

/** Runs in the page, so that everything it needs stands inside it. */
function findFaults(): string[] {
  const faults: string[] = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`scrolls sideways: ${scrollWidth} > ${clientWidth}`);
  /** Font boxes are higher than letters: so much of them, above and below, is empty. */
  const AIR = 0.22;
  const SLACK_PX = 1.5;

  interface Box {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  }
  interface Words extends Box {
    readonly text: string;
    readonly node: Text;
    readonly element: Element;
  }

  const above = (node: Node): Element | null =>
    node instanceof Element && node.assignedSlot !== null
      ? node.assignedSlot
      : (node.parentElement ??
        (node.parentNode instanceof ShadowRoot ? node.parentNode.host : null));
  const chain = (element: Element): Element[] => {
    const all = [];
    for (let at: Element | null = element; at !== null; at = above(at)) all.push(at);
    return all;
  };
  const style = new Map<Element, CSSStyleDeclaration>();
  const styleOf = (element: Element): CSSStyleDeclaration => {
    let one = style.get(element);
    if (one === undefined) style.set(element, (one = getComputedStyle(element)));
    return one;
  };
  const inside = (x: number, y: number, { left, right, top, bottom }: Box) =>
    x > left && x < right && y > top && y < bottom;

  const words: Words[] = [];
  const covers: Element[] = [];
  const collect = (root: Element | ShadowRoot): void => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) collect(element.shadowRoot);
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const { position, backgroundColor } = styleOf(element);
      const isOver = position === "absolute" || position === "fixed" || position === "sticky";
      if (isOver && !/^rgba\(.*, 0(?:\.\d+)?\)$|transparent/.test(backgroundColor))
        covers.push(element);
      // The box of slanted words is larger than they are, and says nothing.
      if (element.matches("option, script, style, title, defs *, [transform*=rotate]")) continue;
      for (const node of element.childNodes) {
        if (node instanceof Text && node.data.trim() !== "") take(node, element);
      }
    }
  };
  const take = (node: Text, element: Element): void => {
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const { left, right, top, bottom, width, height } of range.getClientRects()) {
      if (width < 2 || height < 4) continue;
      const air = height * AIR;
      const text = node.data.trim().slice(0, 40);
      words.push({ left, right, top: top + air, bottom: bottom - air, text, node, element });
    }
  };
  /** A drawing inside a drawing clips at its own edges, which browsers do not tell. */
  const boxOf = (element: Element): Box & { readonly width: number; readonly height: number } => {
    const outer = element instanceof SVGSVGElement ? element.ownerSVGElement : null;
    if (!(element instanceof SVGSVGElement) || outer === null) {
      return element.getBoundingClientRect();
    }
    const { left: fromX, top: fromY } = outer.getBoundingClientRect();
    const [width, height] = [element.width.baseVal.value, element.height.baseVal.value];
    const left = fromX + element.x.baseVal.value;
    const top = fromY + element.y.baseVal.value;
    return { left, top, width, height, right: left + width, bottom: top + height };
  };
  /** What of a text can be seen, if anything; tells where it is cut off. */
  const seenOf = (one: Words): Words | undefined => {
    let { left, right, top, bottom } = one;
    let inSvg = one.element instanceof SVGElement;
    // In a list that scrolls, lines are cut at its top and end: they are on their way.
    const rolls = chain(one.element).some((it) => /auto|scroll/.test(styleOf(it).overflowY));
    for (const element of chain(one.element)) {
      if (element instanceof SVGElement && !(element instanceof SVGSVGElement)) continue;
      const { overflowX, overflowY, textOverflow, clipPath } = styleOf(element);
      if (clipPath !== "none" && !inSvg) return undefined;
      const isClip = `${overflowX} ${overflowY}` !== "visible visible";
      const isDrawing = element instanceof SVGSVGElement && !inSvg;
      inSvg = false;
      if (!isClip || isDrawing || element.matches("html, body")) continue;
      const box = boxOf(element);
      if (box.width <= 2 || box.height <= 2) return undefined;
      const isScrolled = /auto|scroll/.test(overflowX + overflowY);
      const isShort =
        textOverflow === "ellipsis" ||
        element.hasAttribute("title") ||
        (element instanceof SVGElement && element.closest("[aria-label][role=button]") !== null);
      const isCut =
        one.left < box.left - SLACK_PX ||
        one.right > box.right + SLACK_PX ||
        (!rolls && (one.top < box.top - SLACK_PX || one.bottom > box.bottom + SLACK_PX));
      if (isCut && !isScrolled && !isShort) faults.push(`cut off: “${one.text}”`);
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
      top = Math.max(top, box.top);
      bottom = Math.min(bottom, box.bottom);
    }
    if (right - left < 2 || bottom - top < 2) return undefined;
    return { ...one, left, right, top, bottom };
  };
  /** Whether one of two texts lies in something that covers the other where they meet. */
  const isCovered = (a: Words, b: Words): boolean => {
    const x = (Math.max(a.left, b.left) + Math.min(a.right, b.right)) / 2;
    const y = (Math.max(a.top, b.top) + Math.min(a.bottom, b.bottom)) / 2;
    return covers.some(
      (cover) =>
        inside(x, y, cover.getBoundingClientRect()) &&
        chain(a.element).includes(cover) !== chain(b.element).includes(cover),
    );
  };
  const lies = (a: Words, b: Words): boolean =>
    a.node !== b.node &&
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK_PX &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK_PX &&
    !isCovered(a, b);

  collect(document.body);
  // A modal dialog is all that is there while it is open.
  const modal = document.querySelector("dialog[open]");
  const asked = modal ? words.filter(({ element }) => chain(element).includes(modal)) : words;
  const seen = asked
    .map(seenOf)
    .filter((one) => one !== undefined)
    .toSorted((a, b) => a.top - b.top);
  seen.forEach((one, index) => {
    for (let i = index + 1; i < seen.length; i++) {
      const other = seen[i] as Words;
      if (other.top > one.bottom) break;
      if (lies(one, other)) faults.push(`“${one.text}” lies on “${other.text}”`);
    }
  });
  return [...new Set(faults)];
}
