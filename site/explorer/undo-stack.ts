const KEPT_MAX = 200;

/** The states that a reader can go back to, and forward again. */
export class UndoStack<State> {
  readonly #before: State[] = [];
  #after: State[] = [];
  #lastKind = "";
  #kept: { readonly before: readonly State[]; readonly after: readonly State[] } | undefined;

  /** Keeps what there is to go back to and forward, until a change that may be refused has its end. */
  keep(): void {
    this.#kept = { before: [...this.#before], after: [...this.#after] };
  }

  /** Takes back all since `keep`: what was refused is no change. */
  takeBack(): void {
    if (this.#kept === undefined) return;
    this.#before.splice(0, Infinity, ...this.#kept.before);
    this.#after = [...this.#kept.after];
    this.#lastKind = "";
  }

  /**
   * Remembers the state that a change leaves.
   * @param kind What the change is of: changes of one kind right behind each other are one.
   */
  left(state: State, kind: string): void {
    this.#after = [];
    if (kind !== "" && kind === this.#lastKind) return;
    this.#lastKind = kind;
    this.#before.push(state);
    if (this.#before.length > KEPT_MAX) this.#before.shift();
  }

  /** Whether there is a state to go back to, or forward. */
  get can(): { readonly undo: boolean; readonly redo: boolean } {
    return { undo: this.#before.length > 0, redo: this.#after.length > 0 };
  }

  /** The state before, while `now` is kept for the way forward. */
  undo(now: State): State | undefined {
    return this.#go(this.#before, this.#after, now);
  }

  /** The state that was undone last. */
  redo(now: State): State | undefined {
    return this.#go(this.#after, this.#before, now);
  }

  #go(from: State[], to: State[], now: State): State | undefined {
    const state = from.pop();
    if (state !== undefined) to.push(now);
    this.#lastKind = "";
    return state;
  }
}
