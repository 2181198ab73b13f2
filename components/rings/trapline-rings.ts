import { type RingState, ringsAt } from "#engine";
import { html, LitElement, svg, type TemplateResult } from "lit";
import { TypeScale } from "../chart/type-scale.ts";
import type { ExplorerRun, SelectDetail } from "../explorer/explorer-run.ts";
import { toneOf } from "../flow/lane.ts";
import { counted, grouped } from "../number-text.ts";
import { toneStyles } from "../tone-styles.ts";
import { drawRing, markedIn } from "./drawing.ts";
import { layOutRings, linkedSlots, type RingLayout, type SlotPlace } from "./layout.ts";
import { ringTables } from "./ring-table.ts";
import { slotDetail } from "./slot-detail.ts";
import { LOOK_TEXT, lookOf, type SlotLook } from "./slot-look.ts";
import { ownedBy, slotText } from "./slot-text.ts";
import { slotAt } from "./strip-layout.ts";
import { ringStyles } from "./styles.ts";

/** A stretch of memory that the reader wants to see. */
export interface OpenMemoryDetail {
  readonly address: number;
  readonly byteCount: number;
}

const KEYS: Readonly<Record<string, (columns: number) => number>> = {
  ArrowRight: () => 1,
  ArrowLeft: () => -1,
  ArrowDown: (columns) => columns,
  ArrowUp: (columns) => -columns,
  PageDown: (columns) => 4 * columns,
  PageUp: (columns) => -4 * columns,
  Home: () => -Infinity,
  End: () => Infinity,
};

/**
 * The rings of a run at a row: round up to 64 slots, a folded strip beyond. Colour and pattern say
 * whose a slot is, pointers where driver and device stand; a slot opens to its fields.
 *
 * @element trapline-rings
 * @fires trapline-select - The reader went to a row that wrote the chosen slot; `detail` is a SelectDetail.
 * @fires trapline-slot - The reader chose a slot; `detail` is a SlotPlace.
 * @fires trapline-open-memory - The reader wants to see bytes; `detail` is an OpenMemoryDetail.
 */
export class TraplineRings extends LitElement {
  static override styles = [toneStyles, ringStyles];

  static override properties = {
    run: { attribute: false },
    row: { type: Number },
    place: { attribute: false },
    pointed: { state: true },
    tablesOpen: { state: true },
  };

  /** The run whose rings are drawn. */
  declare run: ExplorerRun | undefined;

  /** The chosen row of its trace, -1 for the state before the first. */
  declare row: number;

  /** The chosen slot; without one the first that the row changed. */
  declare place: SlotPlace | undefined;

  /** The slot under the pointer. */
  declare private pointed: SlotPlace | undefined;
  declare private tablesOpen: boolean;

  readonly #scale = new TypeScale(this);
  #rings: readonly RingState[] = [];
  #layouts: ReadonlyMap<string, RingLayout> = new Map();
  /** The slot that the reader chose last; steps are said by the page. */
  #spoken = "";

