import type { Walk, WalkStep } from "#engine";
import { html, nothing, type TemplateResult } from "lit";

const PAGE_BITS = 12;
const LEVEL_BITS = 9;
const TOP_BIT = 47;

/** A page walk, table by table: index bits, entry and flags, then what it comes to. */
export function walkView(
  walk: Walk,
  openMemory: (address: number, byteCount: number) => void,
): TemplateResult {
  const { result } = walk;
  return html`
    <figure class="walk">
      <figcaption>
        <strong>${walk.title}</strong> ${ADDRESS_TEXT[walk.addressKind]}
        <span class="value">${hex(walk.address)}</span>, ${walk.access}.
        ${walk.cached === true ? "It was cached: the hardware read none of these entries." : nothing}
      </figcaption>
      <ol class="steps">
        ${walk.steps.map((step) => stepView(step, openMemory))}
        <li class=${`result ${result.outcome}`}>
          <strong>${result.outcome === "fault" ? result.name : OUTCOME_TEXT[result.outcome]}:</strong>
          ${result.text}
        </li>
      </ol>
      <p class="source">${walk.source}</p>
    </figure>
  `;
}

/** The bits of an address that are the index into a table of a level; empty for other tables. */
export function indexBits(level: number): string {
  if (level < 1) return "";
  const lsb = PAGE_BITS + (level - 1) * LEVEL_BITS;
  return `bits ${Math.min(lsb + LEVEL_BITS - 1, TOP_BIT)}:${lsb}`;
}

const ADDRESS_TEXT: Readonly<Record<Walk["addressKind"], string>> = {
  guestPhysical: "guest-physical",
  iova: "device address (IOVA)",
  interruptIndex: "interrupt index",
};
const OUTCOME_TEXT = { translated: "Result", interrupt: "Interrupt" } as const;

function stepView(
  step: WalkStep,
  openMemory: (address: number, byteCount: number) => void,
): TemplateResult {
  const bits = indexBits(step.level);
  return html`
    <li>
      <div class="where">
        <strong>${step.name}</strong> table <span class="value">${hex(step.tableAddress)}</span>
      </div>
      <div class="index">[${step.index}]${bits === "" ? nothing : html` <span class="bits">${bits}</span>`}</div>
      <div class="entry">
        <button
          class="value"
          aria-label=${`0x${step.entry.toString(16).padStart(step.byteCount * 2, "0")}, show in memory`}
          @click=${() => openMemory(step.machineAddress, step.byteCount)}
        >0x${step.entry.toString(16).padStart(step.byteCount * 2, "0")}</button>
        <span class="flags">${step.flags.map(
          ({ name, set }) =>
            html`<span class=${set ? "set" : "clear"}>${name} ${set ? "1" : "0"}</span> `,
        )}</span>
        <span>${step.text}</span>
      </div>
    </li>
  `;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
