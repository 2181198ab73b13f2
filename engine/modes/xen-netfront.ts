import { directInterrupt } from "../core/crossing.ts";
import { buildXenNet, buildXenNetPmd } from "../devices/xen-net/index.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { connectHostPath, HOST_PATH_KNOBS, HOST_PATH_WORDS } from "./host-path-knob.ts";

/** netback hands socket buffers over: nothing is copied between it and dom0's network. */
const NO_COPY = { leaving() {}, arriving() {} };

/** Paravirtualization as Xen does it: a PV kernel, rings and grants, netback in a driver domain. */
export const xenNetfront = defineMode({
  ...modeName("xen-netfront"),
  parts: {
    cpu: "paravirtual: hypercalls instead of sensitive instructions, system calls through Xen",
    driver: "xen-netfront, or one that polls",
    device: "Xen's shared rings; netback in the driver domain dom0",
    control: "none: rings, grants and event words are memory that the domains share",
    doorbell: "hypercall event_channel_op.send, when the other side asked for it",
    data: "Xen copies for dom0 (grant copy); behind 128 bytes dom0 maps the guest's page",
    interrupt: "event channel: Xen enters the guest's callback; unmasked by a memory write",
    hostPath: `in dom0: ${HOST_PATH_WORDS}`,
  },
  knobs: {
    driver: {
      type: "choice",
      default: "kernel",
      choices: ["kernel", "pmd"],
      doc: "the guest's driver: Linux's xen-netfront, or one in a process that polls and never blocks",
    },
    hostCpus: {
      type: "integer",
      default: 1,
      min: 1,
      max: 2,
      doc: "CPUs of the host: with one, dom0 runs only when the guest blocks; with two each has one, as for a guest that polls",
    },
    ...HOST_PATH_KNOBS,
    hostPath: {
      ...HOST_PATH_KNOBS.hostPath,
      // netback's vif is a port of a bridge or switch; macvtap has no part in it.
      choices: HOST_PATH_KNOBS.hostPath.choices.filter((name) => !name.startsWith("macvtap")),
    },
  },
  frameBytesMax: 1514,
  checkedAgainst: "recordings/xen/xen-pv-netfront",
  interrupt: () => directInterrupt,
  build(machine, knobs) {
    const build = knobs["driver"] === "pmd" ? buildXenNetPmd : buildXenNet;
    const nic = build(machine, { hostCpus: knobs["hostCpus"] === 2 ? 2 : 1 });
    connectHostPath(machine, nic.wire, knobs, () => NO_COPY);
    return nic;
  },
});
