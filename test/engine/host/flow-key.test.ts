// Keys from real headers: RFC 791, RFC 8200, RFC 792, IEEE Std 802.1Q.
import { expect } from "chai";
import fc from "fast-check";
import { FlowKey, FRAGMENT, KEY } from "../../../engine/host/flow-key.ts";
import { FlowTable } from "../../../engine/host/flow-table.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";

const UDP = generatePackets({
  count: 1,
  frameBytesWithoutFcs: 60,
  seed: 1,
  direction: "tx",
})[0] as Uint8Array;

function keyOf(frame: Uint8Array, inPort = 3): FlowKey {
  const key = new FlowKey();
  key.extract(frame, 0, frame.length, inPort);
  return key;
}

/** The same frame with this behind its addresses. */
function behind(frame: Uint8Array, ...bytes: number[]): Uint8Array {
  return Uint8Array.of(...frame.subarray(0, 12), ...bytes);
}

describe("FlowKey", () => {
  it("reads port, addresses, type, protocol and ports of a UDP frame", () => {
    const { words, isIp, isGroup, dontFragment, transportAt } = keyOf(UDP);
    expect(words[KEY.inPort]).to.equal(3);
    expect([words[KEY.destinationHigh], words[KEY.destinationLow]]).to.deep.equal([
      0x0000, 0x5e00_5301,
    ]);
    expect([words[KEY.sourceHigh], words[KEY.sourceLow]]).to.deep.equal([0x5254, 0x0012_3456]);
    expect(words[KEY.etherType]).to.equal(0x0800);
    expect(words[KEY.protocol]).to.equal(17);
    expect([words[KEY.sourceAddress], words[KEY.destinationAddress]]).to.deep.equal([
      0xc000_020f, 0xc000_0202,
    ]);
    expect(words[KEY.ports]).to.equal(49_152 * 65_536 + 9);
    expect([isIp, isGroup, dontFragment, transportAt]).to.deep.equal([true, false, true, 34]);
  });

  it("looks behind one VLAN tag and keeps it", () => {
    const tagged = behind(UDP, 0x81, 0, 0x20, 0x05, ...UDP.subarray(12));
    const { words } = keyOf(tagged);
    expect(words[KEY.vlan]).to.equal(0x1_2005);
    expect(words[KEY.ports]).to.equal(49_152 * 65_536 + 9);
  });

  it("knows first and later fragments; only the first has ports", () => {
    const first = UDP.slice();
    first.set([0x20, 0x00], 20);
    const later = UDP.slice();
    later.set([0x00, 0x10], 20);
    expect(keyOf(first).words[KEY.fragment]).to.equal(FRAGMENT.first);
    expect(keyOf(first).words[KEY.ports]).to.not.equal(0);
    expect(keyOf(later).words[KEY.fragment]).to.equal(FRAGMENT.later);
    expect(keyOf(later).words[KEY.ports]).to.equal(0);
    expect(keyOf(later).dontFragment).to.equal(false);
  });

  it("reads IPv6 behind extension headers and in fragments", () => {
    const fixed = [0x60, 0, 0, 0, 0, 24, 0, 64, ...new Array<number>(32).fill(1)];
    const hop = [44, 0, 0, 0, 0, 0, 0, 0];
    const piece = [17, 0, 0, 1, 0, 0, 0, 7];
    const udp = [0x12, 0x34, 0, 53, 0, 8, 0, 0];
    const key = keyOf(behind(UDP, 0x86, 0xdd, ...fixed, ...hop, ...piece, ...udp));
    expect(key.words[KEY.protocol]).to.equal(17);
    expect(key.words[KEY.fragment]).to.equal(FRAGMENT.first);
    expect(key.words[KEY.ports]).to.equal(0x1234 * 65_536 + 53);
    expect(key.identification).to.equal(7);
    expect(key.words[KEY.sourceAddress + 3]).to.equal(0x0101_0101);
  });

  it("takes an ICMP echo's identifier for its ports", () => {
    const ping = UDP.slice();
    ping[23] = 1;
    ping.set([8, 0, 0, 0, 0xab, 0xcd], 34);
    const key = keyOf(ping);
    expect([key.isIcmp, key.words[KEY.ports]]).to.deep.equal([true, 0xabcd_0000]);
  });

  it("reads no header that is not all there, and no byte of a former frame (seed 61)", () => {
    const used = new FlowKey();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 14, maxLength: 80 }), (frame) => {
        used.extract(UDP, 0, UDP.length, 1);
        used.extract(frame, 0, frame.length, 2);
        const { words } = keyOf(frame, 2);
        expect([...used.words]).to.deep.equal([...words]);
      }),
      { seed: 61, numRuns: 300 },
    );
    for (const bytes of [15, 20, 33]) {
      const cut = keyOf(UDP.subarray(0, bytes));
      expect([cut.words[KEY.protocol], cut.transportAt], `${bytes}`).to.deep.equal([0, -1]);
    }
    expect(keyOf(UDP.subarray(0, 40)).transportAt).to.equal(-1);
  });
});

describe("FlowTable", () => {
  it("behaves as a map from keys to numbers (seed 62)", () => {
    const key = fc.tuple(fc.nat(3), fc.nat(3), fc.constantFrom(0, 0xffff_ffff));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.nat(9)), { maxLength: 200 }), (entries) => {
        const table = new FlowTable(3);
        const map = new Map<string, number>();
        for (const [words, value] of entries) {
          const one = Uint32Array.from(words);
          expect(table.get(one)).to.equal(map.get(String(words)) ?? -1);
          table.set(one, value);
          map.set(String(words), value);
        }
        for (const [words] of entries) {
          expect(table.get(Uint32Array.from(words))).to.equal(map.get(String(words)));
        }
        expect(table.size).to.equal(map.size);
        table.clear();
        expect(table.size).to.equal(0);
      }),
      { seed: 62, numRuns: 100 },
    );
  });
});
