// macvtap: drivers/net/macvlan.c, macvlan_queue_xmit and macvlan_handle_frame.
import { expect } from "chai";
import { LocalPorts } from "../../../engine/host/local-ports.ts";
import { MacvtapPath, type MacvtapMode } from "../../../engine/host/macvtap.ts";
import { aFrame, aPath, BROADCAST, FAR, GUEST } from "./a-path.ts";

const OTHER = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x57);
const STRANGER = Uint8Array.of(2, 0, 0, 0, 0, 9);

function aMacvtap(mode: MacvtapMode) {
  const lower = new LocalPorts();
  const path = aPath((machine, tap) => new MacvtapPath(machine, tap, { mode }, lower));
  lower.addPort(OTHER);
  return path;
}

describe("MacvtapPath", () => {
  it("carries neighbours' frames over in bridge mode only; else they go out to a switch", () => {
    for (const mode of ["bridge", "private", "vepa", "passthru"] as const) {
      const path = aMacvtap(mode);
      const frame = aFrame(OTHER, GUEST);
      path.leave(frame);
      expect(path.neighbours, mode).to.deep.equal(mode === "bridge" ? [[2, frame]] : []);
      expect(path.sent, mode).to.deep.equal(mode === "bridge" ? [] : [frame]);
    }
  });

  it("sends what is for nobody of this NIC to the wire, and broadcasts to both", () => {
    const path = aMacvtap("bridge");
    path.leave(aFrame(FAR, GUEST));
    path.leave(aFrame(BROADCAST, GUEST));
    expect(path.sent).to.have.length(2);
    expect(path.neighbours.map(([port]) => port)).to.deep.equal([2]);
  });

  it("lets in what is for its address or a group, and leaves the rest to others and the host", () => {
    const path = aMacvtap("vepa");
    for (const to of [GUEST, BROADCAST, OTHER, STRANGER]) path.arrive(aFrame(to, FAR));
    expect(path.given).to.deep.equal([aFrame(GUEST, FAR), aFrame(BROADCAST, FAR)]);
    expect(path.neighbours.map(([port]) => port)).to.deep.equal([2, 2]);
    expect(path.steps().at(-1)).to.equal(
      "frameDropped macvtap: not its address, to the host's own stack",
    );
  });

  it("lets everything in when the NIC is passed through", () => {
    const path = aMacvtap("passthru");
    for (const to of [GUEST, STRANGER]) path.arrive(aFrame(to, FAR));
    expect(path.given).to.have.length(2);
  });

  it("gives a guest its own frames back in bridge mode, as the hash finds it", () => {
    const path = aMacvtap("bridge");
    path.leave(aFrame(GUEST, GUEST));
    expect([path.given.length, path.sent.length]).to.deep.equal([1, 0]);
  });
});
