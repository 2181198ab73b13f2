import { expect } from "chai";
import { explorationToText, textToExploration } from "../../../site/explorer/exploration-file.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const own = {
  name: "mine.pcap",
  bytes: Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7) & 0xff),
};

it("An exploration's file carries link and packets to the byte", () => {
  const text = explorationToText({ hash: "v=1&packet=2", own });
  expect(textToExploration(bytesOf(text), "a.json")).to.deep.equal({ hash: "v=1&packet=2", own });
  const bare = explorationToText({ hash: "v=1", own: undefined });
  expect(textToExploration(bytesOf(bare), "a.json")).to.deep.equal({ hash: "v=1", own: undefined });
});

for (const [what, text, expected] of [
  ["cut off", '{"format":"trapline-expl', "neither a capture nor JSON"],
  ["of another format", '{"format":"har","version":1}', "expected trapline-exploration"],
  ["of a later version", '{"format":"trapline-exploration","version":9,"link":""}', "version is 9"],
  ["without a link", '{"format":"trapline-exploration","version":1}', "the link is missing"],
  [
    "with damaged packets",
    '{"format":"trapline-exploration","version":1,"link":"","packets":{"name":"a","base64":"%%"}}',
    "packets are damaged",
  ],
] as const) {
  it(`An exploration's file that is ${what} is refused in a sentence that names it`, () => {
    expect(() => textToExploration(bytesOf(text), "a.json"))
      .to.throw(expected)
      .with.property("message")
      .that.matches(/^a\.json: .*\.$/);
  });
}
