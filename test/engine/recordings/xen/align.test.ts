// A recording of Xen PV beside the engine, line by line.
import { alignRecording, InputError } from "#engine";
import { expect } from "chai";
import { verifyXenNetwork } from "../../../../engine/recordings/xen/verify.ts";
import { bytesOf, linesOf } from "../recording-files.ts";
import { xenFiles } from "./network-files.ts";

describe("alignRecording of Xen", () => {
  it("alignRecording of Xen: the network's phases line by line say what verify counts", async () => {
    const files = await xenFiles("init", "warmup", "tx", "rx", "burst-tx");
    const { phases, driver } = alignRecording(files);
    const reports = verifyXenNetwork(files);
    expect(driver).to.equal("xen-netfront");
    expect(phases.map(({ phase }) => phase)).to.deep.equal(reports.map(({ phase }) => phase));
    for (const [at, phase] of phases.entries()) {
      const report = reports[at];
      expect(phase.matches).to.deep.equal(report?.aspects);
      for (const [aspect, match] of Object.entries(report?.aspects ?? {})) {
        const equal = phase.lines.filter(
          (line) => line.aspect === aspect && line.status === "equal",
        );
        expect(equal.length, `${phase.phase} ${aspect}`).to.equal(match.matched);
      }
      const apart = phase.lines.filter(({ status }) =>
        ["differs", "recorded", "engine"].includes(status),
      );
      expect(apart, phase.phase).to.deep.equal([]);
      const leftOut = phase.lines.filter(({ status }) => status === "leftOut").length;
      const counted = Object.values(report?.leftOut ?? {}).reduce((sum, count) => sum + count, 0);
      expect(leftOut, phase.phase).to.equal(counted);
      const numbers = phase.lines.map(({ line }) => line);
      const count = linesOf(files.get(phase.file) ?? new Uint8Array()).length;
      expect(numbers).to.deep.equal(Array.from({ length: count }, (_, n) => n + 1));
      const sends = phase.lines.filter(({ recorded }) => /^packet \d+: \w+ sends$/.test(recorded));
      if (report?.packets && report.rules === undefined) {
        expect(sends.length, phase.phase).to.equal(report.packets);
      }
    }
  });

  it("alignRecording of Xen: a damaged line is one sentence with file and line", async () => {
    const files = await xenFiles("tx");
    files.set("tx.insn.jsonl", bytesOf("{\n"));
    expect(() => alignRecording(files)).to.throw(InputError, /^tx\.insn\.jsonl, line 1: not JSON/);
  });
});
