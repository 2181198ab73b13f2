import { readBundle, type RecordingFiles } from "#components/plain";
import type { RecordingChooseDetail, RecordingFilesDetail } from "#components/views";
import type { AlignedRecording } from "#engine";
import { html, type TemplateResult } from "lit";
import { BUNDLED_RECORDINGS } from "./bundled-recordings.ts";
import { RecordingReplay } from "./recording-replay.ts";
import type { ViewLoader } from "./view-loader.ts";

/** Recorded beside model: which recording, and what came of laying it beside the engine's run. */
export class RecordedView {
  readonly #views: ViewLoader;
  readonly #shown: () => void;
  readonly #bundled = new RecordingReplay();
  readonly #given = new RecordingReplay();
  /** What the state asked for last: the id of a bundled recording, or empty for the reader's own. */
  #asked: string | undefined;
  #own: AlignedRecording | undefined;
  #recording: AlignedRecording | undefined;
  /** The bundled recording that is shown; empty for the reader's own. */
  #shownId = "";
  #problem = "";

  /** @param shown Hears when something is to be drawn anew. */
  constructor(views: ViewLoader, shown: () => void) {
    this.#views = views;
    this.#shown = shown;
  }

  /**
   * The view of the recording that a state names; without a name the reader's own, or else the first.
   * @param choose Hears which bundled recording the reader chose, empty for one of their own.
   */
  view(recording: string, choose: (recording: string) => void): TemplateResult {
    const atRest = this.#own === undefined ? (BUNDLED_RECORDINGS[0]?.id ?? "") : "";
    this.#follow(recording || atRest);
    const isBusy = this.#bundled.isBusy || this.#given.isBusy;
    return html`
      <div aria-busy=${isBusy}>
        ${isBusy ? html`<p class="running" role="status">The engine replays the recording.</p>` : ""}
        <trapline-recorded
          .recording=${this.#recording}
          .choices=${BUNDLED_RECORDINGS}
          .chosen=${this.#bundled.isBusy ? (this.#asked ?? "") : this.#shownId}
          .problem=${this.#problem}
          @trapline-recording-choose=${({ detail }: CustomEvent<RecordingChooseDetail>) => {
            // One that could not be loaded is tried again.
            if (detail.id === this.#asked && detail.id !== this.#shownId) this.#asked = undefined;
            choose(detail.id);
          }}
          @trapline-recording-files=${({ detail }: CustomEvent<RecordingFilesDetail>) =>
            void this.#open(detail.files, choose)}
        >${this.#views.standIn("recorded")}</trapline-recorded>
      </div>
    `;
  }

  /** Takes what is dropped beside the element; it must be called while the drop is heard. */
  take(transfer: DataTransfer): void {
    document.querySelector("trapline-recorded")?.openDropped(transfer);
  }

  #follow(wanted: string): void {
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    // Whatever is asked for last is shown.
    this.#given.cancel();
    this.#bundled.cancel();
    if (wanted !== "") void this.#load(wanted);
    else if (this.#own !== undefined) this.#end(this.#own, "");
  }

  async #load(id: string): Promise<void> {
    const answer = await this.#bundled.replay(() => bundledFiles(id));
    if (answer?.kind === "aligned") this.#end(answer.recording, id);
    else if (answer !== undefined) this.#refuse(answer.message);
  }

  /** Lays a recording of the reader's beside the engine's run; a damaged one changes nothing. */
  async #open(files: RecordingFiles, choose: (recording: string) => void): Promise<void> {
    this.#problem = "";
    const answering = this.#given.replay(() => Promise.resolve(files));
    this.#shown();
    const answer = await answering;
    if (answer === undefined) return;
    if (answer.kind === "problem") {
      this.#refuse(answer.message);
      return;
    }
    this.#bundled.cancel();
    this.#own = answer.recording;
    this.#asked = "";
    this.#end(answer.recording, "");
    choose("");
  }

  #end(recording: AlignedRecording, id: string): void {
    this.#recording = recording;
    this.#shownId = id;
    this.#refuse("");
  }

  /** What was shown before stays. */
  #refuse(problem: string): void {
    this.#problem = problem;
    this.#shown();
  }
}

/** @throws Error with one sentence when there is no such recording, or it cannot be loaded. */
async function bundledFiles(id: string): Promise<RecordingFiles> {
  const known = BUNDLED_RECORDINGS.find((one) => one.id === id);
  if (known === undefined) throw new Error(`Recording ${id}: there is none of that name here.`);
  const response = await fetch(new URL(`recordings/${known.file}`, document.baseURI));
  if (!response.ok) throw new Error(`${known.file}: the server answers ${response.status}.`);
  return readBundle(known.file, new Uint8Array(await response.arrayBuffer()));
}
