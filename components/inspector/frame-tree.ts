import type { FrameField, NestedLayer } from "#engine";
import { html, nothing, type TemplateResult } from "lit";

/** A layer or a field of it as the tree shows it. */
export interface TreeItem {
  /** `2` for a layer, `2/0` for its first field. */
  readonly key: string;
  readonly layer: number;
  /** -1 for the layer itself. */
  readonly field: number;
  /** Bytes from the copy's first. */
  readonly from: number;
  readonly to: number;
}

/** The items in their order, without those of layers that are closed. */
export function treeItems(layers: readonly NestedLayer[], closed: ReadonlySet<string>): TreeItem[] {
  return layers.flatMap(({ offset, sizeBytes, fields }, layer): TreeItem[] => {
    const own = { key: String(layer), layer, field: -1, from: offset, to: offset + sizeBytes };
    if (closed.has(own.key)) return [own];
    const inner = fields.map((one, field) => ({
      key: `${layer}/${field}`,
      layer,
      field,
      from: one.offset,
      to: one.offset + one.sizeBytes,
    }));
    return [own, ...inner];
  });
}

/** The item that a byte belongs to: the smallest field, or the layer. */
export function itemAt(items: readonly TreeItem[], offset: number): TreeItem | undefined {
  return items
    .filter(({ from, to }) => offset >= from && offset < to)
    .toSorted(
      (one, other) => one.to - one.from - (other.to - other.from) || other.field - one.field,
    )[0];
}

/** What a key does to the tree: where the focus goes, which layer opens or closes. */
export function treeMove(
  key: string,
  items: readonly TreeItem[],
  at: number,
  closed: ReadonlySet<string>,
): { readonly to?: number; readonly toggle?: string } | undefined {
  const item = items[at];
  if (item === undefined) return undefined;
  const last = items.length - 1;
  const isClosed = closed.has(item.key);
  switch (key) {
    case "ArrowDown":
      return { to: Math.min(at + 1, last) };
    case "ArrowUp":
      return { to: Math.max(at - 1, 0) };
    case "Home":
      return { to: 0 };
    case "End":
      return { to: last };
    case "ArrowRight":
      if (item.field >= 0) return {};
      return isClosed ? { toggle: item.key } : { to: Math.min(at + 1, last) };
    case "ArrowLeft":
      if (item.field >= 0)
        return { to: items.findIndex(({ key: own }) => own === String(item.layer)) };
      return isClosed ? {} : { toggle: item.key };
    case "Enter":
    case " ":
      return item.field < 0 ? { toggle: item.key } : {};
    default:
      return undefined;
  }
}

/** What the tree needs to draw itself. */
export interface TreeView {
  readonly layers: readonly NestedLayer[];
  readonly closed: ReadonlySet<string>;
  /** The item that the reader is at. */
  readonly current: string;
  /** The item that the pointer is at, here or at its bytes. */
  readonly lit: string;
}

/** Layers and their fields as a tree; `data-item` tells which is which. */
export function frameTree(view: TreeView): TemplateResult {
  const { layers, closed } = view;
  return html`
    ${layers.map((layer, at) => {
      const key = String(at);
      const isOpen = !closed.has(key);
      return html`
        ${layerItem(layer, at, isOpen, view)}
        ${isOpen ? layer.fields.map((_, number) => fieldItem(layer, `${at}/${number}`, number, view)) : nothing}
      `;
    })}
  `;
}

// Fields follow their layer as siblings, as a screen reader would read a nested item's fields as
// part of its name; level, number and size of the set say where each belongs.
function layerItem(
  layer: NestedLayer,
  at: number,
  isOpen: boolean,
  view: TreeView,
): TemplateResult {
  const key = String(at);
  return html`
    <li
      role="treeitem"
      aria-level="1"
      aria-posinset=${at + 1}
      aria-setsize=${view.layers.length}
      aria-expanded=${layer.fields.length === 0 ? nothing : isOpen}
      aria-selected=${key === view.current}
      tabindex=${key === view.current ? 0 : -1}
      data-item=${key}
      class=${`layer depth-${Math.min(layer.depth, 2)} ${itemClass(key, view)}`}
    >
      <span class="name">${layerName(layer)}</span>
      <span class="where"><span class="visually-hidden">bytes </span>${placeText(layer)}</span>
    </li>
  `;
}

function fieldItem(
  { fields }: NestedLayer,
  key: string,
  number: number,
  view: TreeView,
): TemplateResult {
  const field = fields[number] as FrameField;
  return html`
    <li
      role="treeitem"
      aria-level="2"
      aria-posinset=${number + 1}
      aria-setsize=${fields.length}
      aria-selected=${key === view.current}
      tabindex=${key === view.current ? 0 : -1}
      data-item=${key}
      class=${itemClass(key, view)}
    >
      <span class="name">${field.name}</span>
      <span class=${`text ${field.verdict === "wrong" ? "wrong" : ""}`}>${field.text}</span>
      <span class="where">
        <span class="visually-hidden">bytes </span>${placeText(field)}${
          field.bits === undefined
            ? nothing
            : html`<span class="visually-hidden">, bits</span> : ${bitText(field.bits)}`
        }
      </span>
    </li>
  `;
}

function itemClass(key: string, { current, lit }: TreeView): string {
  return `item ${key === current ? "current" : ""} ${key === lit ? "hovered" : ""}`;
}

function layerName({ name, depth }: NestedLayer): string {
  return depth === 0 ? name : `${name}, inside`;
}

/** First and last byte, counted from the copy's first: `14 – 17`. */
function placeText({ offset, sizeBytes }: { offset: number; sizeBytes: number }): string {
  return sizeBytes === 1 ? String(offset) : `${offset} – ${offset + sizeBytes - 1}`;
}

function bitText({ lsb, width }: { lsb: number; width: number }): string {
  return width === 1 ? String(lsb) : `${lsb + width - 1}…${lsb}`;
}
