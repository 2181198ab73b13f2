// Fields of single lines and of the manifest that must be what the frames, messages and machine are.
import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { verifyFolder } from "../../../engine/recordings/verify.ts";
import { bytesOf, linesOf, linesToBytes, recordingFiles, textOf } from "./recording-files.ts";

type Line = Record<string, unknown>;

/** vmxnet3's recording with the first line of an operation in `rx` changed. */
async function changed(op: string, change: Line): Promise<Map<string, Uint8Array>> {
  const files = await recordingFiles("vmxnet3");
  const lines = linesOf(files.get("rx.jsonl") as Uint8Array);
  Object.assign(lines.find((line) => line["op"] === op) as Line, change);
  return files.set("rx.jsonl", linesToBytes(lines));
}

/** vmxnet3's recording with a text of its manifest changed. */
async function described(before: RegExp, after: string): Promise<Map<string, Uint8Array>> {
  const files = await recordingFiles("vmxnet3");
  const text = textOf(files.get("manifest.json") as Uint8Array);
  expect(text).to.match(before);
  return files.set("manifest.json", bytesOf(text.replace(before, after)));
}

function aspectOf(files: ReadonlyMap<string, Uint8Array>): string | undefined {
  const { phases } = verifyFolder(files, { lastPhase: "rx", variant: "plain" });
  return phases.find((phase) => phase.phase === "rx")?.firstDivergence?.aspect;
}

describe("verifyFolder on falsified fields", () => {
  it("a message to another address is noticed", async () => {
    expect(aspectOf(await changed("msix", { addr: "0xfee01000" }))).to.equal("interrupts");
  });

  it("another sequence number of a frame is noticed", async () => {
    expect(aspectOf(await changed("wire_rx", { seq: 99 }))).to.equal("wire");
  });

  it("a frame longer than any can be is one InputError that names it", async () => {
    for (const field of ["len", "payload"]) {
      const files = await changed("wire_rx", { [field]: 4294967295 });
      expect(() => verifyFolder(files)).to.throw(InputError, `field ${field} is 4294967295`);
    }
  });

  it("guest memory that no machine of the recorder has is named", async () => {
    for (const size of ["0", "1", "99999999", "1T", "64K", "256X"]) {
      const files = await described(/"-m",\s*"256"/, `"-m","${size}"`);
      expect(() => verifyFolder(files)).to.throw(InputError, `-m ${size}, expected a size`);
    }
  });

  it("another driver than the device's is named", async () => {
    const files = await described(/"driver":\s*"vmxnet3"/, '"driver":"8139cp"');
    expect(() => verifyFolder(files)).to.throw(InputError, "field driver is 8139cp");
  });
});
