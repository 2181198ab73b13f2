import { InputError } from "../core/input-error.ts";
import { BridgePath } from "../host/bridge.ts";
import { DirectPath } from "../host/direct-path.ts";
import type { Attachment, HostPath } from "../host/host-path.ts";
import { MacvtapPath } from "../host/macvtap.ts";
import { POLICIES, type Policy } from "../host/vrouter-agent.ts";
import { VrouterPath } from "../host/vrouter.ts";
import type { Wire } from "../host/wire.ts";
import type { Machine } from "../machine.ts";
import type { KnobSpecs, KnobValues } from "./knob.ts";

/** The knobs of modes whose device model hands frames to the host's kernel. */
export const HOST_PATH_KNOBS = {
  hostPath: {
    type: "choice",
    default: "bridge",
    choices: [
      "bridge",
      "vrouter",
      "macvtap",
      "macvtap-private",
      "macvtap-vepa",
      "macvtap-passthru",
      "none",
    ],
    doc: "what stands between the device model and the wire; none: what follows the copy is left out",
  },
  encapsulation: {
    type: "choice",
    default: "auto",
    choices: ["auto", "mplsoudp", "vxlan"],
    doc: "headers between hosts; auto: what the host path uses by itself (vrouter: mplsoudp)",
  },
  policy: {
    type: "choice",
    default: "allow",
    choices: [...POLICIES, "off"],
    doc: "what the vRouter's agent decides on a flow; off: no policy on the interface, no flows",
  },
  mirror: {
    type: "boolean",
    default: false,
    doc: "a copy of every frame goes to an analyzer (vrouter)",
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
  checkTogether(knobs);
  wire.hostPath = buildPath(machine, knobs, attach);
}

/** An attachment whose device model writes the rows of its copies itself. */
export const NO_COPY: Attachment = { leaving() {}, arriving() {} };

/** Knobs that only some host paths have, the values with which the others do not mind, and whose they are. */
const PARTICULAR: readonly {
  readonly knob: string;
  readonly neutral: boolean | string;
  readonly paths: readonly string[];
}[] = [
  { knob: "encapsulation", neutral: "auto", paths: ["vrouter"] },
  { knob: "policy", neutral: "allow", paths: ["vrouter"] },
  { knob: "mirror", neutral: false, paths: ["vrouter"] },
];

function checkTogether(knobs: KnobValues): void {
  const path = String(knobs["hostPath"]);
  for (const { knob, neutral, paths } of PARTICULAR) {
    if (knobs[knob] === neutral || paths.includes(path)) continue;
    throw new InputError(
      `Knob ${knob}: the host path ${path} has nothing of the kind; ${paths.join(" and ")} ` +
        `${paths.length === 1 ? "has" : "have"}.`,
    );
  }
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
    case "vrouter":
      return new VrouterPath(machine, attach("TAP"), {
        encapsulation: knobs["encapsulation"] === "vxlan" ? "vxlan" : "mplsoudp",
        mtuBytes,
        policy: knobs["policy"] as Policy | "off",
        mirror: knobs["mirror"] === true,
        plane: "kernel",
      });
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
