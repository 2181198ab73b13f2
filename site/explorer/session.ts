import type { ExplorerRun } from "#components/plain";
import type { PriceChoice } from "#engine";
import type { OwnFile } from "../packets/own-file.ts";
import { framesOf, OWN_FILE } from "../packets/packet-source.ts";
import type { ModeEntry } from "./catalogue.ts";
import { changeText } from "./change-text.ts";
import { type ExplorerState, restingState, scenarioKey } from "./explorer-state.ts";
import { Journey, type JourneyMove, type Place } from "./journey.ts";
import { hashToState, linkProblem, stateToHash } from "./link.ts";
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

/** What of a runner a session uses. */
export type SessionRunner = Pick<Runner, "busy" | "cancel" | "onModes" | "run" | "start">;

/** What the reader does and what comes of it: the state, the runs it asks for, the way back. */
export class Session {
  readonly #runner: SessionRunner;
  readonly #undo = new UndoStack<Kept>();
  readonly #restingPrices: PriceChoice;
  readonly #shown: () => void;
  /** The reader's file that the last change came from; empty for none. */
  #fileName = "";
  /** What a link asks for with a file of its sender, until the reader has chosen it. */
  #awaited: ExplorerState | undefined;
  #turn = 0;
  /** Whether a run is under way; until it has its end, the state is only wished for. */
  #isPending = false;
  /** What the runs under way change, in words. */
  #whats: string[] = [];
  /** What the runs that are shown belong to: what a refused change goes back to. */
  #stood: Kept | undefined;
  state: ExplorerState;
  own: OwnFile | undefined;
  modes: readonly ModeEntry[] = [];
  /** The run that is looked into. */
  run: ExplorerRun | undefined;
  journey: Journey | undefined;
  /** The runs of a comparison: `run` first. */
  compared: readonly ExplorerRun[] = [];
  /** The modes that `compared` are of, one each. */
  comparedChoices: readonly ModeChoice[] = [];
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
   * @param runner Who runs modes.
   */
  constructor(
    hash: string,
    restingPrices: PriceChoice,
    shown: () => void,
    runner: SessionRunner = new Runner(),
  ) {
    this.#runner = runner;
    this.#restingPrices = restingPrices;
    this.#shown = shown;
    this.state = hashToState(hash, restingPrices);
    this.#runner.onModes = (modes) => {
      this.modes = modes;
      shown();
    };
  }

  /**
   * Starts the engine and runs what the state asks for. What a link asks for and cannot be had is
   * said, and the nearest that can be had is shown: its mode with packets at rest, or else the scene
   * that the page opens with.
   * @param hash The address that the state is from.
   */
  async start(hash: string): Promise<void> {
    this.#runner.start();
    const rest = restingState(this.#restingPrices);
    const { source, direction, count, sizeBytes, gapMicroseconds } = rest;
    const atRest = { source, direction, count, sizeBytes, gapMicroseconds, packet: 1, step: 0 };
    let problem = linkProblem(hash, this.#restingPrices);
    for (const state of [this.state, { ...this.state, ...atRest }, rest]) {
      // Whoever changed something meanwhile is past what the link asked for.
      if (this.run !== undefined) return;
      this.state = state;
      if (await this.#run("")) break;
      if (state.source === OWN_FILE) this.#awaited = state;
      if (!problem.includes(this.problem)) problem = `${problem} ${this.problem}`.trim();
    }
    if (problem !== "") this.refuse(problem);
  }

  /** The state as a link's hash. */
  get hash(): string {
    return stateToHash(this.state, this.#restingPrices);
  }

  get can(): { readonly undo: boolean; readonly redo: boolean } {
    return this.#undo.can;
  }

  /** Follows an address that was changed from outside. */
  async follow(hash: string): Promise<void> {
    const state = hashToState(hash, this.#restingPrices);
    const isSame = stateToHash(state, this.#restingPrices) === this.hash;
    const problem = linkProblem(hash, this.#restingPrices);
    const worked = isSame || (await this.change(state, "", "link"));
    if (worked && problem !== "") this.refuse(problem);
    // What the address says and the page does not show is taken out of the address.
    else this.#shown();
  }

  /**
   * Takes over a part of the state and runs again where it must.
   * @param what What is changed, for the sentence that says what came of it; empty for none.
   * @param kind Changes of one kind behind each other are one for undo.
   */
  change(part: Partial<ExplorerState>, what = "", kind = ""): Promise<boolean> {
    const before = this.#begin();
    this.state = { ...this.state, ...part };
    this.#undo.left(before, kind);
    return this.#go(before, what);
  }

  /** Goes to a place of the run. */
  go(place: Place): void {
    this.said = "";
    this.problem = "";
    this.place = place;
    const before = this.#kept();
    this.#undo.left(before, "step");
    this.state = { ...this.state, packet: place.packet, step: place.step };
    this.#stand(before);
    this.#shown();
  }

  /** Goes on from here; false when there is nowhere to go. */
  move(move: JourneyMove): boolean {
    const to = this.journey?.moved(this.place, move);
    if (to === undefined || to.row === this.place.row) return false;
    this.go(to);
    return true;
  }

  /** Takes a capture of the reader's: from its first packet, or as the link says that lacks it. */
  async open(own: OwnFile): Promise<void> {
    const state = this.#awaited ?? { ...this.state, packet: 1, step: 0, range: undefined };
    await this.adopt({ ...state, source: OWN_FILE }, own, `packets: ${own.name}`);
  }

  /**
   * Takes a whole state, with the file that belongs to it if there is one, or nothing of it.
   * @param what What is changed, for the sentence that says what came of it; empty for none.
   * @param fileName The file that it is from, for a sentence on what is wrong with it.
   */
  adopt(
    state: ExplorerState,
    own: OwnFile | undefined,
    what = "",
    fileName = "",
  ): Promise<boolean> {
    const before = this.#begin();
    this.#fileName = fileName;
    if (own !== undefined) this.own = own;
    this.state = state;
    this.#undo.left(before, "");
    return this.#go(before, what, own !== undefined);
  }

  undo(): void {
    const before = this.#begin();
    this.#restore(before, this.#undo.undo(before), "undone");
  }

  redo(): void {
    const before = this.#begin();
    this.#restore(before, this.#undo.redo(before), "done again");
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

  /** What stands before a change; the way back from it is kept, as it may be refused. */
  #begin(): Kept {
    if (!this.#isPending) this.#undo.keep();
    this.#awaited = undefined;
    this.#fileName = "";
    return this.#kept();
  }

  #restore(before: Kept, kept: Kept | undefined, what: string): void {
    if (kept === undefined) return;
    this.state = kept.state;
    this.own = kept.own;
    void this.#go(before, what, kept.own !== before.own);
  }

  async #go(before: Kept, what: string, isNewFile = false): Promise<boolean> {
    const wanted = keysOf(this.state);
    const had = keysOf(before.state);
    const isSame =
      !isNewFile && wanted.length <= had.length && wanted.every((key, n) => key === had[n]);
    if (isSame && this.run !== undefined) {
      this.problem = "";
      this.compared = this.compared.slice(0, wanted.length);
      this.comparedChoices = this.comparedChoices.slice(0, wanted.length);
      this.#find();
      this.#stand(before);
      this.#shown();
      return true;
    }
    if (await this.#run(what)) return true;
    // What was refused is not kept; what is shown still stands.
    if (this.#stood !== undefined) {
      this.state = this.#stood.state;
      this.own = this.#stood.own;
      this.#undo.takeBack();
      this.#find();
    }
    this.#shown();
    return false;
  }

  /** A change that needs no run stands at once, also while a run is under way that may be refused. */
  #stand(before: Kept): void {
    if (this.#stood === undefined) return;
    const was: Partial<Record<string, unknown>> = { ...before.state };
    const changed = Object.entries(this.state).filter(([name, value]) => value !== was[name]);
    const state: ExplorerState = { ...this.#stood.state, ...Object.fromEntries(changed) };
    this.#stood = { state, own: this.#isPending ? this.#stood.own : this.own };
  }

  async #run(what: string): Promise<boolean> {
    const turn = ++this.#turn;
    const { state, own } = this;
    this.#whats = [...(this.#isPending ? this.#whats : []), what].filter((one) => one !== "");
    this.#isPending = true;
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
      this.#take(runs, choicesOf(state));
      this.#stood = this.#kept();
    } catch (error) {
      if (turn !== this.#turn) return true;
      const message = error instanceof Error ? error.message : String(error);
      this.problem = this.#fileName === "" ? message : `${this.#fileName}: ${message}`;
    }
    this.#isPending = false;
    this.progress = "";
    this.#shown();
    return this.problem === "";
  }

  #take(runs: readonly ExplorerRun[], choices: readonly ModeChoice[]): void {
    const [run] = runs;
    if (run === undefined) return;
    this.said = this.#changeText(runs, choices);
    if (run !== this.run) {
      this.markRow = -1;
      this.run = run;
      this.journey = new Journey(run);
    }
    this.compared = runs;
    this.comparedChoices = choices;
    this.#find();
  }

  /** What a change did to the first run that is another now. */
  #changeText(runs: readonly ExplorerRun[], choices: readonly ModeChoice[]): string {
    // A mode that was added or taken out moves the others: only the first is then the same place.
    const isSameCount = runs.length === this.compared.length;
    const before = [this.run, ...(isSameCount ? this.compared.slice(1) : [])];
    const at = runs.findIndex((run, n) => before[n] !== undefined && run !== before[n]);
    const [was, is, choice] = [before[at], runs[at], choices[at]];
    if (this.#whats.length === 0 || was === undefined || is === undefined) return "";
    const what = this.#whats.join("; ");
    const mode = runs.length > 1 && choice !== undefined ? choiceToText(choice) : what;
    return changeText(mode === what ? what : `${what} (${mode})`, was, is);
  }

  /** The place that packet and step of the state mean in this run. */
  #find(): void {
    const { packet, step } = this.state;
    if (this.journey === undefined) return;
    this.place = this.journey.at(packet, step);
    // What lies beyond an end is at it, in the link as well.
    const kept = { packet: this.place.packet, step: step === 0 ? 0 : this.place.step };
    if (kept.packet !== packet || kept.step !== step) this.state = { ...this.state, ...kept };
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
