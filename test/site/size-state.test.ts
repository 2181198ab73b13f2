import { expect } from "chai";
import {
  asksTheSame,
  fieldsToSize,
  RESTING_SIZE,
  type SizeState,
  sizeToHash,
} from "../../site/size/size-state.ts";

const fields = (text: string) => new URLSearchParams(text);

describe("sizeToHash", () => {
  it("sizeToHash: the page at rest has an empty address", () => {
    expect(sizeToHash(RESTING_SIZE)).to.equal("");
  });

  it("sizeToHash: every part comes back from the address", () => {
    const state: SizeState = {
      prices: {
        profileId: "zen4",
        clockGhz: 3.7,
        mitigations: false,
        overrides: { vmRoundTrip: 1500 },
      },
      direction: "rr",
      mix: "512",
      vms: 20,
      hostCores: 8,
      rate: "800Mbit/s",
      unit: "bits",
      modeId: "vmxnet3",
      started: true,
    };
    expect(fieldsToSize(fields(sizeToHash(state)))).to.deep.equal(state);
  });

  it("fieldsToSize: what an address says wrongly is at rest", () => {
    const wrong = fields("dir=up&mix=moon&vms=x&cores=-1&unit=pints&cpu=abacus");
    expect(fieldsToSize(wrong)).to.deep.equal(RESTING_SIZE);
  });

  it("asksTheSame: how results are shown does not matter, what is asked does", () => {
    const shown: SizeState = { ...RESTING_SIZE, unit: "bits", modeId: "vmxnet3", started: true };
    expect(asksTheSame(RESTING_SIZE, shown)).to.equal(true);
    expect(asksTheSame(RESTING_SIZE, { ...RESTING_SIZE, vms: 2 })).to.equal(false);
  });
});
