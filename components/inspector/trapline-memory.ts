import { type MemoryHits, searchMemory } from "#engine";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { ExplorerRun, SelectDetail } from "../explorer/explorer-run.ts";
import { counted, grouped } from "../number-text.ts";
import { originIn } from "../state/origin.ts";
import { KeptFocus } from "../kept-focus.ts";
import { toneStyles } from "../tone-styles.ts";
import { byteStyles } from "./hex-styles.ts";
import { LINE_BYTES } from "./hex-keys.ts";
import { inspectorStyles } from "./styles.ts";
import { memoryLooks, type MemoryMoment, memoryMoment, stretchText } from "./memory-looks.ts";
import { addressText, stretchTable, writeTable } from "./memory-tables.ts";
import { addressOf, NEEDLE_KINDS, type NeedleKind, needleOf } from "./needle.ts";
import type { ByteDetail, ByteSpace } from "./trapline-hex.ts";

const LINES = 16;
/** Places that a search counts at most. */
const HITS_MAX = 10_000;

/** What a search found, and where the reader is in it. */
interface Search extends MemoryHits {
  readonly row: number;
  readonly byteCount: number;
  readonly at: number;
}

/**
 * All of the machine's memory at the selected row, byte by byte: whose each is, what the row wrote,
 * which rows wrote it before and after, and where a value stands.
 *
 * @element trapline-memory
 * @fires trapline-select - When the reader goes to a row that wrote a byte; `detail` is a SelectDetail.
 * @fires trapline-address - When the reader goes to an address; `detail` is a ByteDetail.
 */
export class TraplineMemory extends LitElement {
  static override styles = [toneStyles, byteStyles, inspectorStyles];

  static override properties = {
    run: { attribute: false },
    row: { type: Number },
    address: { type: Number },
    hovered: { state: true },
    top: { state: true },
    problem: { state: true },
    kind: { state: true },
    searched: { state: true },
    searchProblem: { state: true },
  };

  /** The run whose memory is shown. */
  declare run: ExplorerRun | undefined;

  /** The selected row; -1 for the state before the first. */
  declare row: number;

  /** The byte that the reader is at. */
  declare address: number;

  /** The byte under the pointer, or -1. */
  declare hovered: number;

  /** Address of the first byte in view. */
  declare top: number;

  /** Why what was typed is no address. */
  declare problem: string;

  /** What kind of value is looked for. */
  declare kind: NeedleKind;

  /** The last search. */
  declare searched: Search | undefined;

  /** Why what was typed cannot be looked for. */
  declare searchProblem: string;

  #moment: MemoryMoment | undefined;
  #space: ByteSpace | undefined;
  #hits: ReadonlySet<number> = new Set();

  constructor() {
    super();
    new KeptFocus(this);
    this.run = undefined;
    this.row = -1;
    this.address = 0;
    this.hovered = -1;
    this.top = 0;
    this.problem = "";
    this.kind = "bytes";
    this.searched = undefined;
    this.searchProblem = "";
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const { run } = this;
    if (run === undefined) return;
    if (changed.has("run")) this.searched = undefined;
    if (changed.has("searched")) this.#hits = hitBytes(this.searched);
    if (!changed.has("run") && !changed.has("row") && !changed.has("searched")) return;
    const moment = memoryMoment(run, this.row);
    this.#moment = moment;
    this.#space = {
      start: 0,
      end: run.places.memoryBytes,
      title: "Memory",
      read: (address, byteCount) => moment.snapshot.bytes(address, byteCount),
      looks: (address, byteCount) =>
        memoryLooks(run, moment, address, byteCount, (at) => this.#hits.has(at)),
    };
  }

  override render(): TemplateResult {
    const { run } = this;
    const moment = this.#moment;
    if (run === undefined || moment === undefined) return html``;
    const inView = Math.min(LINES * LINE_BYTES, run.places.memoryBytes - this.top);
    return html`
      <div class="tools">${this.#goForm()} ${this.#searchForm()}</div>
      ${this.#searchLine()}
      <trapline-hex
        .space=${this.#space}
        .cursor=${this.address}
        .lines=${LINES}
        @trapline-byte=${({ detail }: CustomEvent<ByteDetail>) => this.#go(detail.address)}
        @trapline-byte-hover=${this.#hoveredAt}
        @trapline-byte-view=${this.#viewedFrom}
      ></trapline-hex>
      <p class="words">${this.#wordsOf(moment, this.hovered < 0 ? this.address : this.hovered)}</p>
      ${this.#writesOf(run)}
      ${writeTable(moment.snapshot.writes, this.#go)}
      ${stretchTable(run, moment.map(this.top, inView), this.#go)}
    `;
  }

