import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { toneStyles } from "../tone-styles.ts";
import { hexStyles } from "./hex-styles.ts";
import { LINE_BYTES, movedByte, topShowing } from "./hex-keys.ts";

/** How a byte looks besides its value. */
export interface ByteLook {
  /** Tone, pattern and marks, as classes. */
  readonly classes: string;
  /** The value before this row, where it was written at it. */
  readonly before?: number;
}

/** The bytes that a view shows: a frame's, or all of memory. */
export interface ByteSpace {
  /** Address of the first byte, and behind the last. */
  readonly start: number;
  readonly end: number;
  /** What the bytes are, for a screen reader. */
  readonly title: string;
  readonly read: (address: number, byteCount: number) => Uint8Array;
  readonly looks: (address: number, byteCount: number) => readonly ByteLook[];
}

/** A byte that the reader points at; -1 for none. */
export interface ByteDetail {
  readonly address: number;
}

const WHEEL_LINE_PX = 24;

/**
 * Bytes in lines of 16 with their characters. Only the lines in view are in the page, so that all
 * of memory can be walked through: by arrows, wheel, or the slider at its side.
 *
 * @element trapline-hex
 * @fires trapline-byte - When the reader goes to a byte; `detail` is a ByteDetail.
 * @fires trapline-byte-hover - When the pointer comes to a byte or leaves them.
 * @fires trapline-byte-view - When another line is the first in view.
 */
export class TraplineHex extends LitElement {
  static override styles = [toneStyles, hexStyles];

  static override properties = {
    space: { attribute: false },
    lines: { type: Number },
    cursor: { type: Number },
    lit: { attribute: false },
    top: { state: true },
  };

  /** What is shown. */
  declare space: ByteSpace | undefined;

  /** Lines in view. */
  declare lines: number;

  /** The byte that the reader is at. */
  declare cursor: number;

  /** Bytes that are lit: from the first to behind the last. */
  declare lit: { readonly from: number; readonly to: number } | undefined;

  /** Address of the first line in view. */
  declare top: number;

  #wheeled = 0;
  #grabbedY = Number.NaN;