  constructor() {
    super();
    this.run = undefined;
    this.row = -1;
    this.place = undefined;
    this.pointed = undefined;
    this.tablesOpen = false;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has("run") && !changed.has("row")) return;
    const { run, row } = this;
    if (changed.get("run") !== undefined) this.place = undefined;
    this.#rings = run === undefined ? [] : ringsAt(run.places, run.history.at(row));
    const scale = this.#scale.value;
    this.#layouts = layOutRings(this.#rings, scale);
    this.pointed = undefined;
  }

  override render(): TemplateResult {
    const rings = this.#rings;
    if (rings.length === 0) return html`<p class="empty">No run yet.</p>`;
    const chosen = this.#chosen;
    const linked = linkedSlots(rings, this.pointed ?? chosen);
    const groups = [...new Set(rings.map(({ group }) => group))];
    return html`
      ${hatchings(toneOf(rings[0]?.device ?? 0))} ${this.#key()}
      <p class="step">${this.#changeText()}</p>
      <div class="groups">
        ${groups.map(
          (group) => html`
            <div class="group">
              ${rings
                .filter((ring) => ring.group === group)
                .map((ring) => this.#ring(ring, chosen, linked))}
            </div>
          `,
        )}
      </div>
      ${this.#detail(chosen)}
      <p class="visually-hidden" role="status">${this.#spoken}</p>
      <details @toggle=${this.#toggled}>
        <summary>All rings as tables</summary>
        ${this.tablesOpen ? ringTables(rings) : ""}
      </details>
    `;
  }

  get #chosen(): SlotPlace {
    const { place } = this;
    const rings = this.#rings;
    const known = rings.find(({ id }) => id === place?.ring);
    if (place !== undefined && known?.slots[place.index] !== undefined) return place;
    for (const ring of rings) {
      const changed = ring.slots.find((each) => each.changed);
      if (changed !== undefined) return { ring: ring.id, index: changed.index };
    }
    const [first] = rings;
    const marker = first?.unit === "slot" ? first.markers[0]?.index : 0;
    return { ring: first?.id ?? "", index: marker ?? 0 };
  }

  #ring(ring: RingState, chosen: SlotPlace, linked: readonly SlotPlace[]): TemplateResult {
    const layout = this.#layouts.get(ring.id) as RingLayout;
    const at = chosen.ring === ring.id ? chosen.index : 0;
    const slot = ring.slots[at];
    const { widthPx, heightPx } = layout;
    return html`
      <figure class="ring ${layout.kind} ${toneOf(ring.device)}">
        <figcaption>
          <strong>${ring.title}</strong>
          <span class="count">${countText(ring)}</span>
        </figcaption>
        <div
          class="walk"
          role="slider"
          tabindex="0"
          aria-label="${ring.title}, slot"
          aria-valuemin="0"
          aria-valuemax=${ring.slots.length - 1}
          aria-valuenow=${at}
          aria-valuetext=${slot === undefined ? "no slot" : slotText(ring, slot)}
          @keydown=${(event: KeyboardEvent) => this.#walk(event, ring, layout, at)}
          @click=${(event: MouseEvent) => this.#pick(event, ring, layout)}
          @pointermove=${(event: PointerEvent) => this.#point(event, ring, layout)}
          @pointerleave=${() => (this.pointed = undefined)}
        >
          <svg
            aria-hidden="true"
            width=${widthPx}
            height=${heightPx}
            viewBox="0 0 ${widthPx} ${heightPx}"
          >
            ${drawRing(ring, layout, markedIn(ring.id, chosen, linked))}
          </svg>
        </div>
      </figure>
    `;
  }

  #key(): TemplateResult {
    const [first] = this.#rings;
    const looks = new Set(this.#rings.flatMap(({ slots }) => slots.map(lookOf)));
    const shown = (["device", "waiting", "free", "none"] as const).filter((look) =>
      looks.has(look),
    );
    return html`
      <ul class="key ${toneOf(first?.device ?? 0)}">
        ${shown.map((look) => html`<li>${swatch(look)} ${LOOK_TEXT[look]}</li>`)}
        <li>
          <svg aria-hidden="true" width="18" height="14">
            <rect class="changed" x="0" y="2" width="18" height="3"></rect>
          </svg>
          changed by this step
        </li>
      </ul>
    `;
  }

  #detail(place: SlotPlace): TemplateResult | string {
    const ring = this.#rings.find(({ id }) => id === place.ring);
    const slot = ring?.slots[place.index];
    if (ring === undefined || slot === undefined) return "";
    const { run, row } = this;
    const rows = run?.history.rowsThatWrote(slot.address, slot.byteCount) ?? [];
    return slotDetail(ring, slot, {
      step: (by) => this.#go(ring, place.index + by),
      openMemory: (address, byteCount) =>
        this.#fire<OpenMemoryDetail>("trapline-open-memory", { address, byteCount }),
      writes: {
        before: rows.findLast((each) => each < row && each >= 0),
        after: rows.find((each) => each > row),
      },
      select: (to) => {
        this.#choose(place);
        this.#fire<SelectDetail>("trapline-select", { row: to });
      },
    });
  }

  /** What the row changed, in one line. */
  #changeText(): string {
    if (this.row < 0) return "Before the first step.";
    const parts = this.#rings.flatMap((ring) => {
      const slots = ring.slots.filter((slot) => slot.changed).map(({ index }) => index);
      const moved = ring.markers.flatMap(({ name, before, value }) =>
        before === undefined ? [] : [`${name} from ${grouped(before)} to ${grouped(value)}`],
      );
      const unit = ring.unit === "byte" ? "part" : "slot";
      const named = slots.length > 4 ? counted(slots.length, unit) : `${unit} ${slots.join(", ")}`;
      const what = [...(slots.length > 0 ? [named] : []), ...moved];
      return what.length > 0 ? [`${ring.title}: ${what.join("; ")}`] : [];
    });
    return parts.length > 0 ? `${parts.join(". ")}.` : "This step changes nothing in the rings.";
  }

  #walk(event: KeyboardEvent, ring: RingState, layout: RingLayout, at: number): void {
    const by = KEYS[event.key]?.(layout.kind === "strip" ? layout.columns : 1);
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#go(ring, at + by);
  }

  #go(ring: RingState, to: number): void {
    const index = Math.min(Math.max(to, 0), ring.slots.length - 1);
    this.#choose({ ring: ring.id, index });
  }

  #choose(place: SlotPlace): void {
    this.place = place;
    const ring = this.#rings.find(({ id }) => id === place.ring);
    const slot = ring?.slots[place.index];
    this.#spoken = ring && slot ? `${ring.title}, ${slotText(ring, slot)}` : "";
    this.#fire<SlotPlace>("trapline-slot", place);
  }

  #pick(event: MouseEvent, ring: RingState, layout: RingLayout): void {
    const index = indexAt(event, layout);
    if (index >= 0) this.#choose({ ring: ring.id, index });
  }

  #point(event: PointerEvent, ring: RingState, layout: RingLayout): void {
    const index = indexAt(event, layout);
    const { pointed } = this;
    if (index < 0) this.pointed = undefined;
    else if (pointed?.ring !== ring.id || pointed.index !== index) {
      this.pointed = { ring: ring.id, index };
    }
  }

  #toggled(event: Event): void {
    this.tablesOpen = (event.currentTarget as HTMLDetailsElement).open;
  }

  #fire<Detail>(name: string, detail: Detail): void {
    this.dispatchEvent(new CustomEvent<Detail>(name, { detail, bubbles: true, composed: true }));
  }
}

