import { DIRECTIONS, type Direction, MODE_NAMES } from "#engine";
import { BUNDLED_CAPTURES } from "../packets/bundled-captures.ts";
import { GENERATED, OWN_FILE } from "../packets/packet-source.ts";

/** Everything that decides what the home page shows. */
export interface HomeState {
  /** GENERATED, OWN_FILE or the file of a bundled capture. */
  readonly source: string;
  readonly direction: Direction;
  /** Generated packets: how many, from 1 to 1 000. */
  readonly count: number;
  /** Generated packets: bytes of a frame without FCS. */
  readonly sizeBytes: number;
  /** Ids of the modes that are compared, in the order of MODE_NAMES. */
  readonly modeIds: readonly string[];
  /** The mode that is looked into. */
  readonly chosenId: string;
  /** From 1. */
  readonly packet: number;
  /** From 1; 0 for the most telling step. */
  readonly step: number;
}

const TELLING_MODES: readonly string[] = ["vtx-rtl8139", "virtio-qemu", "vf-injected", "vf-posted"];

/** What the page shows before anybody touched it: one packet, four ways. */
export const RESTING_STATE: HomeState = restingState();

function restingState(): HomeState {
  const ids = MODE_NAMES.map(({ id }) => id);
  const modeIds = ids.filter((id) => TELLING_MODES.includes(id));
  return {
    source: GENERATED,
    direction: "tx",
    count: 1,
    sizeBytes: 60,
    modeIds,
    chosenId: modeIds[0] ?? "",
    packet: 1,
    step: 0,
  };
}

/** The state as the part of an address after `#`; what is at rest is left out. */
export function stateToHash(state: HomeState): string {
  const fields = new URLSearchParams();
  const rest = RESTING_STATE;
  const put = (name: string, value: string | number, atRest: string | number) => {
    if (value !== atRest) fields.set(name, String(value));
  };
  put("from", state.source, rest.source);
  put("dir", state.direction, rest.direction);
  put("count", state.count, rest.count);
  put("size", state.sizeBytes, rest.sizeBytes);
  put("modes", state.modeIds.join(","), rest.modeIds.join(","));
  put("in", state.chosenId, state.modeIds[0] ?? "");
  put("packet", state.packet, rest.packet);
  put("step", state.step, rest.step);
  return fields.toString().replaceAll("%2C", ",");
}

/** The state that an address describes; what it does not say, or says wrongly, is at rest. */
export function hashToState(hash: string): HomeState {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const rest = RESTING_STATE;
  const source = fields.get("from") ?? rest.source;
  const sources = [GENERATED, OWN_FILE, ...BUNDLED_CAPTURES.map(({ file }) => file)];
  const asked = fields.get("modes")?.split(",") ?? [];
  const known = MODE_NAMES.map(({ id }) => id).filter((id) => asked.includes(id));
  const modeIds = known.length > 0 ? known : rest.modeIds;
  const chosen = fields.get("in") ?? "";
  return {
    source: sources.includes(source) ? source : rest.source,
    direction: DIRECTIONS.find((direction) => direction === fields.get("dir")) ?? rest.direction,
    count: whole(fields.get("count"), rest.count),
    sizeBytes: whole(fields.get("size"), rest.sizeBytes),
    modeIds,
    chosenId: modeIds.includes(chosen) ? chosen : (modeIds[0] ?? ""),
    packet: whole(fields.get("packet"), rest.packet),
    step: whole(fields.get("step"), rest.step),
  };
}

/** Whether two states ask the engine for the same runs. */
export function asksTheSame(one: HomeState, other: HomeState): boolean {
  const asked = ({ source, direction, count, sizeBytes, modeIds }: HomeState) =>
    [source, direction, count, sizeBytes, ...modeIds].join(" ");
  return asked(one) === asked(other);
}

function whole(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,7}$/.test(text) ? Number(text) : otherwise;
}
