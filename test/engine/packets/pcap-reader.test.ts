// draft-ietf-opsawg-pcap: file header and packet records. Damage: capture-damage.test.ts.
import { expect } from "chai";
import { readCapture } from "../../../engine/packets/capture.ts";
import { aFrame, aPcap, patched } from "./capture-files.ts";

const FRAME = aFrame(60);

function errorOf(bytes: Uint8Array, options = {}): string {
  try {
    readCapture(bytes, "a.pcap", options);
  } catch (error) {
    return String(error);
  }
  return "no error";
}

describe("readPcap", () => {
  for (const littleEndian of [true, false]) {
    const order = littleEndian ? "little" : "big";
    it(`reads microseconds of a ${order}-endian file`, () => {
      const packets = [{ data: FRAME, seconds: 4_294_967_295, fraction: 999_999 }];
      const capture = readCapture(aPcap({ littleEndian, packets }), "a.pcap");
      expect(capture.format).to.equal("pcap");
      expect(capture.packets[0]?.timestampNs).to.equal(4_294_967_295_999_999_000n);
      expect(capture.packets[0]?.frame).to.deep.equal(FRAME);
    });

    it(`reads nanoseconds of a ${order}-endian file`, () => {
      const packets = [{ data: FRAME, seconds: 7, fraction: 999_999_999 }];
      const file = aPcap({ littleEndian, magic: 0xa1b23c4d, packets });
      expect(readCapture(file, "a.pcap").packets[0]?.timestampNs).to.equal(7_999_999_999n);
    });

    it(`refuses the modified format in ${order}-endian order by its name`, () => {
      expect(errorOf(aPcap({ littleEndian, magic: 0xa1b2cd34 }))).to.contain("Kuznetzov");
    });
  }

  it("gives number, offset, original length and interface of every packet", () => {
    const packets = [{ data: FRAME }, { data: aFrame(14) }];
    const capture = readCapture(aPcap({ packets }), "a.pcap");
    expect(
      capture.packets.map(({ number, offset, originalBytes }) => [number, offset, originalBytes]),
    ).to.deep.equal([
      [1, 24, 60],
      [2, 100, 14],
    ]);
    expect(capture.interfaces).to.deep.equal([{ linkType: 1, fcsBytes: 0, linkTypeOffset: 20 }]);
  });

  it("keeps the order of the file when time runs backwards", () => {
    const packets = [9, 3, 5].map((seconds) => ({ data: FRAME, seconds }));
    const times = readCapture(aPcap({ packets }), "a.pcap").packets.map((p) => p.timestampNs);
    expect(times).to.deep.equal([9_000_000_000n, 3_000_000_000n, 5_000_000_000n]);
  });

  it("strips an FCS that the link-type field declares", () => {
    const packets = [{ data: aFrame(64) }];
    const capture = readCapture(aPcap({ linkType: 0x2400_0001, packets }), "a.pcap");
    expect(capture.packets[0]?.frame).to.deep.equal(FRAME);
    expect(capture.packets[0]?.originalBytes).to.equal(64);
  });

  it("accepts a packet that lacks only bytes of its declared FCS", () => {
    const packets = [{ data: aFrame(62), originalBytes: 64 }];
    const capture = readCapture(aPcap({ linkType: 0x2400_0001, packets }), "a.pcap");
    expect(capture.packets[0]?.frame).to.deep.equal(FRAME);
  });

  it("ignores the FCS length when its P bit is clear", () => {
    const packets = [{ data: FRAME }];
    const capture = readCapture(aPcap({ linkType: 0x2000_0001, packets }), "a.pcap");
    expect(capture.packets[0]?.frame.length).to.equal(60);
  });

  const wrong: readonly (readonly [what: string, file: Uint8Array, message: string])[] = [
    [
      "an empty file",
      new Uint8Array(0),
      "a.pcap: file at byte 0: found no bytes, expected a pcap or pcapng capture.",
    ],
    [
      "a picture",
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d),
      "a.pcap: magic number at byte 0: found 89 50 4e 47, " +
        "expected that of a pcap or pcapng capture.",
    ],
    ["two bytes", Uint8Array.of(0xd4, 0xc3), "found d4 c3, expected that of"],
    ["a compressed file", Uint8Array.of(0x1f, 0x8b, 8, 0), "1f 8b 08 00 (a gzip-compressed file)"],
    [
      "a cut file header",
      aPcap().subarray(0, 23),
      "a.pcap: file header at byte 0: found the end of the file after 23 bytes, expected 24 bytes.",
    ],
    [
      "another version",
      aPcap({ version: [2, 3] }),
      "pcap version at byte 4: found 2.3, expected 2.4.",
    ],
    [
      "no packets",
      aPcap(),
      "a.pcap: end of file at byte 24: found no packets, expected at least one.",
    ],
    [
      "cooked Linux captures",
      aPcap({ linkType: 113 }),
      "link type at byte 20: found 113 (LINUX_SLL), expected 1 (ETHERNET) or",
    ],
    ["an unregistered link type", aPcap({ linkType: 999 }), "found 999 (not in the registry)"],
    [
      "reserved link-type bits",
      aPcap({ linkType: 0x0224_0001 }),
      "found 0x02240001, expected bits",
    ],
    [
      "an FCS of 6 bytes",
      aPcap({ linkType: 0x3400_0001, packets: [{ data: FRAME }] }),
      "FCS length of packet 1 at byte 24: found 6 bytes, expected 0 or 4",
    ],
    [
      "a packet longer than the file",
      aPcap({ packets: [{ data: FRAME }, { data: FRAME, capturedBytes: 99, originalBytes: 99 }] }),
      "a.pcap: captured length of packet 2 at byte 108: found 99 bytes, " +
        "expected at most the 60 left in the file.",
    ],
    [
      "an absurd length",
      aPcap({ packets: [{ data: FRAME, capturedBytes: 262_145, originalBytes: 262_145 }] }),
      "captured length of packet 1 at byte 32: found 262145 bytes, expected at most 262144.",
    ],
    [
      "more captured than there was",
      aPcap({ packets: [{ data: FRAME, originalBytes: 59 }] }),
      "found 60 bytes, expected at most the packet's original length of 59.",
    ],
    [
      "a cut packet",
      aPcap({ packets: [{ data: FRAME, originalBytes: 1514 }] }),
      "a.pcap: packet 1 at byte 24: found 60 of 1514 bytes captured, expected all of them.",
    ],
    [
      "a frame without a whole header",
      aPcap({ packets: [{ data: aFrame(13) }] }),
      "packet 1 at byte 24: found a frame of 13 bytes, " +
        "expected at least the 14 of an Ethernet header.",
    ],
    [
      "an oversized frame",
      aPcap({ packets: [{ data: FRAME }, { data: aFrame(1515) }] }),
      "packet 2 at byte 100: found a frame of 1515 bytes, expected at most 1514 without FCS",
    ],
  ];
  for (const [what, file, message] of wrong) {
    it(`refuses ${what}`, () => {
      const error = errorOf(file);
      expect(error)
        .to.match(/^InputError: /)
        .and.to.contain(message);
      expect(error).to.not.contain("\n");
    });
  }

  it("allows 4 bytes more for each of at most two VLAN tags", () => {
    const one = patched(aFrame(1518), 12, 0x81, 0x00);
    const two = patched(aFrame(1522), 12, 0x88, 0xa8, 0, 1, 0x81, 0x00);
    for (const data of [one, two]) {
      expect(readCapture(aPcap({ packets: [{ data }] }), "a.pcap").packets.length).to.equal(1);
    }
    expect(
      errorOf(aPcap({ packets: [{ data: patched(aFrame(1519), 12, 0x81, 0x00) }] })),
    ).to.contain("found a frame of 1519 bytes, expected at most 1518");
  });

  it("takes the longest frame from maxFrameBytes and checks its range", () => {
    const file = aPcap({ packets: [{ data: aFrame(9014) }] });
    const capture = readCapture(file, "a.pcap", { maxFrameBytes: 9014 });
    expect(capture.packets[0]?.frame.length).to.equal(9014);
    expect(errorOf(file, { maxFrameBytes: 9013 })).to.contain("at most 9013");
    expect(errorOf(file, { maxFrameBytes: 59 })).to.contain("maxFrameBytes: found 59, expected");
  });

  it("keeps a file name with line breaks on one line", () => {
    expect(() => readCapture(new Uint8Array(0), "a\r\nb\u2028c")).to.throw(
      RangeError,
      "a b c: file",
    );
  });
});