/** The slot under the pointer, or -1. */
function indexAt(event: MouseEvent, layout: RingLayout): number {
  const target = event.target as Element;
  if (layout.kind === "round") return Number(target.getAttribute("data-index") ?? -1);
  const box = (event.currentTarget as Element).querySelector("svg")?.getBoundingClientRect();
  if (box === undefined || box.width === 0) return -1;
  const scale = layout.widthPx / box.width;
  return slotAt(layout, (event.clientX - box.left) * scale, (event.clientY - box.top) * scale);
}

/** "driver 1, device 63". */
function countText(ring: RingState): string {
  const unit = ring.unit === "byte" ? "\u202fB" : "";
  return `driver ${grouped(ownedBy(ring, "driver"))}${unit}, device ${grouped(ownedBy(ring, "device"))}${unit}`;
}

function swatch(look: SlotLook): TemplateResult {
  return html`<svg aria-hidden="true" width="18" height="14">
    ${svg`<rect class="slot ${look}" x="0.5" y="0.5" width="17" height="13"></rect>`}
  </svg>`;
}

/** The pattern of the device's slots, in its colour; every drawing of the element uses it. */
function hatchings(tone: string): TemplateResult {
  return html`<svg class="defs ${tone}" aria-hidden="true" width="0" height="0">
    ${svg`<defs>
      <pattern id="device-slot" width="5" height="5" patternUnits="userSpaceOnUse">
        <rect class="ground" width="5" height="5"></rect>
        <path class="hatch" d="M-1 6L6 -1M-1 1L1 -1M4 6L6 4"></path>
      </pattern>
    </defs>`}
  </svg>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-rings": TraplineRings;
  }
}
