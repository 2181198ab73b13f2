import type { ExplorerRun } from "#components";
import type { PriceChoice } from "#engine";
import type { OwnFile } from "../packets/own-file.ts";
import { framesOf, OWN_FILE } from "../packets/packet-source.ts";
import type { ModeEntry } from "./catalogue.ts";
import { changeText } from "./change-text.ts";
import { type ExplorerState, scenarioKey } from "./explorer-state.ts";
import { Journey, type JourneyMove, type Place } from "./journey.ts";
import { hashToState, stateToHash } from "./link.ts";
import { choiceToText, type ModeChoice } from "./mode-choice.ts";
import { Runner } from "./runner.ts";
import { UndoStack } from "./undo-stack.ts";

/** Generated packets at most: a million rows and more. */
const GENERATED_MAX = 20_000;

/** A state with the file that belongs to it, as undo keeps them. */
interface Kept {
  readonly state: ExplorerState;
  readonly own: OwnFile | undefined;
}

/** What the reader does and what comes of it: the state, the runs it asks for, the way back. */
export class Session {
  readonly #runner = new Runner();
  readonly #undo = new UndoStack<Kept>();
  readonly #restingPrices: PriceChoice;
  readonly #shown: () => void;
  #turn = 0;
  state: ExplorerState;
  own: OwnFile | undefined;
  modes: readonly ModeEntry[] = [];
  /** The run that is looked into. */
  run: ExplorerRun | undefined;
  journey: Journey | undefined;
  /** The runs of a comparison: `run` first. */
  compared: readonly ExplorerRun[] = [];
  place: Place = { packet: 1, step: 1, row: -1 };
  /** What the packets are, or what was left out of a capture. */
  note = "";
  problem = "";
  progress = "";
  /** What the last change did, in a sentence. */
  said = "";
  markRow = -1;

