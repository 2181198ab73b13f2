import { DIRECTIONS, type PriceChoice } from "#engine";
import { BUNDLED_CAPTURES } from "../packets/bundled-captures.ts";
import { GENERATED, OWN_FILE } from "../packets/packet-source.ts";
import { putPrices, readPrices } from "../prices/price-choice.ts";
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
  const rest = restingState(restingPrices);
  const fields = new URLSearchParams();
  const put = (name: string, value: string | number, atRest: string | number) => {
    if (value !== atRest) fields.set(name, String(value));
  };
  const listed = (choices: readonly ModeChoice[]) => choices.map(choiceToText).join(",");
  put("view", state.view, rest.view);
  put("mode", choiceToText(state.choice), choiceToText(rest.choice));
  put("vs", listed(state.others), listed(rest.others));
  put("from", state.source, rest.source);
  put("dir", state.direction, rest.direction);
  put("count", state.count, rest.count);
  put("size", state.sizeBytes, rest.sizeBytes);
  put("gap", state.gapMicroseconds, rest.gapMicroseconds);
  putPrices(fields, state.prices);
  put("packet", state.packet, rest.packet);
  put("step", state.step, rest.step);
  put("panel", state.panel, rest.panel);
  put("drawer", state.drawer, rest.drawer);
  put("open", state.open.join(","), "");
  put("only", state.only.join(","), "");
  put("filter", state.filter, rest.filter);
  put("range", state.range?.map((cycles) => Math.round(cycles)).join("-") ?? "", "");
  put("address", state.address < 0 ? "" : state.address.toString(16), "");
  put("stage", state.stage, rest.stage);
  put("recording", state.recording, rest.recording);
  if (fields.size === 0) return "";
  const text = fields.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `v=${LINK_VERSION}&${text.replaceAll("%3D", "=")}`;
}

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
    gapMicroseconds: number("gap", rest.gapMicroseconds),
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
  const [from, to] = text.split("-").map(Number);
  return from !== undefined && to !== undefined && to > from ? [from, to] : undefined;
}
