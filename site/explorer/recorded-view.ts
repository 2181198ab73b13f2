import { html, type TemplateResult } from "lit";
import type { ExplorerState } from "./explorer-state.ts";

/** Recorded beside model: which recording, and what came of the alignment. */
export class RecordedView {
  readonly #shown: () => void;

  /** @param shown Hears when something is to be drawn anew. */
  constructor(shown: () => void) {
    this.#shown = shown;
  }

  /** Takes the files of a recording of the reader's. */
  open(files: readonly File[]): Promise<void> {
    void files;
    this.#shown();
    return Promise.resolve();
  }

  /** The view of the recording that a state names. */
  view(recording: string, change: (part: Partial<ExplorerState>) => void): TemplateResult {
    void change;
    return html`<p>${recording}</p>`;
  }
}