  /**
   * @param hash The address's part after `#`.
   * @param shown Hears whenever something is to be drawn anew.
   */
  constructor(hash: string, restingPrices: PriceChoice, shown: () => void) {
    this.#restingPrices = restingPrices;
    this.#shown = shown;
    this.state = hashToState(hash, restingPrices);
    this.#runner.onModes = (modes) => {
      this.modes = modes;
      shown();
    };
  }

  /** Starts the engine and runs what the state asks for. */
  start(): Promise<boolean> {
    this.#runner.start();
    return this.#run("");
  }

  /** The state as a link's hash. */
  get hash(): string {
    return stateToHash(this.state, this.#restingPrices);
  }

  get can(): { readonly undo: boolean; readonly redo: boolean } {
    return this.#undo.can;
  }

  /** Follows an address that was changed from outside. */
  follow(hash: string): void {
    const state = hashToState(hash, this.#restingPrices);
    if (stateToHash(state, this.#restingPrices) === this.hash) return;
    void this.change(state, "", "link");
  }

  /**
   * Takes over a part of the state and runs again where it must.
   * @param what What is changed, for the sentence that says what came of it; empty for none.
   * @param kind Changes of one kind behind each other are one for undo.
   */
  change(part: Partial<ExplorerState>, what = "", kind = ""): Promise<boolean> {
    const before = this.#kept();
    this.state = { ...this.state, ...part };
    this.#undo.left(before, kind);
    return this.#go(before, what);
  }

  /** Goes to a place of the run. */
  go(place: Place): void {
    this.said = "";
    this.place = place;
    this.#undo.left(this.#kept(), "step");
    this.state = { ...this.state, packet: place.packet, step: place.step };
    this.#shown();
  }

  /** Goes on from here; false when there is nowhere to go. */
  move(move: JourneyMove): boolean {
    const to = this.journey?.moved(this.place, move);
    if (to === undefined || to.row === this.place.row) return false;
    this.go(to);
    return true;
  }

  /** Takes a capture of the reader's. */
  async open(own: OwnFile): Promise<void> {
    const state = { ...this.state, source: OWN_FILE, packet: 1, step: 0, range: undefined };
    await this.adopt(state, own, `packets: ${own.name}`);
  }

  /** Takes a whole state, with the file that belongs to it if there is one, or nothing of it. */
  async adopt(state: ExplorerState, own: OwnFile | undefined, what = ""): Promise<void> {
    const before = this.#kept();
    if (own !== undefined) this.own = own;
    this.state = state;
    this.#undo.left(before, "");
    await this.#go(before, what, own !== undefined);
  }

  undo(): void {
    this.#restore(this.#undo.undo(this.#kept()));
  }

  redo(): void {
    this.#restore(this.#undo.redo(this.#kept()));
  }

  cancel(): void {
    this.#runner.cancel();
  }

  /** Says what is wrong with something that the reader gave. */
  refuse(problem: string): void {
    this.problem = problem;
    this.#shown();
  }

  #kept(): Kept {
    return { state: this.state, own: this.own };
  }

  #restore(kept: Kept | undefined): void {
    if (kept === undefined) return;
    const before = this.#kept();
    this.state = kept.state;
    this.own = kept.own;
    void this.#go(before, "", kept.own !== before.own);
  }

  async #go(before: Kept, what: string, isNewFile = false): Promise<boolean> {
    const wanted = keysOf(this.state);
    const had = keysOf(before.state);
    const isSame =
      !isNewFile && wanted.length <= had.length && wanted.every((key, n) => key === had[n]);
    if (isSame && this.run !== undefined) {
      this.compared = this.compared.slice(0, wanted.length);
      this.#find();
      this.#shown();
      return true;
    }
    const worked = await this.#run(what);
    if (worked) return true;
    // What was refused is not kept; what stood here before still stands.
    this.state = before.state;
    this.own = before.own;
    this.#undo.forget(before);
    this.#shown();
    return false;
  }

  async #run(what: string): Promise<boolean> {
    const turn = ++this.#turn;
    const { state, own } = this;
    this.problem = "";
    this.said = "";
    this.#runner.cancel();
    try {
      const { frames, note } = await framesOf(state, own, GENERATED_MAX);
      const runs: ExplorerRun[] = [];
      for (const choice of choicesOf(state)) {
        const running = this.#runner.run(
          runKey(state, choice, own),
          { ...state, choice, frames, packetCount: frames.length },
          (done, all) => this.#hear(turn, done, all),
        );
        if (this.#runner.busy) this.#hear(turn, 0, frames.length);
        runs.push(await running);
        if (turn !== this.#turn) return true;
      }
      this.note = note;
      this.#take(runs, what);
    } catch (error) {
      if (turn !== this.#turn) return true;
      this.problem = error instanceof Error ? error.message : String(error);
    }
    this.progress = "";
    this.#shown();
    return this.problem === "";
  }

  #take(runs: readonly ExplorerRun[], what: string): void {
    const [run] = runs;
    if (run === undefined) return;
    const before = this.run;
    if (what !== "" && before !== undefined) this.said = changeText(what, before, run);
    if (run !== before) {
      this.markRow = -1;
      this.run = run;
      this.journey = new Journey(run);
    }
    this.compared = runs;
    this.#find();
  }

  /** The place that packet and step of the state mean in this run. */
  #find(): void {
    const { packet, step } = this.state;
    if (this.journey !== undefined) this.place = this.journey.at(packet, step);
  }

  #hear(turn: number, done: number, all: number): void {
    if (turn !== this.#turn) return;
    this.progress = `${Math.floor((100 * done) / Math.max(1, all))} % of the packets are through`;
    this.#shown();
  }
}

/** The modes that a state wants run, the one that is looked into first. */
function choicesOf({ view, choice, others }: ExplorerState): readonly ModeChoice[] {
  return view === "compare" ? [choice, ...others] : [choice];
}

function keysOf(state: ExplorerState): readonly string[] {
  return choicesOf(state).map((choice) => scenarioKey(state) + choiceToText(choice));
}

function runKey(state: ExplorerState, choice: ModeChoice, own: OwnFile | undefined): string {
  const file = state.source === OWN_FILE && own !== undefined ? fileNumber(own) : 0;
  return `${file} ${scenarioKey(state)} ${choiceToText(choice)}`;
}

const fileNumbers = new WeakMap<OwnFile, number>();
let fileCount = 0;

/** A number for each file: two files of one name are two. */
function fileNumber(own: OwnFile): number {
  let number = fileNumbers.get(own);
  if (number === undefined) fileNumbers.set(own, (number = ++fileCount));
  return number;
}
