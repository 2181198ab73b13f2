// Whatever happens to a capture file, reading it gives a whole result or one InputError.
import { expect } from "chai";
import fc from "fast-check";
import { InputError } from "../../../engine/core/input-error.ts";
import { readCapture } from "../../../engine/packets/capture.ts";
import { aFrame, aPcap, concatenate, PcapngSection } from "./capture-files.ts";

const SEED = 20_261;

function aSection(littleEndian: boolean): Uint8Array {
  const section = new PcapngSection(littleEndian);
  const seconds = section.body().u64(1n).done();
  const flags = section
    .body()
    .u32(4 << 5)
    .done();
  return section.bytes(
    section.header(),
    section.interface(1, [
      [2, aFrame(3)],
      [9, Uint8Array.of(9)],
      [14, seconds],
    ]),
    section.interface(1, [[13, Uint8Array.of(4)]]),
    section.enhanced(aFrame(61), { options: [[2, flags]] }),
    section.other(0x0bad, aFrame(9)),
    section.enhanced(aFrame(64), { id: 1 }),
    section.simple(aFrame(42)),
    section.obsolete(aFrame(19), 1),
  );
}

const pcapPackets = [{ data: aFrame(60) }, { data: aFrame(17) }];
const wrappedPackets = pcapPackets.map(({ data }) => ({
  data: concatenate(Uint8Array.of(0, 4, 64, 0), data, aFrame(4)),
}));
const files: readonly (readonly [what: string, file: Uint8Array])[] = [
  ["a little-endian pcap file", aPcap({ packets: pcapPackets })],
  ["a big-endian pcap file", aPcap({ littleEndian: false, packets: pcapPackets })],
  ["a pcap file with a header on each packet", aPcap({ linkType: 240, packets: wrappedPackets })],
  ["a pcapng file with two sections", concatenate(aSection(true), aSection(false))],
];

/** Reads: the number of packets, or the message of the InputError; anything else throws. */
function outcome(file: Uint8Array): number | string {
  try {
    const { packets } = readCapture(file, "a.cap");
    expect(packets.length).to.be.greaterThan(0);
    for (const { frame } of packets) expect(frame.length).to.be.within(14, 1522);
    return packets.length;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).to.match(/^a\.cap: .+ at byte \d+: found .+, expected .+\.$/);
    return error.message;
  }
}

describe("readCapture of a damaged file", () => {
  for (const [what, file] of files) {
    it(`gives an InputError or whole packets for ${what} cut at every byte`, () => {
      const whole = outcome(file);
      expect(whole).to.be.a("number");
      let packets = 0;
      for (let bytes = 0; bytes < file.length; bytes += 1) {
        const cut = outcome(file.subarray(0, bytes));
        if (typeof cut === "string") continue;
        expect(cut).to.be.within(packets, typeof whole === "number" ? whole : 0);
        packets = cut;
      }
    });

    it(`gives an InputError or packets for ${what} with every byte changed in four ways`, () => {
      for (let at = 0; at < file.length; at += 1) {
        for (const value of [0x00, 0x7f, 0x80, 0xff]) {
          const changed = file.slice();
          changed[at] = value;
          outcome(changed);
        }
      }
    });

    it(`gives an InputError or packets for ${what} with random damage, seed ${SEED}`, () => {
      const change = fc.record({
        at: fc.nat(file.length - 1),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
        removed: fc.nat(8),
      });
      const damage = fc.array(change, { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(damage, (changes) => {
          let damaged = file;
          for (const { at, bytes, removed } of changes) {
            const rest = damaged.subarray(Math.min(damaged.length, at + removed));
            damaged = concatenate(damaged.subarray(0, at), bytes, rest);
          }
          outcome(damaged);
        }),
        { seed: SEED, numRuns: 2000 },
      );
    });
  }

  it(`gives an InputError or packets for random bytes after a magic number, seed ${SEED}`, () => {
    const heads = files.map(([, file]) => file.subarray(0, 28));
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }), (head, tail) => {
        outcome(concatenate(head, tail));
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});
