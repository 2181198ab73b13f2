import type { NestedLayer } from "#engine";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { byteText, grouped } from "../number-text.ts";
import { toneStyles } from "../tone-styles.ts";
import { type FrameCopy, frameCopies, layersOf, newestCopy, packetOf } from "./frame-copies.ts";
import { frameTree, itemAt, type TreeItem, treeItems, treeMove } from "./frame-tree.ts";
import { byteStyles } from "./hex-styles.ts";
import { LINE_BYTES } from "./hex-keys.ts";
import { inspectorStyles } from "./styles.ts";
import { memoryLooks, type MemoryMoment, memoryMoment } from "./memory-looks.ts";
import type { ByteDetail, ByteSpace } from "./trapline-hex.ts";

/** Lines of bytes that leave room for the tree beside or below them. */
const LINES_MAX = 12;

/**
 * The frame of the packet at the selected row, by layer and field, beside its bytes: a field lights
 * its bytes, a byte its field. Every copy that exists at the row can be looked at.
 *
 * @element trapline-frame
 * @fires trapline-address - When the reader asks for a copy's place in memory.
 */
export class TraplineFrame extends LitElement {
  static override styles = [toneStyles, byteStyles, inspectorStyles];

  static override properties = {
    run: { attribute: false },
    row: { type: Number },
    wanted: { state: true },
    closed: { state: true },
    current: { state: true },
    lit: { state: true },
  };

  /** The run whose packet is shown. */
  declare run: ExplorerRun | undefined;

  /** The selected row; -1 for none. */
  declare row: number;

  /** Id of the copy that the reader chose; the newest when it does not exist. */
  declare wanted: string;

  /** Keys of the layers that are closed. */
  declare closed: ReadonlySet<string>;

  /** The item of the tree that the reader is at. */
  declare current: string;

  /** The item that the pointer is at. */
  declare lit: string;

  #packet = 0;
  #copies: readonly FrameCopy[] = [];
  #copy: FrameCopy | undefined;
  #layers: readonly NestedLayer[] = [];
  #space: ByteSpace | undefined;