  constructor() {
    super();
    this.space = undefined;
    this.lines = 16;
    this.cursor = 0;
    this.lit = undefined;
    this.top = 0;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const { space, lines } = this;
    if (space === undefined) return;
    const { start, end } = space;
    const isMoved = changed.has("cursor") || changed.has("lines");
    const to = isMoved ? this.cursor : Math.min(Math.max(this.top, start), end - 1);
    this.top = topShowing(Math.max(this.top, start), to, { start, end, lines });
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("top")) this.#tell("trapline-byte-view", this.top);
  }

  /** Puts the keyboard's focus on the byte that the reader is at. */
  focusByte(): void {
    this.renderRoot.querySelector<HTMLElement>('[tabindex="0"][data-at]')?.focus();
  }

  override render(): TemplateResult {
    const { space, lines, top } = this;
    if (space === undefined) return html``;
    const total = Math.ceil((space.end - space.start) / LINE_BYTES);
    const shown = Math.min(lines, total);
    const byteCount = Math.min(shown * LINE_BYTES, space.end - top);
    const bytes = space.read(top, byteCount);
    const looks = space.looks(top, byteCount);
    const tabbed = this.cursor >= top && this.cursor < top + byteCount ? this.cursor : top;
    return html`
      <div class="view">
        <div
          class="grid"
          role="grid"
          aria-label=${space.title}
          aria-rowcount=${total}
          @keydown=${this.#pressed}
          @click=${this.#clicked}
          @focusin=${this.#clicked}
          @wheel=${this.#wheel}
          @pointerover=${this.#hovered}
          @pointerleave=${() => this.#tell("trapline-byte-hover", -1)}
          @pointerdown=${this.#grabbed}
          @pointermove=${this.#dragged}
          @pointerup=${this.#released}
          @pointercancel=${this.#released}
        >
          ${Array.from({ length: shown }, (_, line) => this.#line(line, space, { bytes, looks, tabbed }))}
        </div>
        ${total > shown ? this.#slider(space, total - shown) : nothing}
      </div>
    `;
  }

  #line(
    line: number,
    { start }: ByteSpace,
    { bytes, looks, tabbed }: { bytes: Uint8Array; looks: readonly ByteLook[]; tabbed: number },
  ): TemplateResult {
    const from = line * LINE_BYTES;
    const address = this.top + from;
    const part = [...bytes.subarray(from, from + LINE_BYTES)];
    const classOf = (at: number) => {
      const isLit =
        this.lit !== undefined && address + at >= this.lit.from && address + at < this.lit.to;
      return `${looks[from + at]?.classes ?? ""} ${isLit ? "lit" : ""}`;
    };
    return html`
      <div role="row" aria-rowindex=${(address - start) / LINE_BYTES + 1}>
        <span role="rowheader">${address.toString(16).padStart(8, "0")}</span>
        ${part.map((byte, at) => {
          const before = looks[from + at]?.before;
          return html`<span
            role="gridcell"
            class=${`byte ${classOf(at)}`}
            data-at=${address + at}
            tabindex=${address + at === tabbed ? 0 : -1}
            aria-label=${before === undefined ? nothing : `${hex(byte)}, before this row ${hex(before)}`}
            title=${before === undefined ? nothing : `before this row: ${hex(before)}`}
          >${hex(byte)}</span>`;
        })}
        <span role="gridcell" class="characters">${part.map(
          (byte, at) =>
            html`<span class=${classOf(at)} data-at=${address + at}>${character(byte)}</span>`,
        )}</span>
      </div>
    `;
  }

  #slider({ start, title }: ByteSpace, last: number): TemplateResult {
    const line = (this.top - start) / LINE_BYTES;
    return html`
      <input
        type="range"
        class="position"
        aria-label=${`Position in ${title}`}
        aria-orientation="vertical"
        aria-valuetext=${`0x${this.top.toString(16)}`}
        min="0"
        max=${last}
        .value=${String(line)}
        @input=${({ target }: Event) => {
          if (target instanceof HTMLInputElement) {
            this.top = start + Number(target.value) * LINE_BYTES;
          }
        }}
      />
    `;
  }

  #scroll(lines: number): void {
    const { space } = this;
    if (space === undefined || lines === 0) return;
    const { start, end } = space;
    const last = Math.max(0, Math.ceil((end - start) / LINE_BYTES) - this.lines);
    const line = (this.top - start) / LINE_BYTES + lines;
    this.top = start + Math.min(Math.max(line, 0), last) * LINE_BYTES;
  }

  #pressed(event: KeyboardEvent): void {
    const { space, lines } = this;
    const at = atOf(event);
    if (space === undefined || at < 0) return;
    const to = movedByte(event, at, { start: space.start, end: space.end, lines });
    if (to === undefined) return;
    event.preventDefault();
    this.cursor = to;
    void this.updateComplete.then(() => this.focusByte());
  }

  #clicked(event: Event): void {
    const at = atOf(event);
    if (at < 0) return;
    this.cursor = at;
    this.#tell("trapline-byte", at);
  }

  #hovered(event: Event): void {
    this.#tell("trapline-byte-hover", atOf(event));
  }

  #wheel(event: WheelEvent): void {
    const { space } = this;
    if (space === undefined || space.end - space.start <= this.lines * LINE_BYTES) return;
    event.preventDefault();
    this.#wheeled += event.deltaMode === 0 ? event.deltaY / WHEEL_LINE_PX : event.deltaY;
    const lines = Math.trunc(this.#wheeled);
    this.#wheeled -= lines;
    this.#scroll(lines);
  }

  #grabbed({ pointerType, clientY }: PointerEvent): void {
    if (pointerType === "touch") this.#grabbedY = clientY;
  }

  #dragged({ clientY }: PointerEvent): void {
    if (Number.isNaN(this.#grabbedY)) return;
    const lines = Math.trunc((this.#grabbedY - clientY) / WHEEL_LINE_PX);
    this.#grabbedY -= lines * WHEEL_LINE_PX;
    this.#scroll(lines);
  }

  #released(): void {
    this.#grabbedY = Number.NaN;
  }

  #tell(
    name: "trapline-byte" | "trapline-byte-hover" | "trapline-byte-view",
    address: number,
  ): void {
    const detail: ByteDetail = { address };
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** The address of the byte that an event is at, or -1. */
function atOf({ target }: Event): number {
  if (!(target instanceof HTMLElement)) return -1;
  return Number(target.closest<HTMLElement>("[data-at]")?.dataset["at"] ?? -1);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function character(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : "·";
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-hex": TraplineHex;
  }
  interface HTMLElementEventMap {
    "trapline-byte": CustomEvent<ByteDetail>;
    "trapline-byte-hover": CustomEvent<ByteDetail>;
    "trapline-byte-view": CustomEvent<ByteDetail>;
  }
}
