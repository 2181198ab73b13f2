import { noChange } from "lit";
import { AsyncDirective } from "lit/async-directive.js";
import { directive, type ElementPart } from "lit/directive.js";

/**
 * Holds a field at a value that was taken: what was refused is replaced by what holds, while what
 * is being typed stays, however often the page is drawn meanwhile.
 */
class KeptValue extends AsyncDirective {
  #field: HTMLInputElement | undefined;
  #isTyped = false;
  readonly #typed = () => (this.#isTyped = true);
  readonly #done = () => (this.#isTyped = false);

  override update({ element }: ElementPart, [value]: [string]): unknown {
    if (!(element instanceof HTMLInputElement)) return noChange;
    if (this.#field === undefined) this.#listen(element);
    if (!this.#isTyped && element.value !== value) element.value = value;
    return noChange;
  }

  render(_value: string): unknown {
    return noChange;
  }

  protected override disconnected(): void {
    for (const name of ["change", "blur"]) this.#field?.removeEventListener(name, this.#done);
    this.#field?.removeEventListener("input", this.#typed);
    this.#field = undefined;
  }

  #listen(field: HTMLInputElement): void {
    this.#field = field;
    field.addEventListener("input", this.#typed);
    for (const name of ["change", "blur"]) field.addEventListener(name, this.#done);
  }
}

/** A field's value, as an attribute of its own: `<input ${keptValue(text)}>`. */
export const keptValue = directive(KeptValue);
