const VIEWS =
  "trapline-crossing, trapline-timeline, trapline-ledger, trapline-rings, trapline-lockstep, trapline-state, trapline-inspector, trapline-events, trapline-recorded";

/**
 * The view that a picture or table is of: the one that was used last, also when the focus has gone
 * on into a menu, or else the page's first.
 */
export class UsedView {
  readonly #host: ParentNode;
  #last: Element | undefined;

  /** @param host The element that holds the views. */
  constructor(host: HTMLElement) {
    this.#host = host;
    const used = ({ target }: Event) => {
      const view = target instanceof Element ? target.closest(VIEWS) : null;
      if (view !== null) this.#last = view;
    };
    host.addEventListener("pointerdown", used);
    host.addEventListener("focusin", used);
  }

  /**
   * The view itself.
   * @throws Error with a sentence when there is none yet.
   */
  get element(): Element {
    const view = this.#last?.isConnected === true ? this.#last : this.#host.querySelector(VIEWS);
    if (view === null) throw new Error("There is no view yet: nothing can be saved.");
    return view;
  }
}

/** What a view is called in the name of a file: `timeline`. */
export function viewName(view: Element): string {
  return view.localName.replace(/^trapline-/, "");
}
