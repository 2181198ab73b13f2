import type { AlignedPhase } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import { grouped } from "../number-text.ts";
import { comparedAspects, divergenceCount, leftOutCount, pointCount } from "./summary.ts";

/** All phases of a recording in numbers; the reader chooses one by its name. */
export function phaseTable(
  phases: readonly AlignedPhase[],
  chosen: number,
  choose: (at: number) => void,
): TemplateResult {
  const aspects = comparedAspects(phases);
  return html`
    <table class="phases">
      <caption>
        <span>Of what was recorded, how much the engine did in the same order with the same values.</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">Phase</th>
          ${aspects.map(([, label]) => html`<th scope="col" class="digits">${label}</th>`)}
          <th scope="col" class="digits">Points taken</th>
          <th scope="col" class="digits">Left out</th>
          <th scope="col" class="digits">Lines that differ</th>
        </tr>
      </thead>
      <tbody>
        ${phases.map((phase, at) => {
          const { matches, rules } = phase;
          return html`
            <tr class=${at === chosen ? "chosen" : ""}>
              <th scope="row">
                <button
                  aria-current=${at === chosen ? "true" : nothing}
                  @click=${() => choose(at)}
                >
                  ${phaseLabel(phase, phases)}
                </button>
              </th>
              ${aspects.map(([aspect]) => {
                const { matched, total } = matches[aspect] ?? NOTHING;
                const text = total === 0 ? "–" : `${grouped(matched)} of ${grouped(total)}`;
                return html`<td class=${matched < total ? "digits apart" : "digits"}>${text}</td>`;
              })}
              <td class="digits">${grouped(pointCount([phase]))}</td>
              <td class="digits">${grouped(leftOutCount(phase))}</td>
              <td class="digits">
                ${rules === undefined ? grouped(divergenceCount(phase)) : "by rules"}
              </td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}

const NOTHING = { matched: 0, total: 0 } as const;

const VARIANTS: Readonly<Partial<Record<AlignedPhase["variant"], string>>> = {
  insn: ", with rings",
  full: ", with threads",
};

/** A phase's name, and what the recorder saw besides where its recording has both. */
export function phaseLabel(
  { phase, variant }: AlignedPhase,
  phases: readonly AlignedPhase[],
): string {
  const isOne = phases.every((one) => one.variant === variant);
  return `${phase}${isOne ? "" : (VARIANTS[variant] ?? "")}`;
}
