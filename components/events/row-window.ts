import type { ReactiveController, ReactiveControllerHost } from "lit";
import { TypeScale } from "../chart/type-scale.ts";
import {
  offsetAfterScroll,
  offsetShowing,
  type ScrollRange,
  scrollOfOffset,
  scrollRange,
} from "./scroll-range.ts";

/** Heights of a row: in one line; with what happens in a line of its own; with that in two lines. */
const ROW_PX = { wide: 28, narrow: 52, slim: 68 } as const;
/** Width from which all columns have room, what happens among them. */
const WIDE_PX = 1160;
const SLIM_PX = 560;

/** Which rows of a long list are in view: follows scrolling and size, and places what is drawn. */
export class RowWindow implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #count: () => number;
  readonly #scale: TypeScale;
  #viewport: HTMLElement | null = null;
  #viewPx = 400;
  #widthPx = Number.POSITIVE_INFINITY;
  #rowPx: number = ROW_PX.wide;
  #offset = 0;
  /** Where the scrollbar was when the offset was set. */
  #scroll = 0;
  #resized = false;
  /** The place that was last brought into view. */
  #wanted = -1;
  readonly #observer = new ResizeObserver(() => this.#measure());
  /** Another theme has other type and other colours in places of the same size. */
  readonly #themes = new MutationObserver(() => {
    this.#measure();
    this.#resized = true;
    this.#host.requestUpdate();
  });

  /** @param count How many rows there are. */
  constructor(host: ReactiveControllerHost & HTMLElement, count: () => number) {
    this.#host = host;
    this.#count = count;
    this.#scale = new TypeScale(host);
    host.addController(this);
  }

  /** The first row in view. */
  get firstPlace(): number {
    return Math.floor(this.#offset / this.#rowPx);
  }

  /** How many rows are drawn: those in view, the cut ones among them. */
  get drawnRows(): number {
    return Math.min(this.#count() - this.firstPlace, Math.ceil(this.#viewPx / this.#rowPx) + 1);
  }

  /** Whole rows in view. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.#viewPx / this.#rowPx));
  }

  /** How rows are laid out in this width, as classes: narrow ones have two lines, slim ones three. */
  get shape(): "" | "narrow" | "narrow slim" {
    const width = this.#widthPx / this.#scale.value;
    if (width >= WIDE_PX) return "";
    return width < SLIM_PX ? "narrow slim" : "narrow";
  }

  /** Whether the size changed since this was last asked. */
  wasResized(): boolean {
    const resized = this.#resized;
    this.#resized = false;
    return resized;
  }

  /** Brings a place of the list into view. */
  show(place: number): void {
    this.#wanted = Math.max(0, place);
    this.#offset = offsetShowing(this.#range(), this.#offset, this.#wanted, this.#rowPx);
  }

  /** Keeps the view inside a list that became shorter. */
  clampOffset(): void {
    this.#offset = Math.min(this.#offset, this.#range().offsetMax);
  }

  /** Puts what was drawn where it belongs; sizes are set by script, as the page allows no inline style. */
  place(): void {
    const viewport = this.#viewport;
    if (viewport === null) return;
    const content = viewport.querySelector<HTMLElement>(".content");
    const rows = viewport.querySelector<HTMLElement>(".rows");
    if (content === null || rows === null) return;
    const range = this.#range();
    const headPx = viewport.querySelector<HTMLElement>(".head")?.offsetHeight ?? 0;
    viewport.style.setProperty("--_row", `${this.#rowPx}px`);
    content.style.height = `${range.contentPx + headPx}px`;
    rows.style.height = `${Math.min(this.#viewPx, range.rowsPx)}px`;
    const shift = `translateY(${-(this.#offset % this.#rowPx)}px)`;
    for (const row of rows.children) if (row instanceof HTMLElement) row.style.transform = shift;
    this.#scroll = scrollOfOffset(range, this.#offset);
    if (Math.abs(viewport.scrollTop - this.#scroll) >= 1) viewport.scrollTop = this.#scroll;
  }

  /** The reader scrolled. */
  readonly scrolled = (): void => {
    const viewport = this.#viewport;
    if (viewport === null || Math.abs(viewport.scrollTop - this.#scroll) < 1) return;
    this.#offset = offsetAfterScroll(this.#range(), this.#offset, this.#scroll, viewport.scrollTop);
    this.#host.requestUpdate();
  };

  hostConnected(): void {
    this.#themes.observe(document.documentElement, {
      attributeFilter: ["class", "data-theme", "style"],
    });
  }

  hostUpdated(): void {
    const viewport = this.#host.shadowRoot?.querySelector<HTMLElement>(".viewport") ?? null;
    if (viewport !== this.#viewport) {
      this.#observer.disconnect();
      this.#viewport = viewport;
      if (viewport !== null) this.#observer.observe(viewport);
    }
    // What was drawn above the list may have changed its size, and an observer tells only with a frame.
    this.#measure();
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#themes.disconnect();
    this.#viewport = null;
  }

  #range(): ScrollRange {
    return scrollRange(this.#count(), this.#rowPx, this.#viewPx);
  }

  #measure(): void {
    const viewport = this.#viewport;
    if (viewport === null) return;
    const headPx = viewport.querySelector<HTMLElement>(".head")?.offsetHeight ?? 0;
    const viewPx = Math.max(1, viewport.clientHeight - headPx);
    this.#widthPx = viewport.clientWidth;
    const { shape } = this;
    const height = shape === "" ? ROW_PX.wide : shape === "narrow" ? ROW_PX.narrow : ROW_PX.slim;
    const rowPx = Math.round(height * this.#scale.value);
    if (viewPx === this.#viewPx && rowPx === this.#rowPx) return;
    const place = this.#offset / this.#rowPx;
    const wasInView =
      this.#wanted >= place - 1 && this.#wanted <= place + this.#viewPx / this.#rowPx;
    this.#viewPx = viewPx;
    this.#rowPx = rowPx;
    this.#offset = Math.min(place * rowPx, this.#range().offsetMax);
    if (wasInView) this.show(this.#wanted);
    this.#resized = true;
    this.#host.requestUpdate();
  }
}
