// Round trips through both formats: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
import { expect } from "chai";
import fc from "fast-check";
import { readCapture } from "../../../engine/packets/capture.ts";
import { writePcap } from "../../../engine/packets/pcap-writer.ts";
import { writePcapng } from "../../../engine/packets/pcapng-writer.ts";
import { aFrame, aPcap, PcapngSection } from "./capture-files.ts";

const SEED = 4711;
const frames = fc.uint8Array({ minLength: 14, maxLength: 1514 });
const pcapPackets = fc.array(
  fc.record({ timestampNs: fc.bigInt(0n, 4_294_967_295_999_999_999n), frame: frames }),
  { minLength: 1, maxLength: 12 },
);
const pcapngPackets = fc.array(
  fc.record({
    timestampNs: fc.bigInt(0n, 2n ** 64n - 1n),
    frame: frames,
    interfaceIndex: fc.nat(2),
  }),
  { minLength: 1, maxLength: 12 },
);

describe("writePcap", () => {
  it("writes version 2.4, little-endian, nanoseconds, link type 1", () => {
    const frame = aFrame(14);
    const expected = aPcap({
      magic: 0xa1b23c4d,
      packets: [{ data: frame, seconds: 1, fraction: 2 }],
    });
    expected.set([0, 0, 4, 0], 16);
    expect(writePcap([{ timestampNs: 1_000_000_002n, frame }])).to.deep.equal(expected);
  });

  it(`writes files that read back the same, seed ${SEED}`, () => {
    fc.assert(
      fc.property(pcapPackets, fc.boolean(), (packets, micro) => {
        const resolution = micro ? "microseconds" : "nanoseconds";
        const capture = readCapture(writePcap(packets, { resolution }), "a.pcap");
        const unit = micro ? 1000n : 1n;
        expect(capture.packets.map((p) => p.timestampNs)).to.deep.equal(
          packets.map((p) => (p.timestampNs / unit) * unit),
        );
        expect(capture.packets.map((p) => p.frame)).to.deep.equal(packets.map((p) => p.frame));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it("refuses a time that the format cannot hold", () => {
    for (const timestampNs of [-1n, 4_294_967_296_000_000_000n]) {
      expect(() => writePcap([{ timestampNs, frame: aFrame(60) }])).to.throw(
        RangeError,
        `timestampNs of packet 1: found ${timestampNs}, expected 0 to 4294967295999999999`,
      );
    }
  });
});

describe("writePcapng", () => {
  it("writes the section's length, and interface names in UTF-8", () => {
    const section = new PcapngSection();
    const frame = aFrame(15);
    const names = ["wire", "gäst→😀\ud800"];
    const options = [
      [0x77, 0x69, 0x72, 0x65],
      [0x67, 0xc3, 0xa4, 0x73, 0x74, 0xe2, 0x86, 0x92, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbf, 0xbd],
    ];
    const file = writePcapng(names, [{ timestampNs: 2n ** 33n, frame, interfaceIndex: 1 }]);
    const blocks = [
      ...options.map((name) =>
        section.interface(
          1,
          [
            [2, Uint8Array.from(name)],
            [9, Uint8Array.of(9)],
          ],
          262_144,
        ),
      ),
      section.enhanced(frame, { id: 1, units: 2n ** 33n }),
    ];
    const sectionBytes = BigInt(file.length - 28);
    expect(file).to.deep.equal(section.bytes(section.header({ sectionBytes }), ...blocks));
  });

  it(`writes files that read back the same, seed ${SEED}`, () => {
    fc.assert(
      fc.property(pcapngPackets, (packets) => {
        const capture = readCapture(writePcapng(["a", "", "long name"], packets), "a.pcapng");
        const back = capture.packets.map(({ timestampNs, frame, interfaceIndex }) => ({
          timestampNs,
          frame,
          interfaceIndex,
        }));
        expect(back).to.deep.equal(packets);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it("refuses a time of more than 64 bits and an interface without a name", () => {
    const frame = aFrame(60);
    const write = (timestampNs: bigint, interfaceIndex: number) => () =>
      writePcapng(["a"], [{ timestampNs, frame, interfaceIndex }]);
    expect(write(-1n, 0)).to.throw(RangeError, "timestampNs of packet 1: found -1, expected 0 to");
    expect(write(2n ** 64n, 0)).to.throw(RangeError, "expected 0 to 18446744073709551615");
    expect(write(0n, 1)).to.throw(RangeError, "interfaceIndex of packet 1: found 1, expected");
  });
});

describe("readCapture", () => {
  it(`reads the same packets from every byte order and resolution, seed ${SEED}`, () => {
    fc.assert(
      fc.property(
        fc.array(frames, { minLength: 1, maxLength: 8 }),
        fc.nat(999_999),
        fc.boolean(),
        fc.constantFrom([6, 1n], [9, 1000n], [12, 1_000_000n]),
        (data, micros, littleEndian, [code, unitsPerMicrosecond]) => {
          const packets = data.map((frame) => ({ data: frame, seconds: 5, fraction: micros }));
          const section = new PcapngSection(littleEndian);
          const units = (5_000_000n + BigInt(micros)) * BigInt(unitsPerMicrosecond ?? 0);
          const files = [
            aPcap({ littleEndian, packets }),
            section.bytes(
              section.header(),
              section.interface(1, [[9, Uint8Array.of(Number(code))]]),
              ...data.map((frame) => section.enhanced(frame, { units })),
            ),
          ];
          for (const file of files) {
            const capture = readCapture(file, "a");
            expect(capture.packets.map((p) => p.frame)).to.deep.equal(data);
            for (const packet of capture.packets) {
              expect(packet.timestampNs).to.equal((5_000_000n + BigInt(micros)) * 1000n);
            }
          }
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });
});
