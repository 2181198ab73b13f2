import {
  codePairs,
  fragmentNames,
  fragmentsOfRow,
  type Snapshot,
  type Walk,
  walksAt,
} from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { counted } from "../number-text.ts";
import { codeView, executedPair } from "./code-view.ts";
import { walkView } from "./walk-view.ts";

/** A part of the panel that is no section of the history: drawn from several. */
export interface ExtraSection {
  readonly id: "rings" | "code" | "walks";
  readonly title: string;
  /** What there is of it at this row. */
  readonly summary: string;
  readonly body: () => TemplateResult;
}

/** What the extra sections ask of the element around them. */
export interface ExtraHost {
  /** The fragment that the reader chose; "" for the one that the row is about. */
  readonly fragment: string;
  chooseFragment(name: string): void;
  openMemory(address: number, byteCount: number): void;
}

/** Rings, code and walks of a run, as far as its mode has them. */
export function extraSections(
  run: ExplorerRun,
  row: number,
  snapshot: Snapshot,
  host: ExtraHost,
): ExtraSection[] {
  const ids = new Set(snapshot.sections.map(({ id }) => id));
  const sections: ExtraSection[] = [];
  if (run.places.blocks.length > 0) {
    const body = () => html`<trapline-rings .run=${run} .row=${row}></trapline-rings>`;
    sections.push({ id: "rings", title: "Rings", summary: "", body });
  }
  if (ids.has("translation-cache")) sections.push(codeSection(run, row, snapshot, host));
  const walks = row < 0 ? [] : walksAt(run, snapshot, row);
  sections.push({
    id: "walks",
    title: "Page walks of this row",
    summary: walks.length === 0 ? "none" : counted(walks.length, "walk"),
    body: () => walksBody(walks, host),
  });
  return sections;
}

function walksBody(walks: readonly Walk[], { openMemory }: ExtraHost): TemplateResult {
  if (walks.length > 0) return html`${walks.map((walk) => walkView(walk, openMemory))}`;
  return html`<p class="note">
    This row needs no table of the host: it accesses no address that EPT, IOMMU or interrupt
    remapping translates.
  </p>`;
}

function codeSection(
  run: ExplorerRun,
  row: number,
  snapshot: Snapshot,
  host: ExtraHost,
): ExtraSection {
  const names = fragmentNames(snapshot);
  const ofRow = row < 0 ? [] : fragmentsOfRow(run.trace, snapshot, row);
  return {
    id: "code",
    title: "Guest code and its translation",
    summary:
      ofRow.length > 0
        ? `this row is about ${ofRow.join(", ")}`
        : counted(names.length, "fragment"),
    body: () => {
      const chosen = names.includes(host.fragment) ? host.fragment : (ofRow[0] ?? names[0]);
      if (chosen === undefined)
        return html`<p class="note">Nothing is translated yet at this row.</p>`;
      const code = codePairs(snapshot, chosen);
      return html`
        <label class="fragment">
          Fragment
          <select
            @change=${({ target }: Event) => {
              if (target instanceof HTMLSelectElement) host.chooseFragment(target.value);
            }}
          >
            <option value="" ?selected=${host.fragment === ""}>of the row</option>
            ${names.map(
              (name) =>
                html`<option value=${name} ?selected=${name === host.fragment}>${name}</option>`,
            )}
          </select>
        </label>
        ${
          code === undefined
            ? nothing
            : codeView(chosen, code, ofRow.includes(chosen) ? executedPair(code) : -1)
        }
      `;
    },
  };
}
