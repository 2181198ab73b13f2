// What is asked of a page as it is seen; each function runs in the page and knows nothing outside itself.

/** What does not fit into the window's width, or goes sideways though it is no table and no figure. */
export function tooWide(): string[] {
  const found: string[] = [];
  const named = (element: Element) =>
    `${element.localName}.${element.getAttribute("class") ?? ""} ${(element.textContent ?? "").trim().slice(0, 40)}`;
  const isFigure = (element: Element) =>
    element.matches("[role=grid], [role=table], table, figure, pre") ||
    element.querySelector("table, [role=grid], [role=row], svg, canvas") !== null;
  const visit = (root: Document | ShadowRoot, isInside: boolean): void => {
    for (const element of root.querySelectorAll("*")) {
      if (!element.checkVisibility()) continue;
      const { overflowX } = getComputedStyle(element);
      const scrolls =
        (overflowX === "auto" || overflowX === "scroll") &&
        element.scrollWidth > element.clientWidth + 1;
      if (scrolls && !isFigure(element)) found.push(`goes sideways: ${named(element)}`);
      if (element.shadowRoot !== null) visit(element.shadowRoot, isInside || scrolls);
    }
  };
  visit(document, false);
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide`);
  return found;
}

/** Controls that are chosen and look like those beside them that are not. */
export function likeTheirNeighbours(): string[] {
  const found: string[] = [];
  const look = (element: Element): string => {
    const style = getComputedStyle(element);
    return [
      style.backgroundColor,
      style.color,
      style.borderTopColor,
      style.borderTopStyle,
      style.borderInlineStartWidth,
      style.outlineStyle,
      style.outlineColor,
      style.fill,
      style.stroke,
      style.strokeWidth,
    ].join(" ");
  };
  const pairs = [
    ["[aria-pressed=true]", "[aria-pressed=false]"],
    ["[aria-selected=true]", "[aria-selected=false]"],
    [
      "[aria-current]:not([aria-current=false]):not(a)",
      ":is(button, tr):not([aria-current]), [aria-current=false]",
    ],
    ["[aria-disabled=true]", "button:not([aria-disabled=true])"],
    [".view-choice :checked + span", ".view-choice :not(:checked) + span"],
  ] as const;
  const visit = (root: Document | ShadowRoot): void => {
    for (const [chosen, not] of pairs) {
      for (const element of root.querySelectorAll(chosen)) {
        const others = [...root.querySelectorAll(not)].filter(
          (other) =>
            other.localName === element.localName &&
            other.getAttribute("role") === element.getAttribute("role") &&
            other.matches("[aria-pressed=true], [aria-selected=true]") === false,
        );
        // Marks inside of it tell as well: an outline that is drawn for the chosen one only.
        const other = others.find((one) => one.className === element.className) ?? others[0];
        if (other === undefined) continue;
        const looks = [element, ...element.querySelectorAll("*")].map(look).join();
        const theirs = [other, ...other.querySelectorAll("*")].map(look).join();
        if (looks === theirs) {
          found.push(
            `${chosen}: ${element.localName} ${(element.textContent ?? "").trim().slice(0, 40)}`,
          );
        }
      }
    }
    for (const { shadowRoot } of root.querySelectorAll("*")) {
      if (shadowRoot !== null) visit(shadowRoot);
    }
  };
  visit(document);
  return found;
}

/** The reader's colours under forced colours, as `r,g,b`. */
export function systemColours(): string[] {
  const probe = document.createElement("i");
  document.body.append(probe);
  const names = ["Canvas", "CanvasText", "LinkText", "GrayText", "Highlight", "HighlightText"];
  const colours = names.map((name) => {
    probe.style.color = name;
    return (getComputedStyle(probe).color.match(/\d+/g) ?? []).slice(0, 3).join(",");
  });
  probe.remove();
  return colours;
}

/** Whether a colour is one of the allowed ones or a blend of two of them; all as `r,g,b`. */
export function isBlendOf(colour: string, allowed: readonly string[]): boolean {
  const [c, ...known] = [colour, ...allowed].map((text) => text.split(",").map(Number));
  return known.some((from) =>
    known.some((to) => {
      const spans = [0, 1, 2].map((at) => (to[at] ?? 0) - (from[at] ?? 0));
      const widest = spans.reduce((best, span, at) => {
        return Math.abs(span) > Math.abs(spans[best] ?? 0) ? at : best;
      }, 0);
      const span = spans[widest] ?? 0;
      const share = span === 0 ? 0 : ((c?.[widest] ?? 0) - (from[widest] ?? 0)) / span;
      if (share < 0 || share > 1) return false;
      return spans.every(
        (own, at) => Math.abs((from[at] ?? 0) + share * own - (c?.[at] ?? 0)) <= 3,
      );
    }),
  );
}

/** The colours that cover much of each canvas: blends at edges are few, and left out. */
export function canvasColours(): { canvas: string; colours: string[] }[] {
  const found: { canvas: string; colours: string[] }[] = [];
  const visit = (root: Document | ShadowRoot): void => {
    for (const element of root.querySelectorAll("*")) {
      if (element instanceof HTMLCanvasElement && element.width > 0 && element.height > 0) {
        const data = element
          .getContext("2d")
          ?.getImageData(0, 0, element.width, element.height).data;
        const counts = new Map<string, number>();
        for (let at = 0; data !== undefined && at < data.length; at += 4) {
          if (data[at + 3] !== 255) continue;
          const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
          counts.set(colour, (counts.get(colour) ?? 0) + 1);
        }
        const much = Math.max(12, (element.width * element.height) / 1000);
        const colours = [...counts].filter(([, count]) => count >= much).map(([colour]) => colour);
        const host = root instanceof ShadowRoot ? root.host.localName : "page";
        if (!element.matches(".selection")) {
          found.push({ canvas: `${host} ${element.className}`, colours });
        }
      }
      if (element.shadowRoot !== null) visit(element.shadowRoot);
    }
  };
  visit(document);
  return found;
}

/** What moves by itself, or would when it changes. */
export function movingElements(): string[] {
  const found = document.getAnimations().map((animation) => `an animation ${animation.id}`);
  const visit = (root: Document | ShadowRoot): void => {
    for (const element of root.querySelectorAll("*")) {
      const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
      const isSlow = transitionDuration.split(",").some((time) => Number.parseFloat(time) > 0);
      if (isSlow || animationName !== "none" || scrollBehavior === "smooth") {
        found.push(`${element.localName}.${element.getAttribute("class") ?? ""}`);
      }
      if (element.shadowRoot !== null) visit(element.shadowRoot);
    }
  };
  visit(document);
  return found;
}

/** Every large drawing with the number of rows of the table that stands with it in its element. */
export async function tablesOfDrawings(): Promise<{ drawing: string; rows: number }[]> {
  const found: { drawing: string; rows: number }[] = [];
  const roots: ShadowRoot[] = [];
  const visit = (root: Document | ShadowRoot): void => {
    for (const { shadowRoot } of root.querySelectorAll("*")) {
      if (shadowRoot === null) continue;
      roots.push(shadowRoot);
      visit(shadowRoot);
    }
  };
  visit(document);
  for (const root of roots) {
    const drawings = [...root.querySelectorAll("svg, canvas")].filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      return width > 160 && height > 40 && element.checkVisibility();
    });
    if (drawings.length === 0) continue;
    for (const details of root.querySelectorAll("details")) details.open = true;
    await new Promise((done) => setTimeout(done, 150));
    const rows = [...root.querySelectorAll("table, [role=grid], [role=table]")].map(
      (table) => table.querySelectorAll("tr, [role=row]").length,
    );
    found.push({
      drawing: `${root.host.localName}, ${drawings.length} drawings`,
      rows: Math.max(0, ...rows),
    });
  }
  return found;
}

/** What the rows of the list of events say and is not read whole. */
export function cutSentences(): string[] {
  const root = document.querySelector("trapline-events")?.shadowRoot;
  const cells = [...(root?.querySelectorAll<HTMLElement>(".rows .what") ?? [])];
  if (cells.length < 3) return [`${cells.length} rows are shown`];
  return cells
    .filter((cell) =>
      [cell, ...cell.querySelectorAll("span")].some(
        (part) =>
          part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === "hidden",
      ),
    )
    .map(({ textContent }) => textContent ?? "");
}
