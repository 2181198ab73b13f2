import { keepFocus, rowSentence } from "#components/plain";
import { chosenPrices, type PriceList } from "#engine";
import { html, nothing, render, type TemplateResult } from "lit";
import { RESTING_PRICES, withPrice } from "../prices/price-choice.ts";
import { fileName, saveTraceCsv } from "../save/run-files.ts";
import { setTheme } from "../theme-choice.ts";
import { about } from "./about.ts";
import { AddressKeeper } from "./address-keeper.ts";
import { bar } from "./bar.ts";
import { type Command, commandOf, keysOf } from "./command.ts";
import { commandsOf, type CommandTarget } from "./commands.ts";
import { compareView } from "./compare-view.ts";
import type { ExportFormat } from "./export-format.ts";
import type { ExplorerState } from "./explorer-state.ts";
import type { JourneyMove } from "./journey.ts";
import { droppedFile, hearDrops } from "../packets/given-file.ts";
import { openFile } from "./opened-file.ts";
import { Palette } from "./palette.ts";
import { Playback } from "./playback.ts";
import { RecordedView } from "./recorded-view.ts";
import { saveAs } from "./save-as.ts";
import { Session } from "./session.ts";
import { transport } from "./transport.ts";
import { UsedView } from "./used-view.ts";
import { ViewLoader, viewsOf } from "./view-loader.ts";
import { oneMode } from "./views.ts";

/** The explorer: bar, sentence, transport and the linked views around one selection. */
export class ExplorerPage implements CommandTarget {
  readonly #host: HTMLElement;
  readonly #session: Session;
  readonly #palette: Palette;
  readonly #playback: Playback;
  readonly #views = new ViewLoader(() => this.#show());
  readonly #recorded = new RecordedView(this.#views, () => this.#show());
  readonly #used: UsedView;
  readonly #commands: readonly Command[] = commandsOf(this);
  readonly #address = new AddressKeeper((to) => history.replaceState(null, "", to));
  #shownAddress = "";
  #perSecond = 1;
  #queued = false;
  #rest: { readonly key: string; readonly prices: PriceList } | undefined;

