import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";

describe("InputError", () => {
  it("keeps one error on one line, whatever a file is called", () => {
    const error = new InputError("a\nb\r\n\u2028c.pcap: it cannot be read.");
    expect(error.message).to.equal("a b c.pcap: it cannot be read.");
    expect(error).to.be.instanceOf(RangeError);
  });
});
