import { InputError } from "../core/input-error.ts";
import type { KnobValues } from "../modes/knob.ts";
import { findMode } from "../modes/index.ts";
import {
  GUESTS_MAX,
  TARGETS,
  type GuestChoice,
  type HostScenario,
} from "../run/host-simulation.ts";
import { UsageError } from "./command.ts";
import { optionText, wholeNumber, type Parsed } from "./options.ts";
import { readMode, readSettings, readTraffic } from "./traffic-options.ts";

/** The options of several guests on one host. */
export const GUEST_OPTIONS = {
  guests: { type: "string" },
  guest: { type: "string", multiple: true },
  to: { type: "string" },
  "host-cores": { type: "string" },
} as const;

/** The same in a usage text. */
export const GUEST_SYNOPSIS =
  "[--guests N | --guest MODE[:knob=value,…]…] [--to peer|neighbour] [--host-cores N]";

/** Whether the command line asks for several guests. */
export function wantsGuests(parsed: Parsed): boolean {
  return Object.keys(GUEST_OPTIONS).some((name) => parsed.values[name] !== undefined);
}

/**
 * Reads a scenario of several guests: `--mode M --guests N`, or `--guest` for each of them.
 * @throws UsageError or InputError naming the option.
 */
export function readHostScenario(parsed: Parsed): HostScenario {
  const guests = readGuests(parsed);
  const given = optionText(parsed, "to") ?? "peer";
  const to = TARGETS.find((known) => known === given);
  if (to === undefined) throw new InputError(`--to: ${given} is not one of ${TARGETS.join(", ")}.`);
  const cores = optionText(parsed, "host-cores");
  const frameBytesMax = Math.min(...guests.map(({ mode }) => mode.frameBytesMax));
  return {
    ...readTraffic(parsed, frameBytesMax),
    guests,
    to,
    ...(cores === undefined ? {} : { hostCores: wholeNumber("host-cores", cores, 1, GUESTS_MAX) }),
  };
}

function readGuests(parsed: Parsed): readonly GuestChoice[] {
  const chosen = (parsed.values["guest"] ?? []) as readonly string[];
  const settings = readSettings(parsed);
  const count = optionText(parsed, "guests");
  if (chosen.length === 0) {
    const mode = readMode(parsed, "run");
    const guest = { mode, knobs: settings };
    return new Array<GuestChoice>(wholeNumber("guests", count ?? "1", 1, GUESTS_MAX)).fill(guest);
  }
  if (count !== undefined) throw new UsageError("--guests does not go with --guest.");
  if (optionText(parsed, "mode") !== undefined) {
    throw new UsageError("--mode does not go with --guest, which names each guest's mode.");
  }
  const guests = chosen.map((text) => readGuest(text, settings));
  for (const name of Object.keys(settings)) {
    if (guests.some(({ mode }) => Object.hasOwn(mode.knobs, name))) continue;
    throw new InputError(`Knob ${name}: no guest's mode has such a knob.`);
  }
  return guests;
}

/** `MODE` or `MODE:knob=value,knob=value`; what `--set` sets holds where the mode has that knob. */
function readGuest(text: string, settings: KnobValues): GuestChoice {
  const [id, own] = text.split(/:(.*)/s) as [string, string?];
  const mode = findMode(id);
  const shared = Object.entries(settings).filter(([name]) => Object.hasOwn(mode.knobs, name));
  const knobs = Object.fromEntries(shared);
  for (const setting of own?.split(",") ?? []) {
    const [name, value] = setting.split("=", 2);
    if (!name || value === undefined) {
      throw new UsageError(`--guest ${text}: after the colon it must read knob=value,….`);
    }
    knobs[name] = value;
  }
  return { mode, knobs };
}
