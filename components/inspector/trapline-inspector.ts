import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { toneStyles } from "../tone-styles.ts";
import { inspectorStyles } from "./styles.ts";
import type { ByteDetail } from "./trapline-hex.ts";

/** What the inspector can show. */
export const INSPECTOR_TABS = { frame: "Frame", memory: "Memory" } as const;
/** One of {@link INSPECTOR_TABS}. */
export type InspectorTab = keyof typeof INSPECTOR_TABS;

/**
 * The bytes at the selected row: the packet's frame by protocol layer, and all of memory with whose
 * each byte is.
 *
 * @element trapline-inspector
 * @fires trapline-select - When the reader goes to a row that wrote a byte; `detail` is a SelectDetail.
 * @fires trapline-address - When the reader goes to an address; `detail` is a ByteDetail.
 */
export class TraplineInspector extends LitElement {
  static override styles = [toneStyles, inspectorStyles];

  static override properties = {
    run: { attribute: false },
    row: { type: Number },
    address: { type: Number },
    tab: { type: String },
  };

  /** The run whose bytes are shown. */
  declare run: ExplorerRun | undefined;

  /** The selected row; -1 for the state before the first. */
  declare row: number;

  /** The byte of memory that the reader is at; setting another one opens the memory. */
  declare address: number | undefined;

  /** What is shown. */
  declare tab: InspectorTab;

  constructor() {
    super();
    this.run = undefined;
    this.row = -1;
    this.address = undefined;
    this.tab = "frame";
  }

  override willUpdate(changed: PropertyValues<this>): void {
    // At first every property is new: a link's address asks for the memory all the same.
    const isTabAsked = this.hasUpdated && changed.has("tab");
    if (changed.has("address") && isAddress(this.address) && !isTabAsked) this.tab = "memory";
  }

  override render(): TemplateResult {
    const { run, row, tab } = this;
    if (run === undefined) return html`<slot></slot>`;
    return html`
      <div class="tabs" role="tablist" aria-label="Bytes" @keydown=${this.#pressed}>
        ${Object.entries(INSPECTOR_TABS).map(
          ([id, label]) => html`
            <button
              role="tab"
              id=${`tab-${id}`}
              aria-selected=${id === tab}
              aria-controls="panel"
              tabindex=${id === tab ? 0 : -1}
              @click=${() => this.#open(id as InspectorTab)}
            >
              ${label}
            </button>
          `,
        )}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby=${`tab-${tab}`}>
        ${
          tab === "frame"
            ? html`<trapline-frame
              .run=${run}
              .row=${row}
              @trapline-address=${({ detail }: CustomEvent<ByteDetail>) => this.#goTo(detail.address)}
            ></trapline-frame>`
            : html`<trapline-memory
              .run=${run}
              .row=${row}
              .address=${isAddress(this.address) ? this.address : 0}
              @trapline-address=${({ detail }: CustomEvent<ByteDetail>) => this.#goTo(detail.address)}
            ></trapline-memory>`
        }
      </div>
    `;
  }

  #open(tab: InspectorTab): void {
    this.tab = tab;
  }

  #goTo(address: number): void {
    this.address = address;
    this.tab = "memory";
  }

  #pressed(event: KeyboardEvent): void {
    const tabs = Object.keys(INSPECTOR_TABS) as InspectorTab[];
    const at = tabs.indexOf(this.tab);
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: tabs.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#open(tabs[(to + tabs.length) % tabs.length] as InspectorTab);
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus();
    });
  }
}

function isAddress(address: number | undefined): address is number {
  return address !== undefined && Number.isInteger(address) && address >= 0;
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-inspector": TraplineInspector;
  }
}
