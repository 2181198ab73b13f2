import type { PriceDetail, SelectDetail } from "#components/plain";
import type {
  BlockDetail,
  ExportDetail,
  FilterDetail,
  OpenDetail,
  OpenMemoryDetail,
} from "#components/views";
import type { PriceList } from "#engine";
import { html, type TemplateResult } from "lit";
import type { CycleRange, ExplorerPanel, ExplorerState } from "./explorer-state.ts";
import type { Session } from "./session.ts";
import type { ViewLoader } from "./view-loader.ts";

/** What the views do to the page. */
export interface ViewActions {
  readonly change: (part: Partial<ExplorerState>, what?: string, kind?: string) => void;
  readonly select: (row: number) => void;
  readonly price: (name: string, value: number | undefined) => void;
  readonly saveRows: (rows: Int32Array) => void;
  /** The prices of the CPU without the reader's changes. */
  readonly restingPrices: () => PriceList;
  readonly views: ViewLoader;
}

const PANEL_LABELS: Readonly<Record<ExplorerPanel, string>> = {
  state: "State",
  rings: "Rings",
  frame: "Frame and memory",
  events: "Events",
};

/** One mode: the crossing, what stands beside it, and the timeline or ledger below. */
export function oneMode(session: Session, actions: ViewActions): TemplateResult {
  const { run, place, state } = session;
  return html`
    <div class="views" @trapline-select=${(event: CustomEvent<SelectDetail>) => {
      // The page's sentence says the row.
      event.preventDefault();
      actions.select(event.detail.row);
    }}>
      <section class="crossing" aria-label="Crossing">
        <h2 class="visually-hidden">The packet's way</h2>
        <trapline-crossing
          .run=${run}
          .row=${place.row}
          .packet=${place.packet}
          @trapline-open=${({ detail }: CustomEvent<BlockDetail>) => opened(detail, actions)}
        >${actions.views.standIn("crossing")}</trapline-crossing>
      </section>
      <section class="beside" aria-label="Beside it">
        <h2 class="visually-hidden">The machine at this step</h2>
        ${tabs("Beside the crossing", PANEL_LABELS, state.panel, "beside-panel", (panel) =>
          actions.change({ panel }, "", "panel"),
        )}
        <div id="beside-panel" role="tabpanel" aria-labelledby="tab-${state.panel}" tabindex="-1">
          ${panel(session, actions)}
        </div>
      </section>
      <section class="below" aria-label="Below">
        <h2 class="visually-hidden">Time and cost</h2>
        ${tabs(
          "Below",
          { timeline: "Timeline", ledger: "Ledger" },
          state.drawer,
          "below-panel",
          (drawer) => actions.change({ drawer }, "", "drawer"),
        )}
        <div id="below-panel" role="tabpanel" aria-labelledby="tab-${state.drawer}" tabindex="-1">
          ${state.drawer === "timeline" ? timeline(session, actions) : ledger(session, actions)}
        </div>
      </section>
    </div>
  `;
}

function opened({ sections, rings }: BlockDetail, { change }: ViewActions): void {
  if (sections.length === 0 && rings.length > 0) change({ panel: "rings" }, "", "panel");
  else change({ panel: "state", only: sections, open: sections }, "", "panel");
}

function openMemory({ address }: OpenMemoryDetail, { change }: ViewActions): void {
  change({ panel: "frame", address }, "", "panel");
}

function panel({ run, place, state }: Session, actions: ViewActions): TemplateResult {
  switch (state.panel) {
    case "state":
      return html`
        <trapline-state
          .run=${run}
          .row=${place.row}
          .open=${state.open}
          .only=${state.only}
          @trapline-open-change=${({ detail }: CustomEvent<OpenDetail>) =>
            actions.change(
              { open: detail.open, ...(detail.only && { only: detail.only }) },
              "",
              "open",
            )}
          @trapline-open-memory=${({ detail }: CustomEvent<OpenMemoryDetail>) => openMemory(detail, actions)}
        >${actions.views.standIn("state")}</trapline-state>
      `;
    case "rings":
      return html`
        <trapline-rings
          .run=${run}
          .row=${place.row}
          @trapline-open-memory=${({ detail }: CustomEvent<OpenMemoryDetail>) => openMemory(detail, actions)}
        >${actions.views.standIn("rings")}</trapline-rings>
      `;
    case "frame":
      return html`
        <trapline-inspector
          .run=${run}
          .row=${place.row}
          .address=${state.address}
          @trapline-address=${({ detail }: CustomEvent<{ address: number }>) =>
            actions.change({ address: detail.address }, "", "address")}
        >${actions.views.standIn("frame")}</trapline-inspector>
      `;
    default:
      return html`
        <trapline-events
          .run=${run}
          .row=${place.row}
          .filter=${state.filter}
          @trapline-filter=${({ detail }: CustomEvent<FilterDetail>) =>
            actions.change({ filter: detail.text }, "", "filter")}
          @trapline-export=${({ detail }: CustomEvent<ExportDetail>) => actions.saveRows(detail.rows)}
        >${actions.views.standIn("events")}</trapline-events>
      `;
  }
}

function timeline({ run, place, state }: Session, actions: ViewActions): TemplateResult {
  return html`
    <trapline-timeline
      .run=${run}
      .row=${place.row}
      .packet=${place.packet}
      .range=${state.range}
      @trapline-range=${({ detail }: CustomEvent<{ range: CycleRange | undefined }>) =>
        actions.change({ range: detail.range }, "", "range")}
    >${actions.views.standIn("timeline")}</trapline-timeline>
  `;
}

function ledger({ run, place }: Session, actions: ViewActions): TemplateResult {
  return html`
    <trapline-ledger
      .run=${run}
      .row=${place.row}
      .packet=${place.packet}
      .rest=${actions.restingPrices()}
      @trapline-filter=${({ detail }: CustomEvent<FilterDetail>) =>
        actions.change({ filter: detail.text, panel: "events" }, "", "filter")}
      @trapline-price=${({ detail }: CustomEvent<PriceDetail>) =>
        actions.price(detail.name, detail.value)}
    >${actions.views.standIn("ledger")}</trapline-ledger>
  `;
}

/** A list of tabs: arrow keys move between them, the chosen one is in the order of Tab. */
function tabs<Name extends string>(
  label: string,
  labels: Readonly<Record<Name, string>>,
  chosen: Name,
  panelId: string,
  choose: (name: Name) => void,
): TemplateResult {
  const names = Object.keys(labels) as Name[];
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const to = names[(names.indexOf(chosen) + by + names.length) % names.length];
    if (to === undefined) return;
    choose(to);
    document.querySelector<HTMLElement>(`#tab-${to}`)?.focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${label} @keydown=${onKey}>
      ${names.map(
        (name) => html`
          <button
            type="button"
            role="tab"
            id="tab-${name}"
            aria-selected=${name === chosen}
            aria-controls=${panelId}
            tabindex=${name === chosen ? 0 : -1}
            @click=${() => choose(name)}
          >
            ${labels[name]}
          </button>
        `,
      )}
    </div>
  `;
}
