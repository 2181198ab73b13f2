// Rates and packet sizes as people write them.
import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { meanPacketBytes, mixFrames, mixLabel } from "../../../engine/sizing/packet-mix.ts";
import { bitRateText, rateText, readRate } from "../../../engine/sizing/rate-text.ts";

describe("readRate", () => {
  it("reads packets and bits with their prefixes", () => {
    expect(readRate("--rate", "200000")).to.deep.equal({ packetsPerSecond: 200_000 });
    expect(readRate("--rate", "1.5Mpps")).to.deep.equal({ packetsPerSecond: 1_500_000 });
    expect(readRate("--rate", "800Mbit/s")).to.deep.equal({ bitsPerSecond: 800_000_000 });
    expect(readRate("--rate", "2Gbit")).to.deep.equal({ bitsPerSecond: 2_000_000_000 });
  });

  it("refuses what is no rate", () => {
    for (const text of ["", "0", "-5", "fast", "1.5T", "10 k", "1e6"])
      expect(() => readRate("--rate", text), text).to.throw(InputError, "--rate: ");
  });
});

describe("rateText", () => {
  it("has three digits and a prefix", () => {
    expect([7, 812, 81_234, 1_488_095, 999_600].map(rateText)).to.deep.equal([
      "7",
      "812",
      "81.2k",
      "1.49M",
      "1.00M",
    ]);
    expect(bitRateText(9.87e9)).to.equal("9.87 Gbit/s");
  });
});

describe("mixFrames", () => {
  it("counts sizes with FCS, as test reports do", () => {
    const [frame] = mixFrames({ kind: "fixed", packetBytes: 64 }, "tx", 1);
    expect(frame).to.have.length(60);
    expect(mixLabel({ kind: "fixed", packetBytes: 64 })).to.equal("64 B");
  });

  it("mixes 64, 594 and 1,518 bytes as 7 : 4 : 1", () => {
    const frames = mixFrames({ kind: "imix" }, "forward", 1);
    const count = (bytes: number) => frames.filter(({ length }) => length === bytes).length;
    expect(count(60) / count(1514)).to.equal(7);
    expect(count(590) / count(1514)).to.equal(4);
    expect(meanPacketBytes(frames)).to.be.closeTo((7 * 64 + 4 * 594 + 1518) / 12, 1e-9);
  });

  it("refuses sizes that Ethernet does not have", () => {
    for (const packetBytes of [63, 1519, 100.5])
      expect(() => mixFrames({ kind: "fixed", packetBytes }, "tx", 1)).to.throw(InputError);
  });
});
