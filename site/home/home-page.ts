import type { ChooseDetail, FlowRun, StepDetail } from "#components/plain";
import { describeFrame, type Direction } from "#engine";
import { html, render, type TemplateResult } from "lit";
import { controls } from "./controls.ts";
import { type ExportFormat, EXPORTS } from "./export-format.ts";
import {
  asksTheSame,
  type HomeState,
  hashToState,
  RESTING_STATE,
  stateToHash,
} from "./home-state.ts";
import { droppedFile, hearDrops } from "../packets/given-file.ts";
import { type OwnFile, readOwnFile } from "../packets/own-file.ts";
import { framesOf, OWN_FILE, type PacketSource } from "../packets/packet-source.ts";
import { Runner } from "./runner.ts";

/** What the headline says the packet does. */
const WAYS: Readonly<Record<Direction, string>> = {
  tx: "A packet leaves a virtual machine.",
  rx: "A packet enters a virtual machine.",
  echo: "A packet leaves a virtual machine and comes back.",
};

/** The home page: its state lives in the address, its pictures in the runs of the engine. */
export class HomePage {
  readonly #host: HTMLElement;
  readonly #resting: readonly FlowRun[];
  readonly #runner = new Runner();
  #state: HomeState = hashToState(location.hash);
  #own: OwnFile | undefined;
  #source: PacketSource = { frames: [], note: "" };
  #runs: readonly FlowRun[] = [];
  #problem = "";
  #progress = "";
  /** Counts the runs that were begun: only the newest may show its result. */
  #turn = 0;