  #goForm(): TemplateResult {
    return html`
      <form @submit=${this.#submitAddress}>
        <label>
          Go to address
          <input
            name="address"
            autocomplete="off"
            spellcheck="false"
            placeholder=${addressText(this.address)}
            aria-invalid=${this.problem !== ""}
            aria-describedby="address-problem"
          />
        </label>
        <button>Go</button>
        <p class="problem" id="address-problem" role="status">${this.problem}</p>
      </form>
    `;
  }

  #searchForm(): TemplateResult {
    return html`
      <form @submit=${this.#submitSearch}>
        <label>
          Look for
          <select
            name="kind"
            @change=${({ target }: Event) => {
              if (target instanceof HTMLSelectElement) this.kind = target.value as NeedleKind;
            }}
          >
            ${Object.entries(NEEDLE_KINDS).map(
              ([kind, label]) =>
                html`<option value=${kind} ?selected=${kind === this.kind}>${label}</option>`,
            )}
          </select>
        </label>
        <label>
          Value
          <input
            name="needle"
            autocomplete="off"
            spellcheck="false"
            aria-invalid=${this.searchProblem !== ""}
            aria-describedby="search-problem"
          />
        </label>
        <button>Find</button>
        <p class="problem" id="search-problem" role="status">${this.searchProblem}</p>
      </form>
    `;
  }

  #searchLine(): TemplateResult | typeof nothing {
    const { searched } = this;
    if (searched === undefined) return nothing;
    const { addresses, more, at, row } = searched;
    const count = addresses.length;
    const places = more ? `more than ${grouped(count)} places` : counted(count, "place");
    const when = row < 0 ? "before the first row" : `at row ${grouped(row)}`;
    const stale = row === this.row ? "" : " Find again to look at this row.";
    const text =
      count === 0
        ? `It stands nowhere in used memory ${when}.`
        : `${grouped(at + 1)} of ${places} ${when}.`;
    return html`
      <div class="found">
        <p><span role="status">${text}</span>${stale}</p>
        <button aria-disabled=${count < 2} @click=${() => this.#goHit(at - 1)}>‹ previous place</button>
        <button aria-disabled=${count < 2} @click=${() => this.#goHit(at + 1)}>next place ›</button>
      </div>
    `;
  }

  #wordsOf(moment: MemoryMoment, address: number): string {
    const [byte = 0] = moment.snapshot.bytes(address, 1);
    const [stretch] = moment.map(address, 1);
    const before = moment.before(address);
    const was =
      before === undefined
        ? ""
        : before === byte
          ? " (this row wrote the same value)"
          : ` (before this row 0x${hex(before)})`;
    const what = stretch === undefined ? "beyond memory" : stretchText(stretch);
    return `${addressText(address)}: 0x${hex(byte)}${was}. ${what.charAt(0).toUpperCase()}${what.slice(1)}.`;
  }

  #writesOf(run: ExplorerRun): TemplateResult {
    const { previous, next, changeCount, madeBy } = originIn(
      run.history.rowsThatWrote(this.address, 1),
      this.row,
    );
    const last = madeBy === undefined ? "not before this row" : `last in row ${grouped(madeBy)}`;
    const text =
      changeCount === 0 ? "No row writes this byte." : `Written ${changeCount} times, ${last}.`;
    return html`
      <div class="found" role="group" aria-label="Writes to this byte">
        <p>${text.replace("Written 1 times", "Written once")}</p>
        ${this.#rowButton("‹ previous write", previous)} ${this.#rowButton("next write ›", next)}
      </div>
    `;
  }

  #rowButton(label: string, row: number | undefined): TemplateResult {
    return html`<button
      aria-disabled=${row === undefined}
      @click=${() => {
        if (row === undefined) return;
        const detail: SelectDetail = { row };
        const options = { detail, bubbles: true, composed: true };
        this.dispatchEvent(new CustomEvent("trapline-select", options));
      }}
    >${label}</button>`;
  }

  #hoveredAt({ detail }: CustomEvent<ByteDetail>): void {
    this.hovered = detail.address;
  }

  #viewedFrom({ detail }: CustomEvent<ByteDetail>): void {
    this.top = detail.address;
  }

  readonly #go = (address: number): void => {
    if (address === this.address) return;
    this.address = address;
    const detail: ByteDetail = { address };
    const options = { detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent("trapline-address", options));
  };

  #submitAddress(event: SubmitEvent): void {
    event.preventDefault();
    const found = addressOf(valueIn(event, "address"), this.run?.places.memoryBytes ?? 0);
    this.problem = "problem" in found ? found.problem : "";
    if ("address" in found) this.#go(found.address);
  }

  #submitSearch(event: SubmitEvent): void {
    event.preventDefault();
    const { run, row } = this;
    const moment = this.#moment;
    const needle = needleOf(this.kind, valueIn(event, "needle"));
    this.searchProblem = "problem" in needle ? needle.problem : "";
    if (run === undefined || moment === undefined || "problem" in needle) return;
    const hits = searchMemory(run.history.data, moment.snapshot, needle.bytes, HITS_MAX);
    const from = hits.addresses.findIndex((address) => address >= this.address);
    const at = Math.max(0, from);
    this.searched = { ...hits, row, byteCount: needle.bytes.length, at };
    this.#goHit(at);
  }

  #goHit(wanted: number): void {
    const { searched } = this;
    const count = searched?.addresses.length ?? 0;
    if (searched === undefined || count === 0) return;
    const at = (wanted + count) % count;
    this.searched = { ...searched, at };
    this.#go(searched.addresses[at] as number);
  }
}

function hitBytes(search: Search | undefined): Set<number> {
  const bytes = new Set<number>();
  for (const address of search?.addresses ?? []) {
    for (let at = 0; at < (search?.byteCount ?? 0); at++) bytes.add(address + at);
  }
  return bytes;
}

function valueIn({ currentTarget }: Event, name: string): string {
  if (!(currentTarget instanceof HTMLFormElement)) return "";
  const value = new FormData(currentTarget).get(name);
  return typeof value === "string" ? value : "";
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-memory": TraplineMemory;
  }
  interface HTMLElementEventMap {
    "trapline-address": CustomEvent<ByteDetail>;
  }
}
