// The engine beside the recordings, and whether a changed recording is noticed.
import { expect } from "chai";
import fc from "fast-check";
import { InputError } from "../../../engine/core/input-error.ts";
import type { VerifyReport } from "../../../engine/recordings/verify.ts";
import { verifyFolder } from "../../../engine/recordings/verify.ts";
import { CONFIGS, linesOf, linesToBytes, recordingFiles } from "./recording-files.ts";

const SEED = 8139;
function divergences(report: VerifyReport): string[] {
  return report.phases
    .filter((phase) => phase.firstDivergence !== null)
    .map((phase) => `${phase.phase}: ${JSON.stringify(phase.firstDivergence)}`);
}

describe("verifyFolder", () => {
  for (const config of CONFIGS) {
    it(`verifyFolder: the engine does what ${config} recorded`, async () => {
      const report = verifyFolder(await recordingFiles(config));
      expect(divergences(report)).to.deep.equal([]);
      for (const { registers, interrupts, rings, wire } of report.phases) {
        for (const match of [registers, interrupts, rings, wire]) {
          expect(match.matched).to.equal(match.total);
        }
      }
    });
  }
});

type Lines = Record<string, unknown>[];
type Change = (lines: Lines, at: number) => void;

const COMPARED = ["mmio_read", "mmio_write", "mem_read", "mem_write", "irq_assert", "cpu_intr"];

/** Ways to falsify a recording that only a comparison can find. */
const CHANGES: Readonly<Record<string, Change>> = {
  "a line that is gone": (lines, at) => lines.splice(at, 1),
  "a line that is there twice": (lines, at) => lines.splice(at, 0, lines[at] ?? {}),
  "two lines in another order": (lines, at) => lines.splice(at, 0, ...lines.splice(at + 1, 1)),
  "another value": (lines, at) => {
    const line = lines[at] ?? {};
    if ("value" in line) line["value"] = `0x${(BigInt(String(line["value"])) ^ 1n).toString(16)}`;
    else lines.splice(at, 1);
  },
};

/** Whether a change at this line must be seen: a compared line, next to one that differs. */
function matters(lines: Lines, at: number): boolean {
  const [line, next] = [lines[at] ?? {}, lines[at + 1] ?? {}];
  const both = [line, next].every((entry) => COMPARED.includes(entry["op"] as string));
  const key = (entry: Record<string, unknown>): string =>
    ["op", "addr", "block", "off", "value"].map((field) => String(entry[field])).join(" ");
  const buffer = line["size"] === 8;
  return both && !buffer && key(line) !== key(next);
}

describe("verifyFolder on a falsified recording", () => {
  for (const [config, phase] of [
    ["vmxnet3", "tx"],
    ["rtl8139-8139cp", "rx"],
    ["rtl8139-8139too", "rx"],
    ["virtio-split", "tx"],
  ] as const) {
    for (const [what, change] of Object.entries(CHANGES)) {
      it(`verifyFolder: ${what} in ${phase} of ${config} is noticed (seed ${SEED})`, async () => {
        const files = await recordingFiles(config);
        const name = `${phase}.insn.jsonl`;
        const original = linesOf(files.get(name) as Uint8Array);
        const places = original.map((_, at) => at).filter((at) => matters(original, at));
        fc.assert(
          fc.property(fc.constantFrom(...places), (at) => {
            const lines = structuredClone(original);
            change(lines, at);
            files.set(name, linesToBytes(lines));
            const report = verifyFolder(files, { variant: "insn", lastPhase: phase });
            const found = report.phases.find((entry) => entry.phase === phase)?.firstDivergence;
            expect(found, `line ${at + 1}`).to.be.an("object");
            expect(Math.abs((found?.line ?? 0) - (at + 1))).to.be.below(40);
          }),
          { seed: SEED, numRuns: 12 },
        );
      });
    }
  }

  it("verifyFolder: a doorbell missing from a burst is noticed by the rules", async () => {
    for (const [config, region] of [
      ["vmxnet3", "vmxnet3-b0"],
      ["rtl8139-8139cp", "rtl8139"],
    ] as const) {
      const files = await recordingFiles(config);
      const lines = linesOf(files.get("burst-tx.insn.jsonl") as Uint8Array);
      const at = lines.findIndex((line, i) => i > 300 && line["region"] === region);
      lines.splice(at, 1);
      files.set("burst-tx.insn.jsonl", linesToBytes(lines));
      const report = verifyFolder(files, { variant: "insn", lastPhase: "burst-tx" });
      expect(report.phases.at(-1)?.firstDivergence, config).to.be.an("object");
    }
  });

  it(`verifyFolder: a file cut at any byte is one InputError that names it (seed ${SEED})`, async () => {
    const files = await recordingFiles("vmxnet3");
    const whole = files.get("tx.insn.jsonl") as Uint8Array;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (byteCount) => {
        files.set("tx.insn.jsonl", whole.subarray(0, byteCount));
        expect(() => verifyFolder(files)).to.throw(InputError, /^tx\.insn\.jsonl/);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it(`verifyFolder: a manifest cut at any byte is one InputError that names it (seed ${SEED})`, async () => {
    const files = await recordingFiles("vmxnet3");
    const whole = files.get("manifest.json") as Uint8Array;
    fc.assert(
      fc.property(fc.nat(whole.length - 2), (byteCount) => {
        files.set("manifest.json", whole.subarray(0, byteCount));
        expect(() => verifyFolder(files)).to.throw(InputError, /^manifest\.json/);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it("verifyFolder: a missing phase or manifest is one InputError that names it", async () => {
    for (const name of ["rx.jsonl", "manifest.insn.json", "init.jsonl"]) {
      const files = await recordingFiles("vmxnet3");
      files.delete(name);
      expect(() => verifyFolder(files)).to.throw(InputError, name);
    }
  });

  it("verifyFolder: a NIC that Trapline does not have is named", async () => {
    const files = await recordingFiles("vmxnet3");
    const manifest = new TextDecoder().decode(files.get("manifest.json"));
    files.set(
      "manifest.json",
      new TextEncoder().encode(manifest.replaceAll('"vmxnet3,', '"ne2k_pci,')),
    );
    expect(() => verifyFolder(files)).to.throw(InputError, "ne2k_pci");
  });
});
