import type { ShownRows } from "./shown-rows.ts";

const SELECTED_PX = 3;
/** One match is seen as well as a thousand: the faintest line is a third of the darkest. */
const FAINTEST = 1 / 3;

/** The strip beside the scrollbar: where in the whole trace the matches and the selected row are. */
export class Strip {
  #counted: ShownRows | undefined;
  #counts: Uint32Array = new Uint32Array(0);

  /**
   * Draws it: the more matches in a line, the darker it is.
   * @param rows The matches; undefined when nothing is looked for.
   * @param row The selected row, -1 for none.
   */
  draw(canvas: HTMLCanvasElement, rows: ShownRows | undefined, traceLength: number, row: number) {
    const { clientWidth: width, clientHeight: height } = canvas;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    const context = canvas.getContext("2d");
    if (context === null || height === 0 || traceLength === 0) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    const style = getComputedStyle(canvas);
    context.fillStyle = style.color;
    const counts = rows === undefined ? [] : this.#countsOf(rows, Math.floor(height), traceLength);
    const most = counts.reduce((max, count) => Math.max(max, count), 1);
    counts.forEach((count, y) => {
      if (count === 0) return;
      context.globalAlpha = FAINTEST + ((1 - FAINTEST) * count) / most;
      context.fillRect(0, y, width - SELECTED_PX - 1, 1);
    });
    if (row < 0) return;
    context.globalAlpha = 1;
    context.fillStyle = style.outlineColor;
    const y = Math.round((row / traceLength) * height);
    context.fillRect(0, Math.min(height - SELECTED_PX, Math.max(0, y - 1)), width, SELECTED_PX);
  }

  #countsOf(rows: ShownRows, parts: number, traceLength: number): readonly number[] {
    if (rows !== this.#counted || parts !== this.#counts.length) {
      this.#counts = rows.counts(parts, traceLength);
      this.#counted = rows;
    }
    return [...this.#counts];
  }
}
