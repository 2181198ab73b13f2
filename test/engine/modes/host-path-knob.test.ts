import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { findMode } from "../../../engine/modes/index.ts";
import type { KnobValues } from "../../../engine/modes/knob.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { readOuter } from "../host/overlay.ts";

const frames = generatePackets({ count: 3, frameBytesWithoutFcs: 90, seed: 4, direction: "tx" });

function run(knobs: KnobValues) {
  return simulate({
    mode: findMode("vtx-rtl8139"),
    frames,
    direction: "echo",
    knobs,
    prices: null,
  });
}

describe("Knob hostPath", () => {
  it("puts real headers on the wire and leaves the guest's frames as they are, both ways", () => {
    for (const encapsulation of ["mplsoudp", "vxlan"]) {
      const { wire, transmitted, delivered, totals } = run({ hostPath: "vrouter", encapsulation });
      expect(wire).to.have.length(6);
      for (const { bytes } of wire) {
        expect(readOuter(bytes).udpPort).to.equal(encapsulation === "vxlan" ? 4789 : 6635);
      }
      expect(transmitted.map(({ bytes }) => bytes)).to.deep.equal(frames);
      expect(delivered.map(({ bytes }) => bytes.length)).to.deep.equal([90, 90, 90]);
      expect(totals.droppedFrames).to.equal(0);
    }
  });

  it("sends up the first packet of each direction's flow only, in every switch that keeps flows", () => {
    for (const [hostPath, upcalls] of [
      ["ovs", 2],
      ["vrouter", 1],
      ["bridge", 0],
    ] as const) {
      // What QEMU's threads switch is the same behind every path.
      const switches = run({ hostPath }).totals.contextSwitches;
      const without = run({ hostPath: "none" }).totals.contextSwitches;
      expect(switches - without, hostPath).to.equal(upcalls);
    }
  });

  it("takes what its default path does not have, without effect", () => {
    for (const knobs of [{ encapsulation: "vxlan" }, { policy: "deny" }, { mirror: true }]) {
      const { transmitted, wire, totals } = run(knobs);
      expect(transmitted.map(({ bytes }) => bytes)).to.deep.equal(frames);
      expect([wire.length, totals.droppedFrames]).to.deep.equal([6, 0]);
    }
  });

  it("refuses in one sentence what a host path does not have", () => {
    const cases: [KnobValues, string][] = [
      [
        { hostPath: "macvtap", encapsulation: "vxlan" },
        "Knob encapsulation: the host path macvtap has nothing of the kind; ovs, ovs-dpdk, vrouter, vrouter-dpdk have.",
      ],
      [{ policy: "deny", hostPath: "macvtap" }, "Knob policy: the host path macvtap has nothing"],
      [{ mirror: true, hostPath: "none" }, "Knob mirror: the host path none has nothing"],
      [
        { hostPath: "ovs", encapsulation: "mplsoudp" },
        "Knob encapsulation: the host path ovs has vxlan or none.",
      ],
      [
        { hostPath: "vrouter", encapsulation: "none" },
        "Knob encapsulation: the host path vrouter has mplsoudp or vxlan.",
      ],
    ];
    for (const [knobs, message] of cases) {
      expect(() => run(knobs), message).to.throw(InputError, message);
    }
  });
});
