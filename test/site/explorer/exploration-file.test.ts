import { expect } from "chai";
import { generatePackets, writePcap } from "#engine";
import { explorationToText, textToExploration } from "../../../site/explorer/exploration-file.ts";
import { toOwnFile } from "../../../site/packets/own-file.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const frames = generatePackets({
  frameBytesWithoutFcs: 1514,
  count: 50,
  seed: 1,
  direction: "tx",
});
const own = toOwnFile("mine.pcap", writePcap(frames.map((frame) => ({ timestampNs: 0n, frame }))));

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
  [
    "with a damaged capture",
    '{"format":"trapline-exploration","version":1,"link":"","packets":{"name":"b.pcap","base64":"1MOyoQ=="}}',
    "packets are damaged: b.pcap: file header at byte 0",
  ],
] as const) {
  it(`An exploration's file that is ${what} is refused in a sentence that names it`, () => {
    expect(() => textToExploration(bytesOf(text), "a.json"))
      .to.throw(expected)
      .with.property("message")
      .that.matches(/^a\.json: .*\.$/);
  });
}
