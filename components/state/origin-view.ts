import { html, nothing, type TemplateResult } from "lit";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { grouped } from "../number-text.ts";
import { predicateOf } from "../sentence/predicate.ts";
import { subjectOf } from "../sentence/subject.ts";
import type { Origin } from "./origin.ts";

/** "Where did this value come from?": the row that made it, and ways to the changes around it. */
export function originView(
  run: ExplorerRun,
  name: string,
  origin: Origin,
  select: (row: number) => void,
): TemplateResult {
  const { madeBy, previous, next } = origin;
  return html`
    <div class="origin" role="group" aria-label=${`Where the value of ${name} comes from`}>
      <p>
        <strong>${name}</strong> ${originText(origin)}
        ${
          madeBy === undefined
            ? nothing
            : html`<button class="row-link" @click=${() => select(madeBy)}>row ${grouped(madeBy)}</button>:
              ${subjectOf(run, madeBy)} ${predicateOf(run, madeBy)}.`
        }
      </p>
      ${stepButton("‹ previous change", previous, select)}
      ${stepButton("next change ›", next, select)}
    </div>
  `;
}

function originText({ changeCount, number, madeBy }: Origin): string {
  if (changeCount === 0) return "never changes in this run: it stood so before the first row.";
  if (madeBy === undefined) return "stands here since before the first row.";
  return `has this value by change ${grouped(number)} of ${grouped(changeCount)}, in`;
}

function stepButton(
  label: string,
  row: number | undefined,
  select: (row: number) => void,
): TemplateResult {
  return html`<button
    aria-disabled=${row === undefined}
    @click=${() => row !== undefined && select(row)}
  >${label}</button>`;
}
