import { html, nothing, type TemplateResult } from "lit";
import type { ExplorerState } from "./explorer-state.ts";

/** What loads the script of each view, which defines the view's element. */
const SCRIPTS = {
  crossing: () => import("#components/crossing"),
  state: () => import("#components/state"),
  rings: () => import("#components/rings"),
  frame: () => import("#components/inspector"),
  events: () => import("#components/events"),
  timeline: () => import("#components/timeline"),
  ledger: () => import("#components/ledger"),
  compare: () => import("#components/lockstep"),
  recorded: () => import("#components/recorded"),
} satisfies Readonly<Record<string, () => Promise<unknown>>>;

/** A view that has a script of its own. */
export type ViewName = keyof typeof SCRIPTS;

/** What loads each view. */
export type ViewScripts = Readonly<Record<ViewName, () => Promise<unknown>>>;

/** The views that a state shows, the main one first. */
export function viewsOf({ view, panel, drawer }: ExplorerState): readonly ViewName[] {
  return view === "one" ? ["crossing", panel, drawer] : [view];
}

/**
 * Loads views when they are opened, and the others once the page rests. A view's element stands in the
 * page from the beginning and keeps the place; what is in it is seen until the script has made it a view.
 */
export class ViewLoader {
  readonly #shown: () => void;
  readonly #scripts: ViewScripts;
  /** Scripts on their way or here. */
  readonly #loading = new Map<ViewName, Promise<boolean>>();
  /** Views that the reader opened, and whether they came. */
  readonly #opened = new Map<ViewName, Promise<boolean>>();
  readonly #here = new Set<ViewName>();
  readonly #failed = new Set<ViewName>();
  #isAhead = false;

  /** @param shown Hears when something is to be drawn anew. */
  constructor(shown: () => void, scripts: ViewScripts = SCRIPTS) {
    this.#shown = shown;
    this.#scripts = scripts;
  }

  /** Loads a view that is to be shown, unless it failed before; whether it is there then. */
  open(name: ViewName): Promise<boolean> {
    const known = this.#opened.get(name);
    if (known !== undefined) return known;
    const opened = this.#load(name).then((isHere) => {
      if (!isHere) this.#failed.add(name);
      this.#shown();
      return isHere;
    });
    this.#opened.set(name, opened);
    return opened;
  }

  /** Loads what is to be shown, the first before the others: it is looked at while they come. */
  openAll([first, ...others]: readonly ViewName[]): void {
    if (first === undefined) return;
    void this.open(first).then(() => {
      for (const name of others) void this.open(name);
    });
  }

  /** What a shown view's element holds until it is a view: that it is coming, or that it did not come. */
  standIn(name: ViewName): TemplateResult | typeof nothing {
    if (this.#here.has(name)) return nothing;
    if (this.#failed.has(name)) {
      return html`
        <p class="problem" role="alert">This view could not be loaded: is the network gone?</p>
        <button type="button" @click=${() => this.#again(name)}>Try again</button>
      `;
    }
    return html`<p class="coming" aria-busy="true">The view is being loaded.</p>`;
  }

  /** Loads what nobody opened yet, one by one: a later opening waits for nothing, with the network gone too. */
  async loadAhead(): Promise<void> {
    if (this.#isAhead) return;
    this.#isAhead = true;
    for (const name of Object.keys(this.#scripts) as ViewName[]) {
      await idle();
      // What does not come now is asked for again when it is opened.
      await this.#load(name);
    }
  }

  #again(name: ViewName): void {
    this.#failed.delete(name);
    this.#opened.delete(name);
    void this.open(name);
    this.#shown();
  }

  #load(name: ViewName): Promise<boolean> {
    const known = this.#loading.get(name);
    if (known !== undefined) return known;
    const loading = this.#scripts[name]().then(
      () => {
        this.#here.add(name);
        return true;
      },
      () => {
        this.#loading.delete(name);
        return false;
      },
    );
    this.#loading.set(name, loading);
    return loading;
  }
}

/** When the browser has nothing to do; the next turn where it does not say so. */
function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(resolve, { timeout: 2000 });
    else setTimeout(resolve);
  });
}
