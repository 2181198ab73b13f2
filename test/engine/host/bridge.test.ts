// Linux's bridge: net/bridge/br_input.c and br_forward.c. Ageing, STP and VLAN filtering are not modelled.
import { expect } from "chai";
import { DEFAULT_IDENTITY } from "../../../engine/guest/identity.ts";
import { Bridge, BridgePath } from "../../../engine/host/bridge.ts";
import { aFrame, aPath, BROADCAST, FAR, GUEST, type RunningPath } from "./a-path.ts";

const OTHER = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x57);

function aBridge(bridge = new Bridge(), mtuBytes = 9000, forwardsFrames = false): RunningPath {
  return aPath((machine, tap) => new BridgePath(machine, tap, { mtuBytes }, bridge), {
    ...DEFAULT_IDENTITY,
    forwardsFrames,
  });
}

describe("BridgePath", () => {
  it("floods a frame to an address it does not know, and forwards once it has learnt it", () => {
    const { leave, arrive, steps, sent, given } = aBridge();
    const out = aFrame(FAR, GUEST);
    leave(out);
    expect(steps()).to.deep.equal([
      "copy write to TAP: user to host kernel",
      "tableLookup bridge FDB: not known or a group, to all other ports",
      "wireTransmit wire",
    ]);
    const back = aFrame(GUEST, FAR);
    arrive(back);
    expect(steps()).to.deep.equal([
      "wireReceive wire",
      "call br_fdb_update",
      "tableLookup bridge FDB: known at this guest's port",
      "copy read from TAP: host kernel to user",
    ]);
    leave(out);
    expect(steps()[1]).to.equal("tableLookup bridge FDB: known at the uplink");
    expect(sent).to.deep.equal([out, out]);
    expect(given).to.deep.equal([back]);
  });

  it("gives broadcasts to all ports but the one they came from", () => {
    const bridge = new Bridge();
    const path = aBridge(bridge);
    bridge.addPort();
    path.leave(aFrame(BROADCAST, GUEST));
    expect(path.sent).to.have.length(1);
    expect(path.neighbours.map(([port]) => port)).to.deep.equal([2]);
    path.arrive(aFrame(BROADCAST, FAR));
    expect(path.given).to.have.length(1);
    expect(path.neighbours.map(([port]) => port)).to.deep.equal([2, 2]);
  });

  it("keeps frames for another guest of the host off the wire", () => {
    const bridge = new Bridge();
    const path = aBridge(bridge);
    bridge.fdb.set(OTHER, 0, bridge.addPort());
    const frame = aFrame(OTHER, GUEST);
    path.leave(frame);
    expect(path.sent).to.deep.equal([]);
    expect(path.neighbours).to.deep.equal([[2, frame]]);
    expect(path.steps()[1]).to.equal("tableLookup bridge FDB: known at another guest's port");
  });

  it("drops what is behind the port it came from", () => {
    const path = aBridge();
    path.arrive(aFrame(GUEST, FAR));
    path.steps();
    path.arrive(aFrame(FAR, OTHER));
    expect(path.given).to.have.length(1);
    expect(path.steps().at(-1)).to.equal(
      "frameDropped bridge: the destination is behind the port it came from",
    );
  });

  it("follows an address that moves, but never the guest's own, which are set by hand", () => {
    const path = aBridge();
    path.leave(aFrame(FAR, OTHER));
    path.steps();
    path.arrive(aFrame(BROADCAST, OTHER));
    expect(path.steps()[1]).to.equal("call br_fdb_update");
    path.arrive(aFrame(BROADCAST, GUEST));
    expect(path.steps().some((step) => step.startsWith("call"))).to.equal(false);
    path.arrive(aFrame(GUEST, FAR));
    expect(path.given.at(-1)).to.deep.equal(aFrame(GUEST, FAR));
  });

  it("does not learn from a guest that sends frames of other hosts", () => {
    const path = aBridge(new Bridge(), 9000, true);
    path.leave(aFrame(OTHER, FAR));
    path.leave(aFrame(FAR, OTHER));
    expect(path.sent).to.have.length(2);
  });

  it("does not forward reserved group addresses, either way", () => {
    const path = aBridge();
    const lldp = Uint8Array.of(0x01, 0x80, 0xc2, 0, 0, 0x0e);
    path.leave(aFrame(lldp, GUEST));
    path.arrive(aFrame(lldp, FAR));
    expect([path.sent.length, path.given.length]).to.deep.equal([0, 0]);
    expect(path.steps().filter((step) => step.startsWith("frameDropped"))).to.have.length(2);
    path.leave(aFrame(Uint8Array.of(0x01, 0x80, 0xc2, 0, 0, 0x10), GUEST));
    expect(path.sent).to.have.length(1);
  });

  it("drops what the uplink's MTU does not hold, one VLAN tag on top allowed", () => {
    const path = aBridge(new Bridge(), 1300);
    path.leave(aFrame(FAR, GUEST, 1318));
    path.leave(aFrame(FAR, GUEST, 1319));
    expect(path.sent.map((frame) => frame.length)).to.deep.equal([1318]);
    expect(path.steps().at(-1)).to.equal("frameDropped bridge: longer than the uplink's MTU");
  });
});
