import { DIRECTIONS, type PriceChoice } from "#engine";
import { BUNDLED_CAPTURES } from "../packets/bundled-captures.ts";
import { GENERATED, OWN_FILE } from "../packets/packet-source.ts";
import { putPrices, readPrices, unknownPrices } from "../prices/price-choice.ts";
import {
  type CycleRange,
  DRAWERS,
  type ExplorerState,
  PANELS,
  restingState,
  VIEWS,
} from "./explorer-state.ts";
import { LINK_VERSION, upgraded } from "./link-versions.ts";
import { choiceToText, type ModeChoice, textToChoice } from "./mode-choice.ts";
import { whole } from "./text-check.ts";

/** How many modes can be compared with the chosen one. */
export const OTHERS_MAX = 3;

/** The state as the part of an address after `#`: what is at rest is left out, so that it stays short. */
export function stateToHash(state: ExplorerState, restingPrices: PriceChoice): string {
  const atRest = fieldsOf(restingState(restingPrices));
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(fieldsOf(state))) {
    if (name === "packet") putPrices(fields, state.prices);
    if (value !== atRest[name]) fields.set(name, value);
  }
  if (fields.size === 0) return "";
  const text = fields.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `v=${LINK_VERSION}&${text.replaceAll("%3D", "=")}`;
}

/** All fields of a link but those of prices, in the order in which they stand in it. */
function fieldsOf(state: ExplorerState): Readonly<Record<string, string>> {
  return {
    view: state.view,
    mode: choiceToText(state.choice),
    vs: state.others.map(choiceToText).join(","),
    from: state.source,
    dir: state.direction,
    count: String(state.count),
    size: String(state.sizeBytes),
    gap: String(state.gapMicroseconds),
    packet: String(state.packet),
    step: String(state.step),
    panel: state.panel,
    drawer: state.drawer,
    open: state.open.join(","),
    only: state.only.join(","),
    filter: state.filter,
    range: state.range?.map((cycles) => Math.round(cycles)).join("-") ?? "",
    address: state.address < 0 ? "" : state.address.toString(16),
    stage: state.stage,
    recording: state.recording,
  };
}

/**
 * What of an address means nothing here, in a sentence for its reader; empty when all of it is
 * understood. `hashToState` leaves it out.
 */
export function linkProblem(hash: string, restingPrices: PriceChoice): string {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  if (Number(said.get("v") ?? 0) > LINK_VERSION) {
    return "The link is of a newer version of this page; what is not known here is left out.";
  }
  const all = strangeIn(hash, restingPrices);
  return all.length === 0
    ? ""
    : `The link says ${all.join(", ")}: that means nothing here and is left out.`;
}

/** What an address says and means nothing here, field by field. */
export function strangeIn(hash: string, restingPrices: PriceChoice): readonly string[] {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const understood = fieldsOf(hashToState(hash, restingPrices));
  const strange = [...upgraded(said)]
    .filter(([name, value]) => name in understood && understood[name] !== value)
    .map(([name, value]) => shortened(`${name}=${value}`));
  return [...strange, ...unknownPrices(said).map(shortened)];
}

const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** The state that an address describes; what it does not say, or says wrongly, is at rest. */
export function hashToState(hash: string, restingPrices: PriceChoice): ExplorerState {
  const fields = upgraded(new URLSearchParams(hash.replace(/^#/, "")));
  const rest = restingState(restingPrices);
  const text = (name: string) => fields.get(name) ?? "";
  const oneOf = <T extends string>(name: string, all: readonly T[], atRest: T): T =>
    all.find((one) => one === fields.get(name)) ?? atRest;
  const number = (name: string, atRest: number) => whole(fields.get(name), atRest);
  const sources = [GENERATED, OWN_FILE, ...BUNDLED_CAPTURES.map(({ file }) => file)];
  return {
    view: oneOf("view", VIEWS, rest.view),
    choice: textToChoice(text("mode")) ?? rest.choice,
    others: fields.has("vs") ? choicesOf(text("vs")) : rest.others,
    source: oneOf("from", sources, rest.source),
    direction: oneOf("dir", DIRECTIONS, rest.direction),
    count: number("count", rest.count),
    sizeBytes: number("size", rest.sizeBytes),
    gapMicroseconds: /^\d{1,7}\.\d{1,3}$/.test(text("gap"))
      ? Number(text("gap"))
      : number("gap", rest.gapMicroseconds),
    prices: readPrices(fields),
    packet: number("packet", rest.packet),
    step: number("step", rest.step),
    panel: oneOf("panel", PANELS, rest.panel),
    drawer: oneOf("drawer", DRAWERS, rest.drawer),
    open: namesOf(text("open")),
    only: namesOf(text("only")),
    filter: text("filter"),
    range: rangeOf(text("range")),
    address: /^[0-9a-f]{1,8}$/.test(text("address")) ? Number.parseInt(text("address"), 16) : -1,
    stage: /^[a-zA-Z]{0,20}$/.test(text("stage")) ? text("stage") : "",
    recording: text("recording"),
  };
}

function choicesOf(text: string): ModeChoice[] {
  const choices = text.split(",").map(textToChoice);
  return choices.filter((choice) => choice !== undefined).slice(0, OTHERS_MAX);
}

function namesOf(text: string): string[] {
  return text.split(",").filter((name) => name !== "");
}

function rangeOf(text: string): CycleRange | undefined {
  const [, from, to] = /^(-?\d{1,15})-(-?\d{1,15})$/.exec(text) ?? [];
  return Number(to) > Number(from) ? [Number(from), Number(to)] : undefined;
}