  constructor() {
    super();
    this.run = undefined;
    this.row = -1;
    this.wanted = "";
    this.closed = new Set();
    this.current = "0";
    this.lit = "";
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const { run } = this;
    if (run === undefined) return;
    if (!changed.has("run") && !changed.has("row") && !changed.has("wanted")) return;
    const moment = memoryMoment(run, this.row);
    this.#packet = packetOf(run, this.row);
    this.#copies = frameCopies(run, this.row, this.#packet, moment);
    this.#copy =
      this.#copies.find(({ id }) => id === this.wanted) ?? newestCopy(run, this.row, this.#copies);
    if (this.#copy === undefined) return;
    this.#space = spaceOf(run, this.#copy, moment);
    const bytes = this.#space.read(this.#space.start, this.#copy.byteCount);
    this.#layers = layersOf(this.#copy, bytes);
    const items = this.#items();
    if (!items.some(({ key }) => key === this.current)) this.current = "0";
  }

  override render(): TemplateResult {
    const { run } = this;
    const copy = this.#copy;
    const space = this.#space;
    if (run === undefined) return html``;
    if (copy === undefined || space === undefined) {
      return html`<p class="note">No packet is under way at this row.</p>`;
    }
    const items = this.#items();
    const shown = items.find(({ key }) => key === (this.lit || this.current));
    const { closed, current, lit } = this;
    return html`
      <p class="what">
        Packet ${grouped(this.#packet)} of ${grouped(run.packetCount)}, ${byteText(copy.byteCount)}
      </p>
      ${this.#copyChoice(copy)}
      <div class="frame-panes">
        <trapline-hex
          .space=${space}
          .lines=${Math.min(LINES_MAX, Math.ceil(copy.byteCount / LINE_BYTES))}
          .cursor=${space.start + (items.find(({ key }) => key === current)?.from ?? 0)}
          .lit=${shown && { from: space.start + shown.from, to: space.start + shown.to }}
          @trapline-byte=${({ detail }: CustomEvent<ByteDetail>) => this.#atByte(detail, "current")}
          @trapline-byte-hover=${({ detail }: CustomEvent<ByteDetail>) => this.#atByte(detail, "lit")}
        ></trapline-hex>
        <ul
          class="tree"
          role="tree"
          aria-label="Layers and fields of the frame"
          @keydown=${this.#pressed}
          @click=${this.#clicked}
          @focusin=${this.#focused}
          @pointerover=${this.#hovered}
          @pointerleave=${this.#left}
        >
          ${frameTree({ layers: this.#layers, closed, current, lit })}
        </ul>
      </div>
    `;
  }

  #items(): TreeItem[] {
    return treeItems(this.#layers, this.closed);
  }

  #copyChoice(copy: FrameCopy): TemplateResult {
    const { address } = copy;
    return html`
      <div class="tools">
        <label class="copy">
          Which copy
          <select
            @change=${({ target }: Event) => {
              if (target instanceof HTMLSelectElement) this.wanted = target.value;
            }}
          >
            ${this.#copies.map(
              ({ id, title }) =>
                html`<option value=${id} ?selected=${id === copy.id}>${title}</option>`,
            )}
          </select>
        </label>
        ${
          address === undefined
            ? nothing
            : html`<button @click=${() => this.#showInMemory(address)}>Show in memory</button>`
        }
      </div>
    `;
  }

  #showInMemory(address: number): void {
    const detail: ByteDetail = { address };
    const options = { detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent("trapline-address", options));
  }

  /** The reader or the pointer came to a byte: its field is meant. */
  #atByte({ address }: ByteDetail, what: "current" | "lit"): void {
    if (this.#space === undefined) return;
    const item = address < 0 ? undefined : itemAt(this.#items(), address - this.#space.start);
    if (what === "lit") this.lit = item?.key ?? "";
    else if (item !== undefined) this.current = item.key;
  }

  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const items = this.#items();
    const at = items.findIndex(({ key }) => key === this.current);
    const move = treeMove(event.key, items, at, this.closed);
    if (move === undefined) return;
    event.preventDefault();
    if (move.toggle !== undefined) this.#toggle(move.toggle);
    const to = move.to === undefined ? undefined : items[move.to];
    if (to === undefined) return;
    this.current = to.key;
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>(`[data-item="${to.key}"]`)?.focus();
    });
  }

  #clicked(event: Event): void {
    const key = keyOf(event);
    if (key === "") return;
    if (!key.includes("/") && key === this.current) this.#toggle(key);
    this.current = key;
  }

  #focused(event: Event): void {
    if (!(event.target instanceof HTMLElement)) return;
    const key = event.target.dataset["item"];
    if (key !== undefined) this.current = key;
  }

  #hovered(event: Event): void {
    this.lit = keyOf(event);
  }

  #left(): void {
    this.lit = "";
  }

  #toggle(key: string): void {
    const closed = new Set(this.closed);
    if (!closed.delete(key)) closed.add(key);
    this.closed = closed;
  }
}

function keyOf({ target }: Event): string {
  if (!(target instanceof Element)) return "";
  return target.closest<HTMLElement>("[data-item]")?.dataset["item"] ?? "";
}

function spaceOf(run: ExplorerRun, copy: FrameCopy, moment: MemoryMoment): ByteSpace {
  const { address, bytes, byteCount } = copy;
  const title = "Bytes of the frame";
  if (address === undefined) {
    const own = bytes ?? new Uint8Array();
    return {
      start: 0,
      end: own.length,
      title,
      read: (from, count) => own.subarray(from, from + count),
      looks: () => [],
    };
  }
  return {
    start: address,
    end: address + byteCount,
    title,
    read: (from, count) => moment.snapshot.bytes(from, count),
    looks: (from, count) => memoryLooks(run, moment, from, count, () => false),
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-frame": TraplineFrame;
  }
}
