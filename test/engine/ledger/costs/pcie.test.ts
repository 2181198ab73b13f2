// PCI Express Base Specification: lanes, encoding and headers, as in pcie-model's model/pcie.py.
import { expect } from "chai";
import { PCIE } from "../../../../engine/ledger/costs/pcie.ts";

const HEADER_BYTES = 8 + 4 + 12;
const nanosecondsPerByte = (lanes: number, gigatransfers: number, encoding: number): number =>
  8 / (lanes * gigatransfers * encoding);

describe("Prices of PCIe", () => {
  it("a byte on the link is Gen3 x8 with a header for each 256 B, a header 24 B of it", () => {
    const raw = nanosecondsPerByte(8, 8, 128 / 130);
    const withHeaders = raw * (1 + HEADER_BYTES / 256);
    expect(PCIE.pciePerByte.value.typical).to.be.closeTo(withHeaders, 0.0005);
    expect(PCIE.pcieHeader.value.typical).to.be.closeTo(HEADER_BYTES * raw, 0.005);
  });

  it("an 82576's link is named with its price: four lanes of 2.5 GT/s, 8b/10b", () => {
    const perByte = nanosecondsPerByte(4, 2.5, 8 / 10) * (1 + HEADER_BYTES / 256);
    expect(PCIE.pciePerByte.doc).to.contain(String(Math.round(perByte * 1000) / 1000));
  });

  it("a link of Gen3 x8 carries more than a wire of 10 Gb/s, with headers and descriptors", () => {
    const frame = 1514;
    const link = (frame + 2 * 16) * PCIE.pciePerByte.value.typical;
    expect(link).to.be.below((frame + 24) * 0.8);
  });

  it("a read of a register waits longer than a store, and a miss of the IOTLB than a hit", () => {
    expect(PCIE.mmioReadRoundTrip.value.low).to.be.above(PCIE.mmioWritePosted.value.high);
    expect(PCIE.iotlbMiss.value.low).to.be.above(PCIE.iotlbHit.value.high);
  });
});
