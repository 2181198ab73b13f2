// A recording of KVM beside the engine, line by line.
import { alignRecording, type AlignedPhase, InputError } from "#engine";
import { expect } from "chai";
import { verifyKvmFolder } from "../../../../engine/recordings/kvm/verify.ts";
import { bytesOf, linesOf, textOf } from "../recording-files.ts";
import { kvmFiles, setupFiles } from "./kvm-files.ts";

const ASPECTS = ["exits", "userExits", "interrupts", "eoi", "threads"] as const;

const statusCount = ({ lines }: AlignedPhase, status: string): number =>
  lines.filter((line) => line.status === status).length;

describe("alignRecording of KVM", () => {
  for (const folder of ["vtx-rtl8139-qemu", "vtx-virtio-vhost", "svm-vf-vfio"]) {
    it(`alignRecording of KVM: ${folder} line by line says what verify counts`, async () => {
      const files = await kvmFiles(folder);
      const aligned = alignRecording(files, { lastPhase: "rx64" });
      const report = verifyKvmFolder(files, { lastPhase: "rx64" });
      expect(aligned.phases.map(({ phase }) => phase)).to.deep.equal(
        report.phases.map(({ phase }) => phase),
      );
      for (const [at, phase] of aligned.phases.entries()) {
        const counted = report.phases[at];
        for (const aspect of ASPECTS) {
          const equal = phase.lines.filter(
            (line) => line.aspect === aspect && line.status === "equal",
          );
          expect(equal.length, `${phase.phase} ${aspect}`).to.equal(counted?.[aspect].matched);
        }
        for (const status of ["differs", "recorded", "engine"]) {
          expect(statusCount(phase, status), `${phase.phase} ${status}`).to.equal(0);
        }
        const leftOut = Object.values(phase.leftOut).reduce((sum, count) => sum + count, 0);
        expect(statusCount(phase, "leftOut"), phase.phase).to.equal(leftOut);
        // Every line of the file stands in it once, in its order.
        const numbers = phase.lines.map(({ line }) => line).filter((line) => line > 0);
        const count = linesOf(files.get(phase.file) ?? new Uint8Array()).length;
        expect(numbers.length).to.be.within(count - 2, count);
        expect(numbers).to.deep.equal([...new Set(numbers)].toSorted((a, b) => a - b));
        expect(structuredClone(phase)).to.deep.equal(phase);
      }
    });
  }

  it("alignRecording of KVM: a packet begins with a mark, and its doorbell is one exit on both sides", async () => {
    const { phases, driver } = alignRecording(await kvmFiles("vtx-rtl8139-qemu"), {
      lastPhase: "tx64",
    });
    expect(driver).to.equal("8139cp");
    const { lines } = phases.at(-1) as AlignedPhase;
    const marks = lines.filter(({ recorded }) => recorded.startsWith("packet "));
    expect(marks.length).to.equal(32);
    expect(marks[0]?.recorded).to.equal("packet 1: the timer wakes the application, which sends");
    const doorbells = lines.filter(({ recorded }) =>
      recorded.startsWith("EPT_MISCONFIG, writes 0xd9"),
    );
    expect(doorbells.length).to.equal(32);
    for (const { status, recorded, engine, row } of doorbells) {
      expect({ status, engine }).to.deep.equal({ status: "equal", engine: recorded });
      expect(row).to.be.at.least(0);
    }
  });

  it("alignRecording of KVM: one falsified value is exactly one line that differs", async () => {
    const files = await kvmFiles("vtx-rtl8139-qemu");
    const lines = textOf(files.get("kvm.tx64.jsonl") ?? new Uint8Array()).split("\n");
    // IntrStatus, at 0x3e of the region.
    const at = lines.findLastIndex((line) => {
      const { ev, dir, gpa = 0 } = JSON.parse(line || "{}") as Record<string, never>;
      return ev === "kvm_mmio" && dir === "write" && Number(gpa) % 0x100 === 0x3e;
    });
    expect(at).to.be.at.least(0);
    lines[at] = (lines[at] ?? "").replace(/"val":"0x[0-9a-f]+"/, '"val":"0x1234"');
    files.set("kvm.tx64.jsonl", bytesOf(lines.join("\n")));
    const { phases } = alignRecording(files, { lastPhase: "tx64" });
    const apart = (phases.at(-1)?.lines ?? []).filter(({ status }) =>
      ["differs", "recorded", "engine"].includes(status),
    );
    expect(apart.map(({ status, note }) => [status, note])).to.deep.equal([
      ["differs", "the value"],
    ]);
    expect(apart[0]?.recorded).to.match(/writes 0x3e, 2 B: 0x1234$/);
  });

  it("alignRecording of KVM: a set-up folder is one phase, and a damaged line one sentence", async () => {
    const { phases } = alignRecording(await setupFiles("svm-rtl8139-qemu-setup"));
    expect(phases.map(({ phase, variant }) => [phase, variant])).to.deep.equal([
      ["setup", "setup"],
    ]);
    const files = await kvmFiles("vtx-virtio-vhost");
    files.set("kvm.tx64.jsonl", bytesOf("{}\n"));
    expect(() => alignRecording(files)).to.throw(InputError, /^kvm\.tx64\.jsonl, line 1: /);
  });
});
