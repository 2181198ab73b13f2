import { expect } from "chai";
import {
  hashToState,
  type HomeState,
  RESTING_STATE,
  stateToHash,
} from "../../site/home/home-state.ts";

describe("stateToHash", () => {
  it("stateToHash: the page at rest has an empty address", () => {
    expect(stateToHash(RESTING_STATE)).to.equal("");
  });

  it("stateToHash: every part comes back from the address", () => {
    const state: HomeState = {
      source: "ping.pcap",
      direction: "rx",
      count: 7,
      sizeBytes: 1514,
      modeIds: ["vtx-rtl8139", "vmxnet3"],
      chosenId: "vmxnet3",
      packet: 3,
      step: 12,
    };
    expect(hashToState(`#${stateToHash(state)}`)).to.deep.equal(state);
  });

  it("hashToState: what an address says wrongly is at rest", () => {
    const hash = "#from=moon.pcap&dir=up&modes=teleport&in=nowhere&count=-4&step=1e9";
    expect(hashToState(hash)).to.deep.equal(RESTING_STATE);
  });
});
