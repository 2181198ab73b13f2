import { html, nothing, render, type TemplateResult } from "lit";
import { type Command, keysText, matching } from "./command.ts";

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The dialog in which any command is found by its words, and the map of all keys. */
export class Palette {
  readonly #dialog: HTMLDialogElement;
  #commands: readonly Command[] = [];
  #text = "";
  #at = 0;

  /** @param host Where the dialog stands. */
  constructor(host: HTMLElement) {
    this.#dialog = document.createElement("dialog");
    this.#dialog.className = "palette";
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target === this.#dialog) this.#dialog.close();
    });
    host.append(this.#dialog);
  }

  /** Opens the search over what can be done now. */
  search(commands: readonly Command[]): void {
    this.#commands = commands.filter(({ can }) => can?.() ?? true);
    this.#text = "";
    this.#at = 0;
    this.#dialog.setAttribute("aria-label", "Commands");
    this.#draw();
    this.#dialog.showModal();
    this.#dialog.querySelector("input")?.focus();
  }

  /** Opens the map of all keys. */
  keyMap(commands: readonly Command[]): void {
    this.#dialog.setAttribute("aria-label", "Keys");
    render(
      keyMap(commands, () => this.#dialog.close()),
      this.#dialog,
    );
    this.#dialog.showModal();
  }

  #draw(): void {
    const found = matching(this.#commands, this.#text);
    const shown = this.#text.trim() === "" ? this.#commands : found;
    this.#at = Math.max(0, Math.min(this.#at, shown.length - 1));
    const chosen = shown[this.#at];
    render(
      html`
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant=${chosen ? `palette-${chosen.id}` : nothing}
          aria-label="What do you want to do?"
          placeholder="What do you want to do?"
          autocomplete="off"
          .value=${this.#text}
          @input=${({ target }: Event) => {
            this.#text = target instanceof HTMLInputElement ? target.value : "";
            this.#at = 0;
            this.#draw();
          }}
          @keydown=${(event: KeyboardEvent) => this.#key(event, shown)}
        >
        <ul id="palette-list" role="listbox" aria-label="Commands">
          ${shown.map((command, index) => this.#option(command, index === this.#at))}
        </ul>
        <p role="status">${shown.length === 0 ? "No command has these words." : ""}</p>
      `,
      this.#dialog,
    );
    this.#dialog.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  #option(command: Command, isChosen: boolean): TemplateResult {
    return html`
      <li
        id="palette-${command.id}"
        role="option"
        aria-selected=${isChosen}
        @click=${() => this.#do(command)}
      >
        <span>${command.title}</span> <kbd>${capText(command)}</kbd>
      </li>
    `;
  }

  #key(event: KeyboardEvent, shown: readonly Command[]): void {
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      this.#at = (this.#at + move + shown.length) % Math.max(1, shown.length);
      this.#draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const command = shown[this.#at];
      if (command) this.#do(command);
    }
  }

  #do(command: Command): void {
    this.#dialog.close();
    command.run();
  }
}

function keyMap(commands: readonly Command[], close: () => void): TemplateResult {
  const groups = [...new Set(commands.map(({ group }) => group))];
  const withKeys = commands.filter(({ keys }) => keys.length > 0);
  return html`
    <div class="head">
      <h2>Keys</h2>
      <button type="button" @click=${close}>Close</button>
    </div>
    <div class="key-map">
      ${groups.map(
        (group) => html`
          <section>
            <h3>${group}</h3>
            <dl>
              ${withKeys
                .filter((command) => command.group === group)
                .map(
                  (command) =>
                    html`
                      <dt>
                        ${command.keys.map((keys) => html`<kbd>${keysText(keys, IS_MAC)}</kbd> `)}
                      </dt>
                      <dd>${command.title}</dd>
                    `,
                )}
            </dl>
          </section>
        `,
      )}
    </div>
  `;
}

function capText({ keys }: Command): string {
  const [first] = keys;
  return first === undefined ? "" : keysText(first, IS_MAC);
}
