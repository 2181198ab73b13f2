import { type Brush, brushFor } from "./brush.ts";
import { type Palette, readPalette } from "./palette.ts";

/** The canvas that lies over another, and lets it be seen. */
const SELECTION = ".selection";

/** The canvases of an element, with their colours; anew only when size or theme change. */
export class Surface {
  readonly #host: HTMLElement & { readonly renderRoot: ParentNode };
  readonly #changed: () => void;
  readonly #brushes = new Map<string, Brush>();
  readonly #queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) =>
    matchMedia(query),
  );
  readonly #themes = new MutationObserver(() => this.reset());
  #palette: Palette | undefined;
  #typeScale: number | undefined;
  #sizes = "";

  /** @param changed Is called when everything must be drawn anew. */
  constructor(host: HTMLElement & { readonly renderRoot: ParentNode }, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  connect(): void {
    for (const query of this.#queries) query.addEventListener("change", this.reset);
    this.#themes.observe(document.documentElement, {
      attributeFilter: ["class", "data-theme", "style"],
    });
    this.reset();
  }

  disconnect(): void {
    for (const query of this.#queries) query.removeEventListener("change", this.reset);
    this.#themes.disconnect();
  }

  /** How much larger type is than on a desk; known before anything is drawn. */
  get typeScale(): number {
    this.#typeScale ??=
      Number.parseFloat(getComputedStyle(this.#host).getPropertyValue("--_scale")) || 1;
    return this.#typeScale;
  }

  /** The colours; to be asked for when the element has rendered. */
  get palette(): Palette {
    this.#palette ??= readPalette(this.#host.renderRoot, this.#host);
    return this.#palette;
  }

  /** The brush of a canvas that is so large; undefined until the canvas is there. */
  brush(selector: string, widthPx: number, heightPx: number): Brush | undefined {
    const sizes = `${globalThis.devicePixelRatio}`;
    if (sizes !== this.#sizes) this.#brushes.clear();
    this.#sizes = sizes;
    const key = `${selector} ${widthPx} ${heightPx}`;
    let brush = this.#brushes.get(key);
    if (brush !== undefined) return brush;
    for (const old of this.#brushes.keys()) {
      if (old.startsWith(`${selector} `)) this.#brushes.delete(old);
    }
    const canvas = this.#host.renderRoot.querySelector(selector);
    if (!(canvas instanceof HTMLCanvasElement)) return undefined;
    brush = brushFor(canvas, widthPx, heightPx, this.palette, selector !== SELECTION);
    if (brush !== undefined) this.#brushes.set(key, brush);
    return brush;
  }

  /** Forgets colours and sizes: they are read anew with the next drawing. */
  readonly reset = (): void => {
    this.#palette = undefined;
    this.#typeScale = undefined;
    this.#brushes.clear();
    this.#changed();
  };
}
