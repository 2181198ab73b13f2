import { CATEGORIES } from "../ledger/category.ts";
import type { CostRange, Known, Source } from "../ledger/cost.ts";
import type { PriceList } from "../ledger/price-list.ts";
import { CPU_PROFILES } from "../ledger/profiles/index.ts";
import type { EvidenceRow } from "./evidence-table.ts";
import { pricesForJson, pricesToText } from "./price-report.ts";
import { catalogue, type CatalogueEntry } from "./price-catalogue.ts";

/** Every primitive, a paragraph each, and how each mode's typical packet is known. */
export function catalogueToText(prices: PriceList, evidence: readonly EvidenceRow[]): string {
  const entries = catalogue(prices);
  const parts = [
    pricesToText(prices) + perInstruction(prices),
    ...entries.map((entry) => entryToText(entry, prices, false)),
    `${entries.length} primitives: ${evidenceCounts(entries)}\n`,
    evidenceToText(evidence),
  ];
  return parts.join("\n");
}

/** One primitive with everything that is known of it. */
export function entryToText(entry: CatalogueEntry, prices: PriceList, full: boolean): string {
  const { price, sources, origin, chargedBy } = entry;
  const { name, primitive, value, unit, cycles, known } = price;
  const lines = [
    `${name}  ${CATEGORIES[primitive.category].label}, ${known.evidence}`,
    `  ${primitive.doc}`,
    `  ${rangeText(value)} ${unit}${unit === "cycles" ? "" : ` = ${rangeText(cycles)} cycles`}; ${origin}`,
    `  seen on   ${seenOn(entry)}`,
    ...sources.map((source) => `  source    ${sourceText(source)}`),
    ...reasonLines(known),
  ];
  if (!full) {
    const more = chargedBy.length > 1 ? ` (and ${chargedBy.length - 1} more)` : "";
    return `${lines.join("\n")}\n  charged   ${chargedBy[0] ?? "nowhere"}${more}\n`;
  }
  lines.push(...chargedBy.map((rule) => `  charged   ${rule}`));
  lines.push(...profileLines(entry));
  return `${pricesToText(prices)}\n${lines.join("\n")}\n`;
}

/** The catalogue as JSON; with one entry, only that. */
export function catalogueToJson(
  prices: PriceList,
  entries: readonly CatalogueEntry[],
  evidence: readonly EvidenceRow[] | undefined,
): string {
  const primitives = entries.map((entry) => {
    const { price, sources, origin, chargedBy, profiles } = entry;
    const { name, primitive, value, unit, cycles, known, from } = price;
    const { doc, category } = primitive;
    return {
      name,
      doc,
      category,
      value,
      unit,
      cycles,
      machine: seenOn(entry),
      evidence: known.evidence,
      ...("formula" in known ? { formula: known.formula } : {}),
      ...("why" in known ? { why: known.why } : {}),
      sources,
      origin: price.origin,
      originText: origin,
      ...(from === undefined ? {} : { from }),
      chargedBy,
      profiles,
    };
  });
  const { cyclesPerInstruction, cyclesPerInstructionKnown } = prices;
  return JSON.stringify(
    {
      cpu: pricesForJson(prices),
      cyclesPerInstruction: { value: cyclesPerInstruction, known: cyclesPerInstructionKnown },
      primitives,
      shares: evidence,
    },
    null,
    2,
  );
}

/** How the CPU cycles of each mode's typical packet are known, in per cent. */
export function evidenceToText(rows: readonly EvidenceRow[]): string {
  const cells = ["measured", "specified", "derived", "assumed", "backed"];
  const lines = [
    "share of the CPU cycles of a typical packet by how prices are known, in per cent; backed: not assumed",
    `${"mode".padEnd(20)}${"way".padEnd(6)}${cells.map((cell) => cell.padStart(11)).join("")}`,
  ];
  for (const { mode, direction, shares, backed } of rows) {
    const { measured, specified, derived, assumed } = shares;
    const shown = [measured, specified, derived, assumed, backed];
    const text = shown.map((share) => (share * 100).toFixed(1).padStart(11)).join("");
    lines.push(`${mode.padEnd(20)}${direction.padEnd(6)}${text}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A range as "low – typical – high", or one number where they are the same. */
export function rangeText({ low, typical, high }: CostRange): string {
  if (low === high) return numberText(typical);
  return `${numberText(low)} – ${numberText(typical)} – ${numberText(high)}`;
}

/** A source in one line. */
export function sourceText({ cite, where, url, through }: Source): string {
  const quoted = through === undefined ? "" : `, through ${through}`;
  return `${cite}, ${where}${quoted}${url === undefined ? "" : ` <${url}>`}`;
}

/** The machine of the value: the profile's part where it is a profile's, else the primitive's. */
function seenOn({ price }: CatalogueEntry): string {
  const profile = CPU_PROFILES.find(({ id }) => id === price.from);
  return profile?.title ?? price.primitive.machine;
}

function numberText(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

function reasonLines(known: Known): string[] {
  if (known.evidence === "derived") return [`  formula   ${known.formula}`];
  return known.evidence === "assumed" ? [`  why       ${known.why}`] : [];
}

function profileLines({ price, profiles }: CatalogueEntry): string[] {
  return CPU_PROFILES.filter(({ id }) => profiles.includes(id)).map(({ id, values }) => {
    const own = values[price.name];
    return `  on        ${id.padEnd(17)} ${own === undefined ? "" : `${rangeText(own.value)} ${own.unit ?? price.primitive.unit}, ${own.evidence}`}`;
  });
}

function perInstruction({ cyclesPerInstruction, cyclesPerInstructionKnown }: PriceList): string {
  const known = cyclesPerInstructionKnown;
  const evidence = known === undefined ? "" : `, ${known.evidence}`;
  return `cyclesPerInstruction = ${rangeText(cyclesPerInstruction)}${evidence}: turns counted instructions into cycles\n`;
}

function evidenceCounts(entries: readonly CatalogueEntry[]): string {
  const counts = new Map<string, number>();
  for (const { price } of entries) {
    counts.set(price.known.evidence, (counts.get(price.known.evidence) ?? 0) + 1);
  }
  return [...counts].map(([evidence, count]) => `${count} ${evidence}`).join(", ");
}
