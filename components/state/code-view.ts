import type { CodePair, CodePairs } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import { byteText, grouped } from "../number-text.ts";

const KIND_TEXT: Readonly<Record<CodePair["kind"], string>> = {
  identical: "as it is",
  relocated: "moved",
  controlFlow: "control flow",
  inline: "done in place",
  callout: "callout",
  exit: "way out",
};

/**
 * Guest code beside its translation, aligned line by line.
 * @param lit Number of the pair that the row executed, or -1.
 */
export function codeView(name: string, code: CodePairs, lit: number): TemplateResult {
  return html`
    <figure class="code">
      <figcaption>
        <strong class="value">${name}</strong>: ${byteText(code.guestByteCount)} of guest code at
        <span class="value">0x${code.guestAddress.toString(16)}</span>, its translation of
        ${byteText(code.cacheByteCount)} at
        <span class="value">0x${code.cacheAddress.toString(16)}</span>, entered
        ${code.runCount === 1 ? "once" : `${grouped(code.runCount)} times`}.
      </figcaption>
      <div class="table-scroller" tabindex="0" role="region" aria-label=${`Code at ${name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Guest’s instruction</th>
              <th scope="col">Translation</th>
              <th scope="col">How</th>
            </tr>
          </thead>
          <tbody>
            ${code.pairs.map((pair, at) => pairRow(pair, at === lit))}
          </tbody>
        </table>
      </div>
    </figure>
  `;
}

/** The pair that a row executed: the only one that can reach a device; -1 where several could. */
export function executedPair({ pairs }: CodePairs): number {
  const reaching = pairs.flatMap(({ kind }, at) => (kind === "callout" ? [at] : []));
  if (reaching.length === 1) return reaching[0] as number;
  if (reaching.length > 1) return -1;
  const loads = pairs.flatMap(({ source, kind }, at) =>
    kind !== "exit" && kind !== "controlFlow" && source.includes("[") ? [at] : [],
  );
  return loads.length === 1 ? (loads[0] as number) : -1;
}

function pairRow(
  { source, translated, kind, note, changed }: CodePair,
  isLit: boolean,
): TemplateResult {
  return html`
    <tr class=${`${changed ? "changed" : ""} ${isLit ? "executed" : ""}`} aria-current=${isLit ? "step" : nothing}>
      <td class="value">${source}</td>
      <td class="value">${translated.map((line) => html`<div>${line}</div>`)}</td>
      <td>
        ${KIND_TEXT[kind]}${note === "" ? nothing : `: ${note}`}
        ${changed ? html`<span class="visually-hidden">, changed</span>` : nothing}
        ${isLit ? html`<strong>this row executes it</strong>` : nothing}
      </td>
    </tr>
  `;
}
