import { writePcap } from "#engine";
import { expect } from "chai";
import { FILE_BYTES_MAX, readBytes, readOwnFile } from "../../../site/packets/own-file.ts";

const messageOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "",
    (error: Error) => error.message,
  );

it("readOwnFile: a capture is there with its frames", async () => {
  const frame = new Uint8Array(60).fill(7);
  const own = await readOwnFile(
    new File([writePcap([{ timestampNs: 0n, frame }]).slice()], "a.pcap"),
  );
  expect(own.name).to.equal("a.pcap");
  expect(own.frames).to.deep.equal([frame]);
});

it("readOwnFile: what is no capture is one sentence that names it", async () => {
  expect(await messageOf(readOwnFile(new File(["GIF89a"], "b.pcap")))).to.match(
    /^b\.pcap: .*expected.*\.$/,
  );
});

it("readBytes: a file that is too large is refused before it is read", async () => {
  const file = new File(["x"], "c.pcap");
  Object.defineProperty(file, "size", { value: FILE_BYTES_MAX + 1 });
  expect(await messageOf(readBytes(file))).to.equal(
    "c.pcap: it has 257 MiB, expected at most 256.",
  );
});

it("readBytes: what cannot be read, like a folder, is one sentence", async () => {
  const file = new File(["x"], "d");
  Object.defineProperty(file, "arrayBuffer", { value: () => Promise.reject(new Error("no")) });
  expect(await messageOf(readBytes(file))).to.equal(
    "d: it cannot be read, expected one pcap or pcapng capture.",
  );
});