  /**
   * @param host Where the page's working part stands.
   * @param resting The runs of the page at rest.
   */
  constructor(host: HTMLElement, resting: readonly FlowRun[]) {
    this.#host = host;
    this.#resting = resting;
    window.addEventListener("hashchange", () => this.#followAddress());
    hearDrops((transfer) => void this.#open(() => droppedFile(transfer)));
  }

  /** Shows what the address asks for. */
  start(): void {
    this.#render();
    void this.#run();
  }

  /** Loads the engine ahead: what the page shows at rest does without. */
  loadEngine(): void {
    this.#runner.start();
  }

  #followAddress(): void {
    const state = hashToState(location.hash);
    if (stateToHash(state) === stateToHash(this.#state)) return;
    this.#state = state;
    void this.#run();
  }

  /** Takes over a part of the state; runs again when packets, way or modes changed. */
  #change(part: Partial<HomeState>): void {
    const before = this.#state;
    const { modeIds = before.modeIds } = part;
    const chosenId = part.chosenId ?? before.chosenId;
    this.#state = {
      ...before,
      ...part,
      chosenId: modeIds.includes(chosenId) ? chosenId : (modeIds[0] ?? ""),
    };
    if (!asksTheSame(before, this.#state)) void this.#run();
    else this.#show();
  }

  /** Takes the capture that a reader gives; what is none changes nothing. */
  async #open(given: () => File): Promise<void> {
    let own: OwnFile;
    try {
      own = await readOwnFile(given());
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#render();
      return;
    }
    const before = { own: this.#own, state: this.#state };
    this.#own = own;
    this.#state = { ...this.#state, source: OWN_FILE, packet: 1, step: 0 };
    if (await this.#run()) return;
    // What was refused is not kept; what stood here before still stands.
    this.#own = before.own;
    this.#state = before.state;
    this.#show();
  }

  /** Runs what the state asks for. @returns Whether it worked; if not, the last runs still stand. */
  async #run(): Promise<boolean> {
    const turn = ++this.#turn;
    const { modeIds, direction } = this.#state;
    this.#problem = "";
    try {
      const source = await framesOf(this.#state, this.#own);
      const request = { modeIds, direction, frames: source.frames };
      const isResting = asksTheSame(this.#state, RESTING_STATE);
      const running = isResting
        ? Promise.resolve(this.#resting)
        : this.#runner.run(request, (done, all) => this.#hear(turn, done, all));
      if (this.#runner.busy) this.#hear(turn, 0, modeIds.length * source.frames.length);
      const runs = await running;
      if (turn !== this.#turn) return true;
      this.#source = source;
      this.#runs = runs;
    } catch (error) {
      if (turn !== this.#turn) return true;
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#progress = "";
    this.#show();
    return this.#problem === "";
  }

  #hear(turn: number, done: number, all: number): void {
    if (turn !== this.#turn) return;
    this.#progress = `${Math.floor((100 * done) / Math.max(1, all))} % of the packets are through`;
    this.#render();
  }

  #show(): void {
    const hash = stateToHash(this.#state);
    const address = hash === "" ? location.pathname + location.search : `#${hash}`;
    history.replaceState(null, "", address);
    this.#render();
  }

  #render(): void {
    const headline = document.querySelector("#way");
    if (headline) headline.textContent = WAYS[this.#state.direction];
    const actions = {
      change: (part: Partial<HomeState>) => this.#change(part),
      open: (file: File) => void this.#open(() => file),
    };
    render(
      html`${controls(this.#state, this.#own, this.#problem, actions)} ${this.#running()}
      ${this.#runs.length > 0 ? this.#figures() : ""}`,
      this.#host,
    );
  }

  /** Saves a run; the engine that makes it anew comes only now. */
  async #save(format: ExportFormat, run: FlowRun): Promise<void> {
    const { saveRun } = await import("./export.ts");
    saveRun(format, run.modeId, run.direction, this.#source.frames);
  }

  #running(): TemplateResult {
    if (this.#progress === "") return html``;
    return html`
      <p class="running" role="status">
        ${this.#progress}
        <button type="button" @click=${() => this.#runner.cancel()}>Stop</button>
      </p>
    `;
  }

  #figures(): TemplateResult {
    const { chosenId, packet, step } = this.#state;
    const run = this.#runs.find(({ modeId }) => modeId === chosenId) ?? this.#runs[0];
    const { frames, note } = this.#source;
    const frame = frames[(packet - 1) % Math.max(1, frames.length)];
    if (run === undefined || frame === undefined) return html``;
    return html`
      <section class="wide" aria-labelledby="four-ways">
        <h2 id="four-ways">
          ${frames.length > 1 ? html`Packet ${packet} of ${frames.length}` : "One packet"},
          ${this.#runs.length === 1 ? "one way" : `${numberWord(this.#runs.length)} ways`}
        </h2>
        <p class="frame-text">${describeFrame(frame).text}. ${note}</p>
        <trapline-compare
          .runs=${this.#runs}
          .packet=${packet}
          .chosen=${run.modeId}
          .step=${step}
          @trapline-choose=${({ detail }: CustomEvent<ChooseDetail>) =>
            this.#change({ chosenId: detail.modeId, step: 0 })}
        ></trapline-compare>
      </section>
      <section class="wide" aria-labelledby="inside">
        <h2 id="inside">Step through it: ${run.title}</h2>
        <trapline-flow
          .run=${run}
          .packet=${packet}
          .step=${step}
          @trapline-step=${({ detail }: CustomEvent<StepDetail>) =>
            this.#change({ packet: detail.packet, step: detail.step })}
        ></trapline-flow>
        <p class="exports">
          <a href=${explorerLink(this.#state, run.modeId)}>Open it in the explorer</a>, or save
          ${EXPORTS.map(
            ({ format, label }) => html`
              <button
                type="button"
                @click=${() => void this.#save(format, run)}
              >
                ${label}
              </button>
            `,
          )}
        </p>
      </section>
    `;
  }
}

/** The same packets and the same place in the explorer; it reads the links of this page. */
function explorerLink(state: HomeState, modeId: string): string {
  const modes = state.modeIds.filter((id) => id !== modeId).slice(0, 3);
  const hash = stateToHash({ ...state, modeIds: [modeId, ...modes], chosenId: modeId });
  return `explore.html#${hash}`;
}

function numberWord(count: number): string {
  return ["no", "one", "two", "three", "four", "five", "six", "seven"][count] ?? String(count);
}
