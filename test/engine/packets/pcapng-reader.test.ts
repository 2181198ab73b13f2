// draft-ietf-opsawg-pcapng: sections, interfaces, packet blocks. Damage: capture-damage.test.ts.
import { expect } from "chai";
import { readCapture } from "../../../engine/packets/capture.ts";
import type { Block } from "./capture-files.ts";
import { aFrame, concatenate, PcapngSection } from "./capture-files.ts";

const FRAME = aFrame(61);
const LITTLE = new PcapngSection(true);

/** A little-endian file of one section with one Ethernet interface, and the blocks given. */
function aFile(...blocks: Block[]): Uint8Array {
  return LITTLE.bytes(LITTLE.header(), LITTLE.interface(), ...blocks);
}

function errorOf(bytes: Uint8Array): string {
  try {
    readCapture(bytes, "a.pcapng");
  } catch (error) {
    return String(error);
  }
  return "no error";
}

function timeOf(
  section: PcapngSection,
  units: bigint,
  ...options: [number, Uint8Array][]
): bigint | null {
  const file = section.bytes(
    section.header(),
    section.interface(1, options),
    section.enhanced(FRAME, { units }),
  );
  return readCapture(file, "a.pcapng").packets[0]?.timestampNs ?? null;
}

describe("readPcapng", () => {
  for (const littleEndian of [true, false]) {
    const section = new PcapngSection(littleEndian);
    const order = littleEndian ? "little" : "big";

    it(`reads enhanced, simple and obsolete packet blocks of a ${order}-endian section`, () => {
      const file = section.bytes(
        section.header(),
        section.interface(),
        section.enhanced(FRAME, { units: 0x1_0000_0001n }),
        section.simple(FRAME),
        section.obsolete(FRAME, 0, 5n),
      );
      const capture = readCapture(file, "a.pcapng");
      expect(capture.format).to.equal("pcapng");
      expect(capture.packets.map((packet) => packet.timestampNs)).to.deep.equal([
        0x1_0000_0001n * 1000n,
        null,
        5000n,
      ]);
      for (const { frame } of capture.packets) expect(frame).to.deep.equal(FRAME);
    });

    it(`adds if_tsoffset to times of a ${order}-endian section`, () => {
      const seconds = section.body().u64(-3n).done();
      expect(timeOf(section, 4_000_000n, [14, seconds])).to.equal(1_000_000_000n);
    });
  }

  const resolutions: readonly (readonly [code: number, units: bigint, ns: bigint])[] = [
    [0, 3n, 3_000_000_000n],
    [3, 3n, 3_000_000n],
    [9, 123_456_789_012_345_678n, 123_456_789_012_345_678n],
    [12, 1_999n, 1n],
    [127, 2n ** 64n - 1n, 0n],
    [0x80, 2n, 2_000_000_000n],
    [0x8a, 1n, 976_562n],
    [0xa0, 2n ** 31n, 500_000_000n],
    [0xff, 2n ** 64n - 1n, 0n],
  ];
  for (const [code, units, ns] of resolutions) {
    const base = code < 0x80 ? 10 : 2;
    it(`counts time in units of ${base}^-${code & 0x7f} seconds`, () => {
      expect(timeOf(LITTLE, units, [9, Uint8Array.of(code)])).to.equal(ns);
    });
  }

  it("gives every section its own byte order and its own interfaces", () => {
    const big = new PcapngSection(false);
    const nanoseconds: [number, Uint8Array][] = [[9, Uint8Array.of(9)]];
    const file = concatenate(
      aFile(LITTLE.enhanced(FRAME, { units: 1n })),
      big.bytes(
        big.header(),
        big.interface(),
        big.interface(1, nanoseconds),
        big.enhanced(FRAME, { id: 1, units: 1n }),
      ),
    );
    const capture = readCapture(file, "a.pcapng");
    expect(capture.interfaces.length).to.equal(3);
    expect(capture.packets.map((p) => [p.interfaceIndex, p.timestampNs])).to.deep.equal([
      [0, 1000n],
      [2, 1n],
    ]);
  });

  it("skips unknown blocks, custom blocks and unknown options", () => {
    const comment: [number, Uint8Array][] = [
      [1, aFrame(5)],
      [0x8abc, aFrame(3)],
      [2988, aFrame(9)],
    ];
    const file = LITTLE.bytes(
      LITTLE.header(),
      LITTLE.other(0x4bad, aFrame(20)),
      LITTLE.interface(1, comment),
      LITTLE.other(0x0bad, aFrame(20)),
      LITTLE.other(0x8000_1234, aFrame(0)),
      LITTLE.enhanced(FRAME, { options: comment }),
      LITTLE.other(5, aFrame(17)),
    );
    expect(readCapture(file, "a.pcapng").packets.length).to.equal(1);
  });

  it("accepts an interface of another link type as long as no packet comes from it", () => {
    const packet = LITTLE.enhanced(FRAME, { id: 1 });
    const file = LITTLE.bytes(LITTLE.header(), LITTLE.interface(113), LITTLE.interface(), packet);
    expect(readCapture(file, "a.pcapng").packets.length).to.equal(1);
    const cooked = LITTLE.bytes(LITTLE.header(), LITTLE.interface(113), LITTLE.enhanced(FRAME));
    expect(errorOf(cooked)).to.contain("link type at byte 36: found 113 (LINUX_SLL), expected 1");
  });

  it("strips an FCS declared by the interface or, with priority, by the packet", () => {
    const declared: [number, Uint8Array][] = [[13, Uint8Array.of(4)]];
    const flags = LITTLE.body()
      .u32(4 << 5)
      .done();
    const file = LITTLE.bytes(
      LITTLE.header(),
      LITTLE.interface(1, declared),
      LITTLE.interface(),
      LITTLE.enhanced(aFrame(64)),
      LITTLE.enhanced(aFrame(64), { id: 1, options: [[2, flags]] }),
      LITTLE.enhanced(aFrame(64), { id: 1 }),
    );
    const sizes = readCapture(file, "a.pcapng").packets.map(({ frame }) => frame.length);
    expect(sizes).to.deep.equal([60, 60, 64]);
  });

  it("accepts version 1.2 and a section that is longer than it says", () => {
    const header = LITTLE.header({ version: [1, 2], sectionBytes: 0n });
    const file = LITTLE.bytes(header, LITTLE.interface(), LITTLE.enhanced(FRAME));
    expect(readCapture(file, "a.pcapng").packets.length).to.equal(1);
  });

  const packet = LITTLE.enhanced(FRAME);
  const wrong: readonly (readonly [what: string, file: Uint8Array, message: string])[] = [
    ["a file without packets", aFile(), "end of file at byte 48: found no packets, expected"],
    [
      "a byte-order magic that is none",
      LITTLE.bytes({ type: 0x0a0d0d0a, body: LITTLE.body().u64(7n).u64(0n) }),
      "byte-order magic at byte 8: found 07 00 00 00, expected 1a 2b 3c 4d or 4d 3c 2b 1a.",
    ],
    [
      "another version",
      LITTLE.bytes(LITTLE.header({ version: [2, 0] })),
      "pcapng version at byte 12: found 2.0, expected 1.0 or 1.2.",
    ],
    [
      "a block length that is no multiple of 4",
      aFile({ ...packet, lengthBytes: 97 }),
      "block length at byte 52: found 97, expected a multiple of 4.",
    ],
    [
      "a block length too small for its type",
      aFile({ ...packet, lengthBytes: 28 }),
      "block length at byte 52: found 28, expected at least 32 in block type 6.",
    ],
    [
      "a block length larger than the file",
      aFile({ ...packet, lengthBytes: 4000 }),
      "block length at byte 52: found 4000, expected at most the 96 bytes left in the file.",
    ],
    [
      "a different length at the end of a block",
      aFile({ ...packet, trailerBytes: 92 }),
      "block length at the block's end at byte 140: found 92, expected 96 as at its start.",
    ],
    [
      "a packet of an interface that is not described",
      aFile(LITTLE.enhanced(FRAME, { id: 7 })),
      "interface of packet 1 at byte 56: found 7, expected 0 to 0.",
    ],
    [
      "a simple packet before any interface",
      LITTLE.bytes(LITTLE.header(), LITTLE.simple(FRAME)),
      "found 0, expected an interface description before it.",
    ],
    [
      "a captured length larger than its block",
      aFile(LITTLE.enhanced(FRAME, { capturedBytes: 65, originalBytes: 65 })),
      "captured length of packet 1 at byte 68: found 65 bytes, " +
        "expected at most the 64 left in the block.",
    ],
    [
      "a packet cut by the snap length",
      aFile(LITTLE.enhanced(FRAME, { originalBytes: 62 })),
      "packet 1 at byte 48: found 61 of 62 bytes captured, expected all of them.",
    ],
    [
      "a simple packet cut by the snap length",
      LITTLE.bytes(LITTLE.header(), LITTLE.interface(1, [], 61), LITTLE.simple(FRAME, 62)),
      "found 61 of 62 bytes captured",
    ],
    [
      "an option that leaves its block",
      LITTLE.bytes(LITTLE.header(), {
        type: 1,
        body: LITTLE.body().u32(1).u32(0).u16(1).u16(9).u32(0),
      }),
      "length of option 1 at byte 46: found 9 bytes, expected at most the 4 left in the block.",
    ],
    [
      "a resolution of two bytes",
      LITTLE.bytes(LITTLE.header(), LITTLE.interface(1, [[9, Uint8Array.of(6, 0)]])),
      "length of option 9 at byte 46: found 2 bytes, expected 1.",
    ],
    [
      "a section that ends before it should",
      LITTLE.bytes(LITTLE.header({ sectionBytes: 4000n }), LITTLE.interface(), packet),
      "section length at byte 16: found a section that goes on to byte 4028, " +
        "expected its end at byte 144",
    ],
    [
      "a negative section length",
      LITTLE.bytes(LITTLE.header({ sectionBytes: -2n }), LITTLE.interface(), packet),
      "section length at byte 16: found -2, expected -1, 0 or more.",
    ],
    [
      "line ends converted in transfer",
      Uint8Array.of(0x0a, 0x0a, 0x1c, 0),
      "a pcapng file with its line ends converted by a text-mode transfer",
    ],
  ];
  for (const [what, file, message] of wrong) {
    it(`refuses ${what}`, () => {
      expect(errorOf(file))
        .to.match(/^InputError: a\.pcapng: /)
        .and.to.contain(message);
    });
  }
});
