// Headers as written by hand, and any bytes at all. Real frames: captures.test.ts.
import { expect } from "chai";
import fc from "fast-check";
import { describeFrame } from "../../../engine/packets/frame.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { concatenate, patched } from "./capture-files.ts";

const SEED = 99;

/** Bytes from hexadecimal digits; spaces do not matter. */
function bytes(digits: string): Uint8Array {
  const pairs = digits.replaceAll(" ", "").match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

const [UDP = new Uint8Array()] = generatePackets({
  frameBytesWithoutFcs: 60,
  seed: 1,
  direction: "tx",
  count: 1,
});
const MACS = "ffffffffffff 525400123456";
const ARP = bytes(`${MACS} 0806 0001 0800 06 04 0001 525400123456 c000020f 000000000000 c0000202`);
const IPV6_ADDRESSES = `20010db8${"00".repeat(11)}01 20010db8${"00".repeat(11)}02`;

function lineOf(frame: Uint8Array): string {
  return describeFrame(frame).text;
}

function layersOf(frame: Uint8Array): (string | number)[][] {
  return describeFrame(frame).layers.map(({ name, offset, sizeBytes }) => [
    name,
    offset,
    sizeBytes,
  ]);
}

function valueOf(frame: Uint8Array, layer: string, field: string): string | undefined {
  const found = describeFrame(frame).layers.find(({ name }) => name === layer);
  return found?.fields.find(({ name }) => name === field)?.text;
}

describe("describeFrame", () => {
  it("gives the layers of a UDP frame with their bytes", () => {
    expect(layersOf(UDP)).to.deep.equal([
      ["Ethernet", 0, 14],
      ["IPv4", 14, 20],
      ["UDP", 34, 8],
      ["Data", 42, 18],
    ]);
    expect(valueOf(UDP, "IPv4", "Flags")).to.equal("DF");
  });

  it("tells a wrong checksum and what it should be", () => {
    const right = valueOf(UDP, "UDP", "Checksum") ?? "";
    expect(right).to.match(/^0x[0-9a-f]{4} \(right\)$/);
    const wrong = patched(UDP, 40, 0x12, 0x34);
    const expected = `0x1234 (wrong, expected ${right.slice(0, 6)})`;
    expect(valueOf(wrong, "UDP", "Checksum")).to.equal(expected);
    expect(valueOf(patched(UDP, 40, 0, 0), "UDP", "Checksum")).to.equal("0x0000");
    expect(valueOf(patched(UDP, 22, 63), "IPv4", "Checksum")).to.contain("wrong");
  });

  it("leaves the frame as it was, also when its slices are views", () => {
    class Aliasing extends Uint8Array {
      override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
        return this.subarray(start, end) as Uint8Array<ArrayBuffer>;
      }
    }
    const frame = Aliasing.from(UDP);
    expect(valueOf(frame, "UDP", "Checksum")).to.contain("(right)");
    expect([...frame]).to.deep.equal([...UDP]);
  });

  it("names both VLAN tags, the outer one first", () => {
    const tagged = concatenate(UDP.subarray(0, 12), bytes("88a8 6064 8100 0007"), UDP.subarray(12));
    expect(lineOf(tagged)).to.match(/^VLAN 100 VLAN 7 192\.0\.2\.15:49152 → 192\.0\.2\.2:9 UDP/);
    expect(layersOf(tagged).slice(1, 3)).to.deep.equal([
      ["802.1ad", 14, 4],
      ["802.1Q", 18, 4],
    ]);
    expect(valueOf(tagged, "802.1ad", "PCP")).to.equal("3");
  });

  it("reads ARP requests, replies and the padding behind", () => {
    const addresses = "52:54:00:12:34:56 → ff:ff:ff:ff:ff:ff";
    expect(lineOf(ARP)).to.equal(`${addresses} ARP who has 192.0.2.2, tell 192.0.2.15`);
    expect(lineOf(patched(ARP, 21, 2))).to.contain("ARP 192.0.2.15 is at 52:54:00:12:34:56");
    expect(layersOf(concatenate(ARP, new Uint8Array(18)))).to.deep.equal([
      ["Ethernet", 0, 14],
      ["ARP", 14, 28],
      ["Padding", 42, 18],
    ]);
  });

  it("shows what an IEEE 802.3 length field covers", () => {
    const llc = bytes(`${MACS} 0003 424203 0000`);
    expect(lineOf(llc)).to.contain("IEEE 802.3 LLC, 3 bytes");
    expect(layersOf(llc).slice(1)).to.deep.equal([
      ["Data", 14, 3],
      ["Padding", 17, 2],
    ]);
  });

  it("walks IPv6 extension headers to the transport protocol", () => {
    const hopByHop = "3a00 0502 0000 0100";
    const message = "8f00 0000 0000 0000";
    const frame = bytes(
      `${MACS} 86dd 60000000 0010 00 40 ${IPV6_ADDRESSES} ${hopByHop} ${message}`,
    );
    expect(lineOf(frame)).to.equal(
      "2001:db8::1 → 2001:db8::2 ICMPv6 multicast listener report, 4 bytes",
    );
    expect(layersOf(frame).slice(1)).to.deep.equal([
      ["IPv6", 14, 40],
      ["IPv6 hop-by-hop options", 54, 8],
      ["ICMPv6", 62, 4],
      ["Data", 66, 4],
    ]);
  });

  it("tells which bytes a fragment holds", () => {
    const first = patched(UDP, 20, 0x20, 0x00);
    expect(lineOf(first)).to.contain("IPv4 fragment of UDP, bytes 0 to 25");
    expect(lineOf(patched(UDP, 20, 0x00, 0xb9))).to.contain("UDP, bytes 1480 to 1505, the last");
    const header = "1100 0009 00000001";
    const six = bytes(`${MACS} 86dd 60000000 000a 2c 40 ${IPV6_ADDRESSES} ${header} abcd`);
    expect(lineOf(six)).to.contain("IPv6 fragment of UDP, bytes 8 to 9");
  });

  const malformed: readonly (readonly [what: string, frame: Uint8Array, problem: string])[] = [
    ["half an Ethernet header", UDP.subarray(0, 7), "Ethernet header: found 7 bytes, expected 14"],
    ["a cut VLAN tag", bytes(`${MACS} 8100 00`), "802.1Q header: found 1 bytes, expected 4"],
    ["a cut IPv4 header", UDP.subarray(0, 30), "IPv4 header: found 16 bytes, expected 20"],
    ["an IPv4 header too short", patched(UDP, 14, 0x44), "a header of 16 bytes, expected 4 and 20"],
    ["an IPv4 length too large", patched(UDP, 17, 47), "IPv4 total length: found 47, expected 20"],
    ["a UDP length too large", patched(UDP, 39, 27), "UDP length: found 27, expected 8 to 26"],
    ["a TCP header too short", patched(UDP, 23, 6), "TCP data offset: found"],
    ["a cut ARP packet", ARP.subarray(0, 41), "ARP header: found 27 bytes, expected 28"],
    ["a length beyond the frame", bytes(`${MACS} 0003 42`), "length field: found 3 bytes"],
  ];
  for (const [what, frame, problem] of malformed) {
    it(`gives the valid layers and the problem of ${what}`, () => {
      const summary = describeFrame(frame);
      expect(summary.problem).to.contain(problem);
      expect(summary.text).to.contain(`malformed (${summary.problem})`);
    });
  }

  it(`covers every byte of any frame once and in order, seed ${SEED}`, () => {
    const types = fc.constantFrom(
      "0800 45",
      "86dd 60",
      "0806",
      "8100 0001 0800 4f",
      "0020",
      "88cc",
    );
    const protocols = fc.constantFrom(0, 1, 6, 17, 44, 58, 60);
    fc.assert(
      fc.property(types, protocols, fc.uint8Array({ maxLength: 120 }), (type, protocol, rest) => {
        const frame = concatenate(bytes(`${MACS} ${type}`), rest);
        if (frame.length > 24)
          frame.set(
            type.startsWith("86") ? [0, 20, protocol] : [protocol],
            type.startsWith("86") ? 18 : 23,
          );
        let offset = 0;
        for (const layer of describeFrame(frame).layers) {
          expect(layer.offset).to.equal(offset);
          expect(layer.sizeBytes).to.be.greaterThan(0);
          for (const field of layer.fields) {
            expect(field.offset).to.be.within(offset, offset + layer.sizeBytes - field.sizeBytes);
          }
          offset += layer.sizeBytes;
        }
        expect(offset).to.equal(frame.length);
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });
});
