import type { Bypass } from "../host/bypass.ts";
import { MACVTAP_BYPASS, NO_PATH_BYPASS } from "../host/bypass.ts";
import type { Mode } from "../modes/define.ts";
import type { KnobValues } from "../modes/knob.ts";

/** What a host can do for its guests, and what a mode may give up; `what` is its name in a bypass. */
export const SERVICES = {
  liveMigration: { label: "live migration", what: "live migration" },
  overlay: { label: "overlay", what: "overlay" },
  policy: { label: "policy", what: "policy" },
  mirroring: { label: "mirroring", what: "mirror" },
  memoryOvercommit: { label: "memory overcommit", what: "overcommitted memory" },
} as const;

/** The name of a service. */
export type ServiceName = keyof typeof SERVICES;
const NAMES = Object.keys(SERVICES) as ServiceName[];

/** A service that a mode gives up, and why. */
export interface LostService {
  readonly service: ServiceName;
  readonly label: string;
  readonly why: string;
}

/** What a mode gives up with these knobs, in the order of SERVICES. */
export function lostServices(mode: Mode, knobs: KnobValues): readonly LostService[] {
  const lost = [mode.bypass, pathBypass(knobs)].flatMap((bypass) => bypass?.lost ?? []);
  return NAMES.flatMap((service) => {
    const { label, what } = SERVICES[service];
    const why = lost.find((point) => point.what === what)?.why;
    return why === undefined ? [] : [{ service, label, why }];
  });
}

function pathBypass(knobs: KnobValues): Bypass | undefined {
  const path = knobs["hostPath"];
  if (path === "none") return NO_PATH_BYPASS;
  return typeof path === "string" && path.startsWith("macvtap") ? MACVTAP_BYPASS : undefined;
}
