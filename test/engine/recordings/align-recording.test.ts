// A recording beside the engine, line by line: what agrees, and that one changed line is found.
import { alignRecording, type AlignedLine, type AlignedPhase, InputError } from "#engine";
import { expect } from "chai";
import { verifyFolder } from "../../../engine/recordings/verify.ts";
import {
  bytesOf,
  CONFIGS,
  linesOf,
  linesToBytes,
  recordingFiles,
  textOf,
} from "./recording-files.ts";

const ASPECTS = ["registers", "interrupts", "rings", "configuration", "wire"] as const;
const DIVERGING = ["differs", "recorded", "engine"];

function divergingIn({ lines }: AlignedPhase): readonly AlignedLine[] {
  return lines.filter(({ status }) => DIVERGING.includes(status));
}

describe("alignRecording", () => {
  for (const config of CONFIGS) {
    it(`alignRecording: every line of ${config} has its row, and counts are those of verify`, async () => {
      const files = await recordingFiles(config);
      const { phases } = alignRecording(files);
      const { phases: reports } = verifyFolder(files);
      const runs = reports.flatMap(({ phase, runs: all }) => all.map((run) => ({ phase, ...run })));
      expect(phases.length).to.equal(runs.length);
      for (const aligned of phases) {
        const { phase, variant, matches } = aligned;
        const run = runs.find((one) => one.phase === phase && one.variant === variant);
        for (const aspect of ASPECTS) {
          expect(matches[aspect], `${phase} ${aspect}`).to.deep.equal(run?.[aspect]);
          const lines = aligned.lines.filter((line) => line.aspect === aspect);
          const equal = lines.filter(({ status }) => status === "equal").length;
          if (run?.rules === undefined) {
            expect(equal, `${phase} ${aspect}`).to.equal(matches[aspect]?.matched);
          }
        }
        if (run?.rules === undefined) {
          expect(divergingIn(aligned).slice(0, 3), `${phase} ${variant}`).to.deep.equal([]);
        }
        const leftOut = aligned.lines.filter(({ status }) => status === "leftOut").length;
        const counted = Object.values(run?.leftOut ?? {}).reduce((sum, count) => sum + count, 0);
        expect(leftOut, `${phase} ${variant}`).to.equal(counted);
        // Every line of the file stands in it once, in its order.
        const numbers = aligned.lines.map(({ line }) => line).filter((line) => line > 0);
        const count = linesOf(files.get(aligned.file) ?? new Uint8Array()).length;
        expect(numbers).to.deep.equal(Array.from({ length: count }, (_, at) => at + 1));
        expect(structuredClone(aligned)).to.deep.equal(aligned);
      }
    });
  }

  it("alignRecording: one falsified value is exactly one line, with its field", async () => {
    const files = await recordingFiles("rtl8139-8139cp");
    const name = "echo.insn.jsonl";
    const lines = linesOf(files.get(name) ?? new Uint8Array());
    const at = lines.findLastIndex(({ op }) => op === "mmio_write");
    lines[at] = { ...lines[at], value: "0x1234" };
    files.set(name, linesToBytes(lines));
    const { phases } = alignRecording(files, { lastPhase: "echo", variant: "insn" });
    const found = phases.flatMap(divergingIn);
    expect(found.map(({ line, status, note }) => [line, status, note])).to.deep.equal([
      [at + 1, "differs", "the value"],
    ]);
    expect(found[0]?.recorded).to.match(/^writes .*: 0x1234$/);
    expect(found[0]?.engine).to.match(/^writes .*: 0x[0-9a-f]+$/);
    const echo = phases.find(({ phase }) => phase === "echo")?.matches.registers;
    expect(echo?.matched).to.equal((echo?.total ?? 0) - 1);
  });

  it("alignRecording: a damaged line is one sentence with file and line", async () => {
    const files = await recordingFiles("rtl8139-8139cp");
    const text = textOf(files.get("tx.jsonl") ?? new Uint8Array()).split("\n");
    text[4] = "{";
    files.set("tx.jsonl", bytesOf(text.join("\n")));
    expect(() => alignRecording(files)).to.throw(InputError, /^tx\.jsonl, line 5: not JSON/);
    expect(() => alignRecording(new Map([["manifest.json", '{"kind": "esx"}']]))).to.throw(
      InputError,
      /^manifest\.json: field kind is "esx", expected one of device, kvm, xen/,
    );
    expect(() => alignRecording(new Map())).to.throw(InputError, /^manifest\.json: missing/);
  });
});
