import { BridgePath } from "../host/bridge.ts";
import { DirectPath } from "../host/direct-path.ts";
import type { Attachment, HostPath } from "../host/host-path.ts";
import { MacvtapPath } from "../host/macvtap.ts";
import type { Wire } from "../host/wire.ts";
import type { Machine } from "../machine.ts";
import type { KnobSpecs, KnobValues } from "./knob.ts";

/** The knobs of modes whose device model hands frames to the host's kernel. */
export const HOST_PATH_KNOBS = {
  hostPath: {
    type: "choice",
    default: "bridge",
    choices: ["bridge", "macvtap", "macvtap-private", "macvtap-vepa", "macvtap-passthru", "none"],
    doc: "what stands between the device model and the wire; none: what follows the copy is left out",
  },
  fabricMtu: {
    type: "integer",
    default: 9000,
    min: 1280,
    max: 9216,
    doc: "largest packet of the host's uplink in bytes, without Ethernet header",
  },
} as const satisfies KnobSpecs;

/** What a mode says of its host path when it has these knobs. */
export const HOST_PATH_WORDS = "a Linux bridge, or what hostPath says";

/**
 * Puts the host path that the knobs name between a device and its wire; one line in a mode's
 * `build`.
 * @param attach Makes what copies between device model and host; `device` is TAP or macvtap.
 */
export function connectHostPath(
  machine: Machine,
  wire: Wire,
  knobs: KnobValues,
  attach: (device: string) => Attachment,
): void {
  wire.hostPath = buildPath(machine, knobs, attach);
}

function buildPath(
  machine: Machine,
  knobs: KnobValues,
  attach: (device: string) => Attachment,
): HostPath {
  const mtuBytes = Number(knobs["fabricMtu"]);
  switch (knobs["hostPath"]) {
    case "bridge":
      return new BridgePath(machine, attach("TAP"), { mtuBytes });
    case "macvtap":
      return new MacvtapPath(machine, attach("macvtap"), { mode: "bridge" });
    case "macvtap-private":
      return new MacvtapPath(machine, attach("macvtap"), { mode: "private" });
    case "macvtap-vepa":
      return new MacvtapPath(machine, attach("macvtap"), { mode: "vepa" });
    case "macvtap-passthru":
      return new MacvtapPath(machine, attach("macvtap"), { mode: "passthru" });
    default:
      return new DirectPath(attach("TAP"));
  }
}
