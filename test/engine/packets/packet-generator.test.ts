// Generated frames, checked by the dissector, which computes every checksum anew.
import { expect } from "chai";
import fc from "fast-check";
import { describeFrame } from "../../../engine/packets/frame.ts";
import type { GeneratorOptions } from "../../../engine/packets/packet-generator.ts";
import { generatePackets, PacketGenerator } from "../../../engine/packets/packet-generator.ts";

const SEED = 3;
const base: GeneratorOptions = { frameBytesWithoutFcs: 60, seed: 1, direction: "tx" };

function checksums(frame: Uint8Array): string[] {
  const fields = describeFrame(frame).layers.flatMap((layer) => layer.fields);
  return fields.filter(({ name }) => name === "Checksum").map(({ text }) => text.slice(7));
}

function sequenceOf(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getUint32(42);
}

describe("generatePackets", () => {
  it("makes UDP frames from the guest to the peer, or the other way", () => {
    const [sent] = generatePackets({ ...base, count: 1 });
    const [received] = generatePackets({ ...base, count: 1, direction: "rx" });
    const lines = [sent, received].map((frame) => describeFrame(frame as Uint8Array));
    expect(lines.map(({ text }) => text)).to.deep.equal([
      "192.0.2.15:49152 → 192.0.2.2:9 UDP, 18 bytes",
      "192.0.2.2:49152 → 192.0.2.15:9 UDP, 18 bytes",
    ]);
    expect(lines[0]?.layers[0]?.fields.map(({ text }) => text)).to.deep.equal([
      "00:00:5e:00:53:01",
      "52:54:00:12:34:56",
      "0x0800 (IPv4)",
    ]);
  });

  it(`gives right checksums and sequence numbers at any size, seed ${SEED}`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 1514 }), fc.nat(0xffff_ffff), (size, seed) => {
        const frames = generatePackets({ ...base, frameBytesWithoutFcs: size, seed, count: 3 });
        expect(frames.map(({ length }) => length)).to.deep.equal([size, size, size]);
        expect(frames.map(sequenceOf)).to.deep.equal([0, 1, 2]);
        for (const frame of frames) {
          expect(checksums(frame)).to.deep.equal(["(right)", "(right)"]);
          expect(describeFrame(frame).problem).to.equal(null);
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it("keeps checksums right over 200,000 sequence numbers", () => {
    const generator = new PacketGenerator(base);
    const into = new Uint8Array(1600);
    for (let sequence = 0; sequence < 200_000; sequence += 1) {
      expect(generator.sequence).to.equal(sequence);
      const sizeBytes = generator.next(into, 8);
      if (sequence % 997 !== 0 && (sequence & 0xffff) < 0xfff0) continue;
      const frame = into.subarray(8, 8 + sizeBytes);
      expect(sequenceOf(frame)).to.equal(sequence);
      expect(checksums(frame)).to.deep.equal(["(right)", "(right)"]);
    }
  });

  it("mixes 60, 590 and 1,514 bytes as 7 : 4 : 1 in every dozen, in an order of the seed", () => {
    const mix = (seed: number) =>
      generatePackets({ ...base, seed, frameBytesWithoutFcs: "imix", count: 120 }).map(
        ({ length }) => length,
      );
    const sizes = mix(1);
    for (let start = 0; start < 120; start += 12) {
      const dozen = sizes.slice(start, start + 12).sort((a, b) => a - b);
      expect(dozen).to.deep.equal([60, 60, 60, 60, 60, 60, 60, 590, 590, 590, 590, 1514]);
    }
    expect(mix(1)).to.deep.equal(sizes);
    expect(mix(2)).to.not.deep.equal(sizes);
  });

  it("takes other Ethernet addresses", () => {
    const guestMac = Uint8Array.of(2, 0, 0, 0, 0, 9);
    const peerMac = Uint8Array.of(2, 0, 0, 0, 0, 8);
    const [frame] = generatePackets({ ...base, guestMac, peerMac, count: 1 });
    expect([...(frame?.subarray(0, 12) ?? [])]).to.deep.equal([...peerMac, ...guestMac]);
  });

  const wrong: readonly (readonly [options: object, message: string])[] = [
    [{ frameBytesWithoutFcs: 59 }, "frameBytesWithoutFcs: found 59, expected a whole number from"],
    [{ frameBytesWithoutFcs: 1515 }, "expected a whole number from 60 to 1514."],
    [{ frameBytesWithoutFcs: 60.5 }, "frameBytesWithoutFcs: found 60.5, expected"],
    [{ seed: -1 }, "seed: found -1, expected a whole number from 0 to 4294967295."],
    [{ count: 0 }, "count: found 0, expected a whole number from 1 to 10000000."],
    [{ count: Number.NaN }, "count: found NaN, expected"],
    [{ guestMac: new Uint8Array(5) }, "guestMac: found 5 bytes, expected 6."],
  ];
  for (const [options, message] of wrong) {
    it(`refuses ${message}`, () => {
      const given = { ...base, count: 1, ...options };
      expect(() => generatePackets(given)).to.throw(RangeError, message);
    });
  }
});
