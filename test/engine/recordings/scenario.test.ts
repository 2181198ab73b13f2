// The recorder's datagrams are known to the byte: what the capture holds can be made anew.
import { expect } from "chai";
import { readFolder, type RecordedRun } from "../../../engine/recordings/folder.ts";
import { echoOf, farEndDatagram, guestDatagram } from "../../../engine/recordings/agent-frame.ts";
import { firstIdentification } from "../../../engine/recordings/identification.ts";
import { readScenario } from "../../../engine/recordings/scenario.ts";
import { CONFIGS, recordingFiles } from "./recording-files.ts";

function identificationOf(frame: Uint8Array): number {
  return ((frame[18] as number) << 8) | (frame[19] as number);
}

describe("readScenario", () => {
  for (const config of CONFIGS) {
    it(`makes the datagrams of ${config} as the capture holds them`, async () => {
      const folder = readFolder(await recordingFiles(config));
      const plain = readScenario(folder, folder.runs[0] as RecordedRun);
      let sentBefore = 0;
      let comeBefore = 0;
      const first = identificationOf(plain.phases.get("warmup")?.sent[0] as Uint8Array);
      for (const { name, sent, arriving } of plain.phases.values()) {
        const guestMac = sent[0]?.slice(6, 12) ?? arriving[0]?.slice(0, 6) ?? new Uint8Array(6);
        for (const [seq, frame] of sent.entries()) {
          const made = guestDatagram({
            guestMac,
            payloadBytes: frame.length - 42,
            seq,
            identification: first + sentBefore++,
            ...(name === "burst-tx" ? { fillSeq: 0 } : {}),
          });
          expect(made, `${name} ${seq}`).to.deep.equal(frame.slice());
        }
        for (const [seq, frame] of arriving.entries()) {
          const payloadBytes = ((frame[16] as number) << 8) + (frame[17] as number) - 28;
          const made =
            name === "echo"
              ? echoOf(sent[seq] as Uint8Array)
              : farEndDatagram({ guestMac, payloadBytes, seq, identification: ++comeBefore });
          expect(made, `${name} ${seq}`).to.deep.equal(frame.slice());
        }
      }
    });
  }

  it("finds the guest's identification where a driver copies packets through watched memory", async () => {
    const run = async (config: string): Promise<RecordedRun> =>
      readFolder(await recordingFiles(config)).runs[1] as RecordedRun;
    expect(firstIdentification(await run("vmxnet3"))).to.equal(0x37e9 - 3);
    expect(firstIdentification(await run("virtio-split"))).to.equal(1);
  });

  it("counts as many packets in the run under the plugin as in the plain run", async () => {
    const folder = readFolder(await recordingFiles("vmxnet3"));
    const [plain, insn] = folder.runs.map((run) => readScenario(folder, run));
    for (const [name, packets] of plain?.phases ?? []) {
      const other = insn?.phases.get(name);
      expect(other?.sent.map((frame) => frame.length)).to.deep.equal(
        packets.sent.map((frame) => frame.length),
      );
      expect(other?.arriving.length).to.equal(packets.arriving.length);
    }
  });

  it("notices a capture that does not hold the phases' frames", async () => {
    const files = await recordingFiles("vmxnet3");
    const capture = files.get("wire.pcap") as Uint8Array;
    files.set("wire.pcap", capture.subarray(0, 24 + 16 + 106));
    const folder = readFolder(files);
    expect(() => readScenario(folder, folder.runs[0] as RecordedRun)).to.throw(
      "wire.pcap: no frame for warmup.jsonl",
    );
  });
});
