// The link types of draft-ietf-opsawg-pcaplinktype that carry Ethernet, each in a pcap file.
import { expect } from "chai";
import { readCapture } from "../../../engine/packets/capture.ts";
import { ETHERNET_LINK_TYPES, linkTypeText } from "../../../engine/packets/link-type.ts";
import { aFrame, aPcap, concatenate } from "./capture-files.ts";

const FRAME = aFrame(60);
const FCS = Uint8Array.of(1, 2, 3, 4);
const PREAMBLE = Uint8Array.of(0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5);

function read(linkType: number, ...parts: Uint8Array[]): Uint8Array | undefined {
  const packets = [{ data: concatenate(...parts) }];
  return readCapture(aPcap({ linkType, packets }), "a.pcap").packets[0]?.frame;
}

const tag = Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd);
const ppi = (inner: number, headerBytes = 12) =>
  Uint8Array.of(0, 0, headerBytes, 0, inner, 0, 0, 0, 9, 9, 9, 9);

/** A PKTAP header of version 1 or 2: length, link type inside, trailer length. */
function pktap(
  version: 1 | 2,
  headerBytes: number,
  inner: number,
  trailerBytes: number,
): Uint8Array {
  const header = new Uint8Array(108);
  const view = new DataView(header.buffer);
  view.setUint32(36, version === 2 ? 0x0008_0000 : 0, true);
  if (version === 1) {
    view.setUint32(0, headerBytes, true);
    view.setUint32(8, inner, true);
    view.setUint32(48, trailerBytes, true);
  } else {
    view.setUint8(0, headerBytes);
    view.setUint16(6, inner, true);
    view.setUint16(10, trailerBytes, true);
  }
  return header;
}

const whole: readonly (readonly [linkType: number, parts: Uint8Array[]])[] = [
  [1, [FRAME]],
  [192, [ppi(1), FRAME]],
  [240, [Uint8Array.of(0, 4, 64, 0), FRAME, FCS]],
  [241, [Uint8Array.of(0, 6, 72, 0), PREAMBLE, FRAME, FCS]],
  [258, [pktap(1, 108, 1, 4), FRAME, FCS]],
  [259, [Uint8Array.of(0xd5, 0x55, 0x55, 0, 1, 0x77), FRAME]],
  [274, [PREAMBLE, FRAME, FCS]],
  [281, [FRAME.subarray(0, 12), tag, FRAME.subarray(12)]],
  [282, [tag, FRAME]],
];

const refused: readonly (readonly [linkType: number, parts: Uint8Array[], message: string])[] = [
  [192, [aFrame(7)], "packet 1 at byte 24: found 7 bytes where a header of 8 should be, expected"],
  [192, [ppi(105), FRAME], "found link type 105 (IEEE802_11) inside"],
  [192, [ppi(1, 7), FRAME], "found a header length of 7, less than its own 8 bytes"],
  [192, [ppi(1, 200), FRAME], "found 72 bytes where a header of 200 should be"],
  [240, [Uint8Array.of(0, 5, 64, 0), FRAME, FCS], "found an event of the GPIO port"],
  [240, [Uint8Array.of(0, 4), FCS], "found 2 bytes where a header of 4 should be"],
  [258, [aFrame(51)], "found 51 bytes where a header of at least 52 should be"],
  [258, [pktap(1, 39, 1, 0), FRAME], "found a header length of 39, too small for its own fields"],
  [258, [pktap(2, 108, 12, 0), FRAME], "found link type 12 (not in the registry) inside"],
  [258, [pktap(2, 108, 1, 61), FRAME], "found 168 bytes where header and trailer take 169"],
  [274, [Uint8Array.of(0x55, 0x55, 0xe6), FRAME, FCS], "found delimiter 0xe6 instead of 0xd5"],
  [274, [PREAMBLE.subarray(0, 7), FCS], "found 7 bytes without a start-of-frame delimiter"],
  [281, [aFrame(17)], "found 17 bytes where addresses, tag and EtherType take 18"],
  [284, [FRAME], "link type at byte 20: found 284 (DSA_TAG_DSA), expected 1 (ETHERNET) or another"],
];

describe("ETHERNET_LINK_TYPES", () => {
  for (const [linkType, parts] of whole) {
    it(`gives back the frame that ${linkTypeText(linkType)} wraps`, () => {
      expect(read(linkType, ...parts)).to.deep.equal(FRAME);
    });
  }

  it("gives back the frame that PKTAP of version 2 wraps", () => {
    expect(read(258, pktap(2, 108, 1, 0), FRAME)).to.deep.equal(FRAME);
  });

  it("holds no link type that is not tested here", () => {
    expect([...ETHERNET_LINK_TYPES.keys()]).to.deep.equal(whole.map(([linkType]) => linkType));
  });

  for (const [linkType, parts, message] of refused) {
    it(`refuses a packet of ${linkTypeText(linkType)}: ${message}`, () => {
      expect(() => read(linkType, ...parts)).to.throw(RangeError, message);
    });
  }
});

describe("linkTypeText", () => {
  it("names the ends of the registry and says when there is no name", () => {
    expect(linkTypeText(0)).to.equal("0 (NULL)");
    expect(linkTypeText(304)).to.equal("304 (DECT_NR_TAP)");
    expect(linkTypeText(162)).to.equal("162 (USER15)");
    expect(linkTypeText(208)).to.equal("208 (not in the registry)");
  });
});