  /** @param host Where the page's working part stands. */
  constructor(host: HTMLElement) {
    this.#host = host;
    this.#used = new UsedView(host);
    this.#session = new Session(location.hash, RESTING_PRICES, () => this.#show());
    this.#palette = new Palette(document.body);
    this.#playback = new Playback(
      () => this.#session.move("next"),
      () => this.#show(),
    );
    window.addEventListener("hashchange", () => {
      this.#shownAddress = "";
      void this.#session.follow(location.hash);
    });
    document.addEventListener("keydown", (event) => this.#key(event));
    hearDrops((transfer) => {
      if (this.#session.state.view === "recorded") this.#recorded.take(transfer);
      else void this.#open(() => droppedFile(transfer));
    });
  }

  /** Shows what the address asks for. */
  start(): void {
    this.#show();
    void this.#session.start(location.hash).then(() => this.#views.loadAhead());
  }

  move(move: JourneyMove): void {
    this.#session.move(move);
  }

  canMove(move: JourneyMove): boolean {
    const { journey, place } = this.#session;
    return this.showsRun() && journey !== undefined && journey.moved(place, move).row !== place.row;
  }

  showsRun(): boolean {
    return this.#session.state.view !== "recorded";
  }

  togglePlay(): void {
    if (this.#playback.playing) this.#playback.pause();
    else this.#playback.play(this.#perSecond);
  }

  setMark(): void {
    this.#session.markRow = this.#session.place.row;
    this.#say("The mark is set here.");
  }

  canRunToMark(): boolean {
    return this.showsRun() && this.#session.markRow >= 0;
  }

  runToMark(): void {
    const { markRow, journey } = this.#session;
    if (markRow >= 0 && journey !== undefined) this.#session.go(journey.placeOf(markRow));
  }

  view(view: ExplorerState["view"]): void {
    this.#playback.pause();
    void this.#session.change({ view });
  }

  panel(panel: ExplorerState["panel"]): void {
    void this.#session.change({ panel, view: "one" }, "", "panel");
    this.#focusSoon(`#tab-${panel}`);
  }

  drawer(drawer: ExplorerState["drawer"]): void {
    void this.#session.change({ drawer, view: "one" }, "", "drawer");
    this.#focusSoon(`#tab-${drawer}`);
  }

  focusFilter(): void {
    void this.#session.change({ panel: "events", view: "one" }, "", "panel");
    void this.#views.open("events").then(() => this.#focusSoon("trapline-events"));
  }

  chooseMode(): void {
    this.#focusSoon("[name=mode]");
  }

  chooseFile(): void {
    const details = document.querySelector<HTMLDetailsElement>("#menu-packets");
    if (details) details.open = true;
    document.querySelector<HTMLInputElement>("[name=capture]")?.click();
  }

  undo(): void {
    this.#session.undo();
  }

  redo(): void {
    this.#session.redo();
  }

  can(): { readonly undo: boolean; readonly redo: boolean } {
    return this.#session.can;
  }

  theme(theme: string): void {
    setTheme(theme);
  }

  copyLink(): void {
    const { hash } = this.#session;
    const link = location.href.replace(/#.*$/, "") + (hash === "" ? "" : `#${hash}`);
    const note =
      this.#session.state.source === "file"
        ? " It cannot carry your file: save packets and link in one file."
        : "";
    navigator.clipboard.writeText(link).then(
      () => this.#say(`The link is on the clipboard, ${link.length} characters.${note}`),
      () => this.#session.refuse("The link could not be copied: copy it from the address bar."),
    );
  }

  save(format: ExportFormat): void {
    saveAs(format, this.#session, this.#used).catch((error: unknown) => {
      this.#session.refuse(error instanceof Error ? error.message : String(error));
    });
  }

  palette(): void {
    this.#palette.search(this.#commands);
  }

  keyMap(): void {
    this.#palette.keyMap(this.#commands);
  }

  /** Takes what a reader gives; what is damaged changes nothing. */
  async #open(given: () => File): Promise<void> {
    try {
      await openFile(given(), this.#session);
    } catch (error) {
      this.#session.refuse(error instanceof Error ? error.message : String(error));
    }
  }

  #key(event: KeyboardEvent): void {
    const [target] = event.composedPath();
    const isOwn = event.defaultPrevented || (target instanceof Element && keepsKeys(target, event));
    if (isOwn || document.querySelector("dialog[open]")) return;
    const command = commandOf(this.#commands, keysOf(event));
    if (command === undefined) return;
    event.preventDefault();
    if (this.#playback.playing && command.id !== "play") this.#playback.pause();
    command.run();
  }

  #say(text: string): void {
    this.#session.said = text;
    this.#show();
  }

  #focusSoon(selector: string): void {
    setTimeout(() => document.querySelector<HTMLElement>(selector)?.focus());
  }

  /** Draws at the next occasion: many changes at once are one drawing. */
  #show(): void {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      this.#keepAddress();
      keepFocus(this.#host, () => render(this.#page(), this.#host));
    });
  }

  #keepAddress(): void {
    const { hash, run } = this.#session;
    if (run === undefined) return;
    const address = hash === "" ? location.pathname + location.search : `#${hash}`;
    if (address !== this.#shownAddress) this.#address.put(address);
    this.#shownAddress = address;
  }

  #page(): TemplateResult {
    const session = this.#session;
    const { state, problem, progress } = session;
    this.#views.openAll(viewsOf(state));
    return html`
      ${bar(session, this.#barActions)}
      <p id="problem" class="problem" role="alert">${problem}</p>
      ${
        progress === ""
          ? nothing
          : html`
            <p class="running">
              <span role="status">${progress}</span>
              <button type="button" @click=${() => session.cancel()}>Stop</button>
            </p>
          `
      }
      ${state.view === "recorded" ? this.#recorded.view(state.recording, (recording) => this.#change({ recording })) : this.#modelled()}
    `;
  }

  #modelled(): TemplateResult {
    const session = this.#session;
    const { run, journey, place, state } = session;
    if (run === undefined || journey === undefined) {
      const isBusy = session.problem === "";
      return html`
        <div class="loading" aria-busy=${isBusy}>${isBusy ? "The engine is at work." : ""}</div>
      `;
    }
    return html`
      ${about(session, run)}
      ${transport(
        {
          place,
          journey,
          playing: this.#playback.playing,
          perSecond: this.#perSecond,
          markRow: session.markRow,
        },
        {
          move: (move) => this.move(move),
          go: (packet, step) => session.go(journey.at(packet, step)),
          play: (perSecond) => {
            const restart = this.#playback.playing || perSecond === this.#perSecond;
            this.#perSecond = perSecond;
            if (restart) this.#playback.play(perSecond);
            else this.#show();
          },
          pause: () => this.#playback.pause(),
          setMark: () => this.setMark(),
          runToMark: () => this.runToMark(),
        },
      )}
      <p class="sentence" role="status">${rowSentence(run, place.row)}</p>
      ${
        state.view === "compare"
          ? compareView(session, {
              change: this.#change,
              select: this.#select,
              views: this.#views,
            })
          : oneMode(session, {
              change: this.#change,
              select: this.#select,
              price: (name, value) =>
                this.#change(
                  { prices: withPrice(state.prices, name, value) },
                  `price of ${name}: ${value ?? "as at rest"}`,
                ),
              saveRows: (rows) =>
                saveTraceCsv(`${fileName(run.modeId, run.direction)}-events`, run, rows),
              restingPrices: () => this.#restingPrices(),
              views: this.#views,
            })
      }
    `;
  }

  /** The prices of the state's CPU without the reader's changes; worked out once for each CPU. */
  #restingPrices(): PriceList {
    const choice = { ...this.#session.state.prices, overrides: {} };
    const key = JSON.stringify(choice);
    if (this.#rest?.key !== key) this.#rest = { key, prices: chosenPrices(choice) };
    return this.#rest.prices;
  }

  readonly #change = (part: Partial<ExplorerState>, what = "", kind = ""): void => {
    void this.#session.change(part, what, kind);
  };

  readonly #select = (row: number): void => {
    const { journey } = this.#session;
    if (journey !== undefined) this.#session.go(journey.placeOf(row));
  };

  readonly #barActions = {
    change: this.#change,
    view: (view: ExplorerState["view"]) => this.view(view),
    open: (file: File) => void this.#open(() => file),
    undo: () => this.undo(),
    redo: () => this.redo(),
    copyLink: () => this.copyLink(),
    save: (format: ExportFormat) => this.save(format),
    palette: () => this.palette(),
    keyMap: () => this.keyMap(),
  };
}

/** Whether an element needs a key for itself: text, lists and sliders do. */
function keepsKeys(target: Element, { key }: KeyboardEvent): boolean {
  if (target.matches("textarea, select, [contenteditable], [role=textbox], [role=combobox]"))
    return true;
  if (target.matches("input")) {
    const isText = !target.matches("[type=checkbox], [type=radio], [type=range], [type=file]");
    return (
      isText || key.startsWith("Arrow") || ["Home", "End", "PageUp", "PageDown", " "].includes(key)
    );
  }
  return target.matches("button, a, summary") && [" ", "Enter"].includes(key);
}
