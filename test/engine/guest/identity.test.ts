import { expect } from "chai";
import { DEFAULT_IDENTITY, identityOf } from "../../../engine/guest/identity.ts";

/** A frame from and to the addresses whose bytes are all the same, with a VLAN tag if wanted. */
function aFrame(to: number, from: number, vlan?: number): Uint8Array {
  const frame = new Uint8Array(60);
  frame.fill(to, 0, 6).fill(from, 6, 12);
  if (vlan !== undefined) frame.set([0x81, 0x00, vlan >> 8, vlan & 0xff], 12);
  return frame;
}

const mac = (byte: number) => new Uint8Array(6).fill(byte);

describe("identityOf", () => {
  it("takes the most frequent address for the NIC's own and the rest for further ones", () => {
    const frames = [aFrame(2, 4), aFrame(2, 6), aFrame(2, 6), aFrame(2, 8)];
    const identity = identityOf(frames, "source");
    expect(identity.mac).to.deep.equal(mac(6));
    expect(identity.secondaryMacs).to.deep.equal([mac(4), mac(8)]);
    expect(identityOf(frames, "destination").mac).to.deep.equal(mac(2));
  });

  it("joins the groups that frames go to, broadcast not among them, and keeps the default address", () => {
    const identity = identityOf([aFrame(0xff, 2), aFrame(0x01, 2), aFrame(0x01, 2)], "destination");
    expect(identity.mac).to.deep.equal(DEFAULT_IDENTITY.mac);
    expect(identity.multicastMacs).to.deep.equal([mac(0x01)]);
  });

  it("collects VLAN identifiers once, without priority and the reserved ones", () => {
    const frames = [5, 0x6005, 4094, 0, 4095, 0xe000].map((tag) => aFrame(2, 4, tag));
    expect(identityOf(frames, "source").vlanIds).to.deep.equal([5, 4094]);
  });

  it("never makes zeros the NIC's own address, which captures of a loopback have", () => {
    const zeros = identityOf([aFrame(0, 0), aFrame(0, 0)], "source");
    expect(zeros.mac).to.deep.equal(DEFAULT_IDENTITY.mac);
    expect(zeros.secondaryMacs).to.deep.equal([mac(0)]);
    const mixed = identityOf([aFrame(0, 0), aFrame(0, 0), aFrame(0, 4)], "source");
    expect(mixed.mac).to.deep.equal(mac(4));
  });
});
