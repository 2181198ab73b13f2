import { RATE_UNITS, type RateUnit } from "#components/plain";
import type { LoadDirection, PriceChoice } from "#engine";
import { BUNDLED_CAPTURES } from "../packets/bundled-captures.ts";
import { OWN_FILE } from "../packets/packet-source.ts";
import { putPrices, readPrices, RESTING_PRICES } from "../prices/price-choice.ts";

/** Everything that decides what the page on sizing asks and shows. */
export interface SizeState {
  readonly prices: PriceChoice;
  readonly direction: LoadDirection;
  /** Bytes of a packet with FCS, IMIX, OWN_FILE, or the file of a bundled capture. */
  readonly mix: string;
  readonly vms: number;
  readonly hostCores: number;
  /** As it is written: 200k, 1.5Mpps, 800Mbit/s. */
  readonly rate: string;
  readonly unit: RateUnit;
  /** The mode whose line shows its range; empty for none. */
  readonly modeId: string;
  /** Whether the reader has started it: a link to results works them out again. */
  readonly started: boolean;
}

/** The Internet's mix of sizes. */
export const IMIX = "imix";
/** Sizes of packets with FCS, in bytes, as test reports have them (RFC 2544, 9.1). */
export const PACKET_BYTES: readonly number[] = [64, 128, 256, 512, 1024, 1280, 1518];
/** The most virtual machines or cores that can be asked for. */
export const COUNT_MAX = 256;

/** Which ways are offered. */
export const WAYS: readonly LoadDirection[] = ["forward", "rx", "tx", "rr"];

/** What the page asks before anybody touched it: a firewall with the Internet's mix. */
export const RESTING_SIZE: SizeState = {
  prices: RESTING_PRICES,
  direction: "forward",
  mix: IMIX,
  vms: 1,
  hostCores: 2,
  rate: "200k",
  unit: "packets",
  modeId: "",
  started: false,
};

/** The state as the part of an address after `#`; what is at rest is left out. */
export function sizeToHash(state: SizeState): string {
  const fields = new URLSearchParams();
  const rest = RESTING_SIZE;
  const put = (name: string, value: string | number, atRest: string | number) => {
    if (value !== atRest) fields.set(name, String(value));
  };
  putPrices(fields, state.prices);
  put("dir", state.direction, rest.direction);
  put("mix", state.mix, rest.mix);
  put("vms", state.vms, rest.vms);
  put("cores", state.hostCores, rest.hostCores);
  put("rate", state.rate, rest.rate);
  put("unit", state.unit, rest.unit);
  put("in", state.modeId, rest.modeId);
  if (state.started) fields.set("go", "1");
  return fields.toString();
}

/** The state that the fields of an address describe; what they do not say, or say wrongly, is at rest. */
export function fieldsToSize(fields: URLSearchParams): SizeState {
  const rest = RESTING_SIZE;
  const mix = fields.get("mix") ?? "";
  const mixes = [IMIX, OWN_FILE, ...PACKET_BYTES.map(String)];
  const known = mixes.includes(mix) || BUNDLED_CAPTURES.some(({ file }) => file === mix);
  return {
    prices: readPrices(fields),
    direction: WAYS.find((one) => one === fields.get("dir")) ?? rest.direction,
    mix: known ? mix : rest.mix,
    vms: whole(fields.get("vms"), rest.vms),
    hostCores: whole(fields.get("cores"), rest.hostCores),
    rate: fields.get("rate") ?? rest.rate,
    unit: RATE_UNITS.find((one) => one === fields.get("unit")) ?? rest.unit,
    modeId: fields.get("in") ?? rest.modeId,
    started: fields.get("go") === "1",
  };
}

/** Whether two states ask the same: then results of the one are results of the other. */
export function asksTheSame(one: SizeState, other: SizeState): boolean {
  const asked = (state: SizeState) =>
    sizeToHash({ ...state, unit: "packets", modeId: "", started: false });
  return asked(one) === asked(other);
}

function whole(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,3}$/.test(text) ? Number(text) : otherwise;
}
