import type { MemoryStretch, MemoryWrite } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { byteText, counted } from "../number-text.ts";
import { ownerTone, stretchText } from "./memory-looks.ts";

const SHOWN_BYTES = 16;
const SHOWN_WRITES = 50;

/** An address with its digits. */
export function addressText(address: number): string {
  return `0x${address.toString(16).padStart(8, "0")}`;
}

/** What the row wrote, place by place, with what stood there before. */
export function writeTable(
  writes: readonly MemoryWrite[],
  go: (address: number) => void,
): TemplateResult {
  const bytes = writes.reduce((sum, { after }) => sum + after.length, 0);
  return html`
    <details class="writes">
      <summary>
        ${
          writes.length === 0
            ? "This row wrote nothing to memory"
            : `This row wrote ${byteText(bytes)} in ${counted(writes.length, "place")}`
        }
      </summary>
      ${
        writes.length === 0
          ? nothing
          : html`<div class="table-scroller" tabindex="0" role="region" aria-label="Writes of this row">
            <table>
              <thead>
                <tr>
                  <th scope="col">Address</th>
                  <th scope="col">Bytes</th>
                  <th scope="col">Now</th>
                  <th scope="col">Before</th>
                </tr>
              </thead>
              <tbody>
                ${writes.slice(0, SHOWN_WRITES).map((write) => writeRow(write, go))}
              </tbody>
            </table>
            ${writes.length > SHOWN_WRITES ? html`<p>The first ${SHOWN_WRITES} of ${writes.length}.</p>` : nothing}
          </div>`
      }
    </details>
  `;
}

function writeRow(
  { address, before, after }: MemoryWrite,
  go: (address: number) => void,
): TemplateResult {
  return html`
    <tr>
      <th scope="row">
        <button class="link" @click=${() => go(address)}>${addressText(address)}</button>
      </th>
      <td class="digits">${byteText(after.length)}</td>
      <td class="bytes">${bytesText(after)}</td>
      <td class="bytes"><s>${bytesText(before)}</s></td>
    </tr>
  `;
}

/** Whose the bytes in view are: the table behind tones and patterns. */
export function stretchTable(
  run: ExplorerRun,
  stretches: readonly MemoryStretch[],
  go: (address: number) => void,
): TemplateResult {
  return html`
    <details class="stretches">
      <summary>Whose the bytes in view are, as a table</summary>
      <div class="table-scroller" tabindex="0" role="region" aria-label="Whose the bytes in view are">
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Bytes</th>
              <th scope="col">Use</th>
              <th scope="col">What it is</th>
            </tr>
          </thead>
          <tbody>
            ${stretches.map(
              (stretch) => html`
                <tr class=${ownerTone(run, stretch)}>
                  <th scope="row">
                    <button class="link" @click=${() => go(stretch.address)}>
                      ${addressText(stretch.address)}
                    </button>
                  </th>
                  <td class="digits">${byteText(stretch.byteCount)}</td>
                  <td><span class=${`swatch ${stretch.use}`}>${stretch.use}</span></td>
                  <td>${stretchText(stretch)}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

function bytesText(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  return shown.join(" ") + (bytes.length > SHOWN_BYTES ? " …" : "");
}
