import type { Page } from "playwright-core";

/** A node of the accessibility tree, as a screen reader has it. */
export interface AccessNode {
  readonly role: string;
  readonly name: string;
  /** The text inside it. */
  readonly text: string;
  /** A heading's level, else 0. */
  readonly level: number;
}

interface RawNode {
  readonly nodeId: string;
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { value?: unknown } }[];
  readonly childIds?: readonly string[];
}

/** The page's accessibility tree in its order. */
export async function treeOf(page: Page): Promise<readonly AccessNode[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send("Accessibility.getFullAXTree")) as { nodes: RawNode[] };
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const textOf = (node: RawNode): string =>
    node.role?.value === "StaticText"
      ? (node.name?.value ?? "")
      : (node.childIds ?? [])
          .map((id) => byId.get(id))
          .map((child) => (child === undefined ? "" : textOf(child)))
          .join("");
  const found: AccessNode[] = [];
  const visit = (node: RawNode | undefined): void => {
    if (node === undefined) return;
    if (!node.ignored) {
      const level = node.properties?.find(({ name }) => name === "level")?.value.value;
      found.push({
        role: node.role?.value ?? "",
        name: node.name?.value ?? "",
        text: textOf(node),
        level: node.role?.value === "heading" && typeof level === "number" ? level : 0,
      });
    }
    for (const id of node.childIds ?? []) visit(byId.get(id));
  };
  visit(nodes[0]);
  return found;
}

const CONTROLS: ReadonlySet<string> = new Set(
  "application button checkbox combobox DisclosureTriangle grid group link listbox option radio searchbox slider spinbutton tab tablist tabpanel textbox treegrid".split(
    " ",
  ),
);
/** Groups are boxes in the tree where they only lay out. */
const NAMELESS: ReadonlySet<string> = new Set(["group"]);

/** Controls that a screen reader could not name. */
export function namelessControls(tree: readonly AccessNode[]): readonly string[] {
  return tree
    .filter(({ role, name }) => CONTROLS.has(role) && !NAMELESS.has(role) && name.trim() === "")
    .map(({ role, text }) => `${role} ${text}`);
}

/** The levels of all headings in their order. */
export function headingsOf(tree: readonly AccessNode[]): readonly number[] {
  return tree.filter(({ level }) => level > 0).map(({ level }) => level);
}

/** Ids that stand twice in one tree; runs in the page. */
export function sameIds(): string[] {
  const twice: string[] = [];
  const visit = (root: Document | ShadowRoot): void => {
    const seen = new Set<string>();
    for (const element of root.querySelectorAll("*")) {
      if (element.id !== "" && seen.has(element.id)) twice.push(element.id);
      seen.add(element.id);
      if (element.shadowRoot !== null) visit(element.shadowRoot);
    }
  };
  visit(document);
  return twice;
}

/** Notes what live regions say from here on, those inside of elements among them. */
export async function hearPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const known = globalThis as unknown as { spoken?: string[]; watched?: WeakSet<Node> };
    const spoken = (known.spoken ??= []);
    const watched = (known.watched ??= new WeakSet());
    spoken.length = 0;
    const hear = (changes: readonly MutationRecord[]): void => {
      const regions = new Set(
        changes.map(({ target }) =>
          (target instanceof Element ? target : target.parentElement)?.closest(
            "[role=status]:not([aria-live=off]), [role=alert], [role=log], [aria-live]:not([aria-live=off])",
          ),
        ),
      );
      for (const region of regions) {
        const text = region?.textContent?.replace(/\s+/g, " ").trim() ?? "";
        if (text !== "") spoken.push(text);
      }
    };
    const watch = (root: Document | ShadowRoot): void => {
      if (!watched.has(root)) {
        new MutationObserver(hear).observe(root, {
          childList: true,
          characterData: true,
          subtree: true,
        });
      }
      watched.add(root);
      for (const { shadowRoot } of root.querySelectorAll("*")) {
        if (shadowRoot !== null) watch(shadowRoot);
      }
    };
    watch(document);
  });
}

/** What live regions said since this was last asked. */
export function heard(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { spoken: string[] }).spoken.splice(0));
}

/** The name of what has the focus, inside of elements too; empty when nothing has it. */
export function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    if (focused === null || focused === document.body) return "";
    const words =
      focused instanceof HTMLInputElement || focused instanceof HTMLSelectElement
        ? focused.labels?.[0]?.textContent
        : focused.textContent;
    return (focused.getAttribute("aria-label") ?? words ?? "").replace(/\s+/g, " ").trim();
  });
}

/** Which element has the focus, and why it could not be seen to have it; no id when none has it. */
export function unseenFocus(page: Page): Promise<{ id: string; problem: string }> {
  return page.evaluate(() => {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    if (focused === null || focused === document.body) return { id: "", problem: "" };
    const known = globalThis as unknown as { stops?: Map<Element, number> };
    known.stops ??= new Map();
    if (!known.stops.has(focused)) known.stops.set(focused, known.stops.size);
    const words = focused.getAttribute("aria-label") ?? focused.textContent ?? "";
    const id = `${known.stops.get(focused)}: ${focused.localName} ${words.replace(/\s+/g, " ").trim().slice(0, 40)}`;
    // What is drawn in its place has the outline where the control itself is not seen.
    const parts = focused instanceof SVGElement ? focused.querySelectorAll("*") : [];
    const shown = [focused, focused.nextElementSibling, focused.parentElement, ...parts].some(
      (element) => {
        if (element === null) return false;
        const { outlineStyle, outlineWidth, opacity, stroke, strokeWidth } =
          getComputedStyle(element);
        const isOutlined = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
        const isStroked =
          element instanceof SVGElement && stroke !== "none" && Number.parseFloat(strokeWidth) >= 2;
        return (isOutlined || isStroked) && opacity !== "0";
      },
    );
    if (!shown) return { id, problem: "nothing is drawn around it" };
    const { top, bottom, left, right } = focused.getBoundingClientRect();
    const isIn = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    return { id, problem: isIn ? "" : "it is outside of the window" };
  });
}
