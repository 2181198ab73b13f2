import { InputError } from "../core/input-error.ts";
import { BridgePath } from "../host/bridge.ts";
import { DirectPath } from "../host/direct-path.ts";
import { HostNic } from "../host/host-nic.ts";
import type { Attachment, HostPath } from "../host/host-path.ts";
import { MACVTAP_MODES, MacvtapPath } from "../host/macvtap.ts";
import { OvsPath } from "../host/ovs.ts";
import { switchesOf } from "../host/shared-switches.ts";
import { POLICIES, type Policy } from "../host/vrouter-agent.ts";
import { VrouterPath } from "../host/vrouter.ts";
import type { Wire } from "../host/wire.ts";
import type { Machine } from "../machine.ts";
import type { KnobSpecs, KnobValues } from "./knob.ts";

const COMMON_KNOBS = {
  encapsulation: {
    type: "choice",
    default: "auto",
    choices: ["auto", "none", "mplsoudp", "vxlan"],
    doc: "headers between hosts, for a vRouter (mplsoudp, vxlan) and OVS (none, vxlan); auto: the first",
  },
  policy: {
    type: "choice",
    default: "allow",
    choices: [...POLICIES, "off"],
    doc: "what a vRouter's agent decides on a flow; off: no policy on the interface, no flows",
  },
  mirror: {
    type: "boolean",
    default: false,
    doc: "a copy of every frame: over the fabric to an analyzer (vRouter), to a mirror's port (OVS)",
  },
  fabricMtu: {
    type: "integer",
    default: 9000,
    min: 1280,
    max: 9216,
    doc: "largest packet of the host's uplink in bytes, without Ethernet header",
  },
} as const satisfies KnobSpecs;

/** The knobs of modes whose device model hands frames to the host's kernel. */
export const HOST_PATH_KNOBS = {
  hostPath: {
    type: "choice",
    default: "bridge",
    choices: [
      "bridge",
      "ovs",
      "vrouter",
      "macvtap",
      "macvtap-private",
      "macvtap-vepa",
      "macvtap-passthru",
      "none",
    ],
    doc: "what stands between the device model and the wire; none: what follows the copy is left out",
  },
  ...COMMON_KNOBS,
} as const satisfies KnobSpecs;

/** The knobs of modes whose backend polls in user space and is the switch or router itself. */
export const DPDK_HOST_PATH_KNOBS = {
  hostPath: {
    type: "choice",
    default: "ovs-dpdk",
    choices: ["ovs-dpdk", "vrouter-dpdk", "none"],
    doc: "the process that polls the guest's rings; none: what follows the copy is left out",
  },
  ...COMMON_KNOBS,
} as const satisfies KnobSpecs;

/** What a mode says of its host path when it has these knobs. */
export const HOST_PATH_WORDS = "a Linux bridge, or what hostPath says";
/** The same for a backend that polls. */
export const DPDK_HOST_PATH_WORDS = "Open vSwitch on DPDK, or what hostPath says";

/** An attachment whose device model writes the rows of its copies itself. */
export const NO_COPY: Attachment = { leaving() {}, arriving() {} };

/**
 * Puts the host path that the knobs name between a device and its wire; one line in a mode's
 * `build`.
 * @param attach Makes what copies between device model and host; `device` is TAP or macvtap.
 * @throws InputError when a knob asks for what the host path does not have.
 */
export function connectHostPath(
  machine: Machine,
  wire: Wire,
  knobs: KnobValues,
  attach: (device: string) => Attachment = () => NO_COPY,
): void {
  checkTogether(knobs);
  const path = buildPath(machine, knobs, attach);
  const polled = String(knobs["hostPath"]).endsWith("-dpdk");
  // Recordings know no time, and a process that polls has the NIC's ring itself.
  wire.hostPath = machine.clock.timed && !polled ? new HostNic(machine, path) : path;
}

/** Knobs that only some host paths have, and the values with which the others do not mind. */
const PARTICULAR: readonly {
  readonly knob: string;
  readonly paths: readonly string[];
  readonly neutral: readonly (boolean | string)[];
}[] = [
  {
    knob: "encapsulation",
    paths: ["ovs", "ovs-dpdk", "vrouter", "vrouter-dpdk"],
    neutral: ["auto", "none"],
  },
  { knob: "policy", paths: ["vrouter", "vrouter-dpdk"], neutral: ["allow"] },
  { knob: "mirror", paths: ["ovs", "ovs-dpdk", "vrouter", "vrouter-dpdk"], neutral: [false] },
];

/** Paths that are the default of a mode: with them a knob that they do not have is of no effect. */
const DEFAULTS: readonly string[] = [HOST_PATH_KNOBS, DPDK_HOST_PATH_KNOBS].map(
  ({ hostPath }) => hostPath.default,
);

/** A reader who chooses a path is told what it does not have. */
function checkTogether(knobs: KnobValues): void {
  const path = String(knobs["hostPath"]);
  if (DEFAULTS.includes(path)) return;
  for (const { knob, paths, neutral } of PARTICULAR) {
    const value = knobs[knob] as boolean | string;
    if (neutral.includes(value) || paths.includes(path)) continue;
    throw new InputError(
      `Knob ${knob}: the host path ${path} has nothing of the kind; ${paths.join(", ")} have.`,
    );
  }
  const { encapsulation } = knobs;
  if (path.startsWith("ovs") && encapsulation === "mplsoudp") {
    throw new InputError(`Knob encapsulation: the host path ${path} has vxlan or none.`);
  }
  if (path.startsWith("vrouter") && encapsulation === "none") {
    throw new InputError(`Knob encapsulation: the host path ${path} has mplsoudp or vxlan.`);
  }
}

function buildPath(
  machine: Machine,
  knobs: KnobValues,
  attach: (device: string) => Attachment,
): HostPath {
  const mtuBytes = Number(knobs["fabricMtu"]);
  const path = String(knobs["hostPath"]);
  const [kind, detail] = path.split("-");
  const dpdk = detail === "dpdk";
  const switches = switchesOf(machine);
  switch (kind) {
    case "bridge":
      return new BridgePath(machine, attach("TAP"), { mtuBytes }, switches.bridge);
    case "ovs":
      return new OvsPath(
        machine,
        attach("TAP"),
        {
          vxlan: knobs["encapsulation"] === "vxlan",
          mtuBytes,
          mirror: knobs["mirror"] === true,
          plane: dpdk ? "dpdk" : "kernel",
        },
        dpdk ? switches.ovsDpdk : switches.ovs,
      );
    case "vrouter":
      return new VrouterPath(
        machine,
        attach("TAP"),
        {
          encapsulation: knobs["encapsulation"] === "vxlan" ? "vxlan" : "mplsoudp",
          mtuBytes,
          policy: knobs["policy"] as Policy | "off",
          mirror: knobs["mirror"] === true,
          plane: dpdk ? "dpdk" : "kernel",
        },
        dpdk ? switches.vrouterDpdk : switches.vrouter,
      );
    case "macvtap": {
      const mode = MACVTAP_MODES.find((each) => each === detail) ?? "bridge";
      return new MacvtapPath(machine, attach("macvtap"), { mode }, switches.macvtap);
    }
    default:
      return new DirectPath(attach("TAP"));
  }
}
