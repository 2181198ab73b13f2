import { expect } from "chai";
import { DEFAULT_IDENTITY, receiverOf, senderOf } from "../../../engine/guest/identity.ts";

/** A frame from and to the addresses whose bytes are all the same, with a VLAN tag if wanted. */
function aFrame(to: number, from: number, vlan?: number): Uint8Array {
  const frame = new Uint8Array(60);
  frame.fill(to, 0, 6).fill(from, 6, 12);
  if (vlan !== undefined) frame.set([0x81, 0x00, vlan >> 8, vlan & 0xff], 12);
  return frame;
}

const mac = (byte: number) => new Uint8Array(6).fill(byte);

describe("receiverOf", () => {
  it("takes the most frequent destination for the NIC's own and the rest for further ones", () => {
    const identity = receiverOf([aFrame(4, 2), aFrame(6, 2), aFrame(6, 2), aFrame(8, 2)]);
    expect(identity.mac).to.deep.equal(mac(6));
    expect(identity.secondaryMacs).to.deep.equal([mac(4), mac(8)]);
    expect(identity.forwardsFrames).to.equal(false);
  });

  it("joins the groups that frames go to, broadcast not among them, and keeps the default address", () => {
    const identity = receiverOf([aFrame(0xff, 2), aFrame(0x01, 2), aFrame(0x01, 2)]);
    expect(identity.mac).to.deep.equal(DEFAULT_IDENTITY.mac);
    expect(identity.multicastMacs).to.deep.equal([mac(0x01)]);
  });

  it("never makes zeros the NIC's own address, which captures of a loopback have", () => {
    const zeros = receiverOf([aFrame(0, 0), aFrame(0, 0)]);
    expect(zeros.mac).to.deep.equal(DEFAULT_IDENTITY.mac);
    expect(zeros.secondaryMacs).to.deep.equal([mac(0)]);
    expect(receiverOf([aFrame(0, 0), aFrame(0, 0), aFrame(4, 0)]).mac).to.deep.equal(mac(4));
  });
});

describe("senderOf", () => {
  it("takes the most frequent source for the NIC's own; it forwards what has another one", () => {
    const one = senderOf([aFrame(2, 6), aFrame(2, 6)]);
    expect(one.mac).to.deep.equal(mac(6));
    expect(one.forwardsFrames).to.equal(false);
    const two = senderOf([aFrame(2, 4), aFrame(2, 6), aFrame(2, 6)]);
    expect(two.mac).to.deep.equal(mac(6));
    expect(two.secondaryMacs).to.deep.equal([]);
    expect(two.forwardsFrames).to.equal(true);
  });

  it("is a third host that forwards when both sides of a talk are there", () => {
    const identity = senderOf([aFrame(2, 4), aFrame(4, 2)]);
    expect(identity.mac).to.deep.equal(DEFAULT_IDENTITY.mac);
    expect(identity.forwardsFrames).to.equal(true);
    const [to, from] = [aFrame(2, 4), aFrame(4, 2)];
    to.set(DEFAULT_IDENTITY.mac, 0);
    from.set(DEFAULT_IDENTITY.mac, 6);
    const other = senderOf([to, from]).mac;
    expect(other.subarray(0, 5)).to.deep.equal(DEFAULT_IDENTITY.mac.subarray(0, 5));
    expect(other[5]).to.equal((DEFAULT_IDENTITY.mac[5] as number) + 1);
  });

  it("collects VLAN identifiers once, without priority and the reserved ones", () => {
    const frames = [5, 0x6005, 4094, 0, 4095, 0xe000].map((tag) => aFrame(2, 4, tag));
    expect(senderOf(frames).vlanIds).to.deep.equal([5, 4094]);
  });
});
