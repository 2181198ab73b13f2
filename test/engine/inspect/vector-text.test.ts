import { expect } from "chai";
import { VectorWords } from "../../../engine/inspect/vector-text.ts";

describe("VectorWords", () => {
  it("VectorWords: says the vectors of its words as they are now, ascending, and none of none", () => {
    const words = new Uint32Array(8);
    const vectors = new VectorWords((word) => words[word] as number);
    expect(vectors.text()).to.equal("none");
    words[1] = 0x40;
    words[7] = 0x8000_0000;
    expect(vectors.text()).to.equal("0x26, 0xff");
    expect(vectors.text()).to.equal("0x26, 0xff");
    words[7] = 0;
    expect(vectors.text()).to.equal("0x26");
    words[1] = 0;
    expect(vectors.text()).to.equal("none");
  });
});
