import {
  readBundle,
  type RecordingChooseDetail,
  type RecordingFiles,
  type RecordingFilesDetail,
} from "#components/views";
import type { AlignedRecording } from "#engine";
import { html, type TemplateResult } from "lit";
import { BUNDLED_RECORDINGS } from "./bundled-recordings.ts";
import type { RecordingAnswer } from "./recording-worker.ts";

/** Recorded beside model: which recording, and what came of laying it beside the engine's run. */
export class RecordedView {
  readonly #shown: () => void;
  #worker: Worker | undefined;
  #recording: AlignedRecording | undefined;
  /** The bundled recording that is shown or on its way; empty for the reader's own. */
  #chosen = "";
  #problem = "";
  #busy = false;
  #turn = 0;

  /** @param shown Hears when something is to be drawn anew. */
  constructor(shown: () => void) {
    this.#shown = shown;
  }

  /**
   * The view of the recording that a state names.
   * @param choose Hears which bundled recording the reader chose, empty for one of their own.
   */
  view(recording: string, choose: (recording: string) => void): TemplateResult {
    const isFirst = this.#recording === undefined && this.#problem === "" && !this.#busy;
    const wanted = recording === "" && isFirst ? (BUNDLED_RECORDINGS[0]?.id ?? "") : recording;
    if (wanted !== "" && wanted !== this.#chosen) void this.#load(wanted);
    return html`
      <div aria-busy=${this.#busy}>
        ${this.#busy ? html`<p class="running" role="status">The engine replays the recording.</p>` : ""}
        <trapline-recorded
          .recording=${this.#recording}
          .choices=${BUNDLED_RECORDINGS}
          .chosen=${this.#chosen}
          .problem=${this.#problem}
          @trapline-recording-choose=${({ detail }: CustomEvent<RecordingChooseDetail>) => choose(detail.id)}
          @trapline-recording-files=${({ detail }: CustomEvent<RecordingFilesDetail>) => {
            void this.#align(++this.#turn, detail.files, "");
            choose("");
          }}
        ></trapline-recorded>
      </div>
    `;
  }

  async #load(id: string): Promise<void> {
    // Whoever is chosen meanwhile has the next number: only the newest is shown.
    const turn = ++this.#turn;
    this.#chosen = id;
    const known = BUNDLED_RECORDINGS.find((one) => one.id === id);
    if (known === undefined) {
      this.#end(undefined, `Recording ${id}: there is none of that name here.`);
      return;
    }
    try {
      const response = await fetch(new URL(`recordings/${known.file}`, document.baseURI));
      if (!response.ok) throw new Error(`${known.file}: the server answers ${response.status}.`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const files = await readBundle(known.file, bytes);
      if (turn === this.#turn) await this.#align(turn, files, id);
    } catch (error) {
      if (turn === this.#turn)
        this.#end(undefined, error instanceof Error ? error.message : String(error));
    }
  }

  async #align(turn: number, files: RecordingFiles, id: string): Promise<void> {
    const before = this.#chosen;
    this.#chosen = id;
    this.#problem = "";
    this.#busy = true;
    this.#shown();
    const answer = await this.#ask(files);
    if (turn !== this.#turn) return;
    if (answer.kind === "problem") this.#chosen = before;
    if (answer.kind === "aligned") this.#end(answer.recording, "");
    else this.#end(undefined, answer.message);
  }

  /** Shows what came of it; what is damaged leaves what was shown before. */
  #end(recording: AlignedRecording | undefined, problem: string): void {
    this.#busy = false;
    this.#problem = problem;
    if (recording !== undefined) this.#recording = recording;
    this.#shown();
  }

  #ask(files: RecordingFiles): Promise<RecordingAnswer> {
    this.#worker?.terminate();
    const worker = new Worker(new URL("./recording-worker.ts", import.meta.url), {
      type: "module",
    });
    this.#worker = worker;
    return new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<RecordingAnswer>) => {
        worker.terminate();
        resolve(data);
      };
      worker.onerror = () => {
        resolve({
          kind: "problem",
          message: "The engine could not be loaded: is the network gone?",
        });
      };
      worker.postMessage(files);
    });
  }
}
