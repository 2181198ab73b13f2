// KVM's recordings beside the engine, and whether a changed recording is noticed.
import { expect } from "chai";
import fc from "fast-check";
import { InputError } from "../../../../engine/core/input-error.ts";
import { verifyKvmFolder } from "../../../../engine/recordings/kvm/verify.ts";
import { bytesOf, textOf } from "../recording-files.ts";
import { kvmFiles, setupFiles } from "./kvm-files.ts";

const SEED = 0x6b76;

type Line = Record<string, unknown>;
type Change = (lines: Line[], at: number) => void;

const linesOf = (bytes: Uint8Array): Line[] =>
  textOf(bytes)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

const toBytes = (lines: readonly Line[]): Uint8Array =>
  bytesOf(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

/** Exits of the NIC's driver: accesses to its registers and EOIs. */
const isAccess = (line: Line): boolean =>
  line["ev"] === "kvm_exit" && ["npf", "EPT_MISCONFIG"].includes(line["reason"] as string);

interface Falsification {
  readonly places: (line: Line) => boolean;
  readonly change: Change;
}

const isExit = (line: Line): boolean => line["ev"] === "kvm_exit";
const isHalt = (line: Line): boolean => isExit(line) && line["reason"] === "hlt";

const isNic = (line: Line): boolean => line["vector"] === 0x25 || line["vector"] === 0x27;

/** Ways to falsify a recording that only a comparison can find. */
const FALSIFICATIONS: Readonly<Record<string, Falsification>> = {
  "an access that is gone": {
    places: isAccess,
    change: (lines, at) => lines.splice(at, 1),
  },
  "another register": {
    places: isAccess,
    change: (lines, at) => {
      const line = lines[at] as Line;
      line["gpa"] = (line["gpa"] as number) + 0x20;
    },
  },
  "another direction": {
    places: isAccess,
    change: (lines, at) => {
      const line = lines[at] as Line;
      line["access"] = line["access"] === "read" ? "write" : "read";
    },
  },
  "an access that is carried out at another register": {
    places: (line) => line["ev"] === "kvm_mmio" && (line["gpa"] as number) < 0xfec0_0000,
    change: (lines, at) => {
      const line = lines[at] as Line;
      line["gpa"] = (line["gpa"] as number) + 4;
    },
  },
  "an EOI that is found one exit earlier": {
    places: (line) => line["ev"] === "kvm_eoi" && isNic(line),
    change: (lines, at) => {
      const [line] = lines.splice(at, 1) as [Line];
      const exit = lines.findLastIndex((before, place) => place < at && isExit(before));
      line["t"] = (lines[exit - 1] as Line)["t"];
      lines.splice(exit, 0, line);
    },
  },
  "an exit to user space that is gone": {
    places: (line) => line["ev"] === "kvm_userspace_exit" && line["reason"] === "KVM_EXIT_MMIO",
    change: (lines, at) => lines.splice(at, 1),
  },
  "an injection that is gone": {
    places: (line) => line["ev"] === "kvm_inj_virq" && isNic(line),
    change: (lines, at) => lines.splice(at, 1),
  },
  "another vector injected": {
    places: (line) => line["ev"] === "kvm_inj_virq" && isNic(line),
    change: (lines, at) => {
      (lines[at] as Line)["vector"] = 0x31;
    },
  },
  "an EOI that is gone": {
    places: (line) => line["ev"] === "kvm_eoi" && isNic(line),
    change: (lines, at) => lines.splice(at, 1),
  },
};

describe("verifyKvmFolder", () => {
  it("verifyKvmFolder: a phase that the manifest names and that is missing is named", async () => {
    const files = await kvmFiles("svm-virtio-vhost");
    files.delete("kvm.rx64.jsonl");
    expect(() => verifyKvmFolder(files)).to.throw(InputError, /^kvm\.rx64\.jsonl: missing/);
  });

  it("verifyKvmFolder: a field that is missing is named with file and line", async () => {
    const files = await kvmFiles("svm-virtio-vhost");
    const lines = linesOf(files.get("kvm.tx64.jsonl") as Uint8Array);
    const at = lines.findIndex(isAccess);
    delete (lines[at] as Line)["gpa"];
    files.set("kvm.tx64.jsonl", toBytes(lines));
    const message = new RegExp(`^kvm\\.tx64\\.jsonl, line ${at + 1}: field gpa is missing`);
    expect(() => verifyKvmFolder(files)).to.throw(InputError, message);
  });

  it("verifyKvmFolder: a recording that is cut off at a halt ends there, and too few packets are told", async () => {
    const files = await kvmFiles("svm-virtio-vhost");
    const lines = linesOf(files.get("kvm.tx64.jsonl") as Uint8Array);
    const halts = [...lines.keys()].filter((at) => isHalt(lines[at] as Line));
    const cut = lines.slice(0, (halts[halts.length >> 1] as number) + 1);
    const doorbells = cut.filter((line) => isAccess(line) && line["access"] === "write").length;
    files.set("kvm.tx64.jsonl", toBytes(cut));
    const verify = (packets: number) => {
      const manifest = JSON.parse(textOf(files.get("manifest.json") as Uint8Array)) as Line;
      const named = { ...manifest, phases: { "1": "tx64" }, packets: { tx64: packets } };
      files.set("manifest.json", bytesOf(JSON.stringify(named)));
      return verifyKvmFolder(files, { round: "kvm" }).phases[0]?.firstDivergence;
    };
    expect(verify(doorbells)).to.equal(null);
    expect(verify(doorbells + 1)).to.include({ aspect: "packets" });
  });

  it("verifyKvmFolder: a guest whose NIC has higher vectors verifies, one vector alone does not", async () => {
    const files = await kvmFiles("svm-virtio-vhost");
    const isDevices = (line: Line): boolean =>
      (line["vector"] as number) >= 0x25 && (line["vector"] as number) < 0x40;
    for (const name of files.keys()) {
      if (!name.endsWith(".jsonl")) continue;
      const lines = linesOf(files.get(name) as Uint8Array);
      for (const line of lines)
        if (isDevices(line)) line["vector"] = (line["vector"] as number) + 5;
      files.set(name, toBytes(lines));
    }
    const options = { round: "kvm", lastPhase: "tx64" } as const;
    const divergence = () => verifyKvmFolder(files, options).phases.at(-1)?.firstDivergence;
    expect(divergence()).to.equal(null);
    const lines = linesOf(files.get("kvm.tx64.jsonl") as Uint8Array);
    const injected = lines.find((line) => line["ev"] === "kvm_inj_virq" && isDevices(line)) as Line;
    injected["vector"] = 0x27;
    files.set("kvm.tx64.jsonl", toBytes(lines));
    expect(divergence()).to.include({ aspect: "interrupts" });
  });

  it("verifyKvmFolder: an end by flag that no EOI comes with is noticed", async () => {
    const files = await kvmFiles("svm-virtio-vhost");
    const lines = linesOf(files.get("kvm.idle.jsonl") as Uint8Array);
    lines.unshift({ t: 0, cpu: 0, who: "vcpu", ev: "kvm_pv_eoi", apicid: 0, vector: 0x27 });
    files.set("kvm.idle.jsonl", toBytes(lines));
    const report = verifyKvmFolder(files, { round: "kvm", lastPhase: "idle" });
    expect(report.phases[0]?.firstDivergence?.aspect).to.equal("eoi");
  });

  it("verifyKvmFolder: a wake-up of QEMU's main loop that is gone is noticed", async () => {
    const files = await kvmFiles("svm-virtio-qemu", "full");
    const lines = linesOf(files.get("full.tx64.jsonl") as Uint8Array);
    const isWakeUp = (line: Line): boolean =>
      line["ev"] === "sched_waking" && String(line["comm"] ?? line["args"]).includes("qemu");
    lines.splice(lines.findIndex(isWakeUp), 1);
    files.set("full.tx64.jsonl", toBytes(lines));
    const report = verifyKvmFolder(files, { round: "full", lastPhase: "tx64" });
    expect(report.phases.at(-1)?.firstDivergence?.aspect).to.equal("threads");
  });

  it("verifyKvmFolder: 8139cp's set-up is recorded access by access, and one less is noticed", async () => {
    const files = await setupFiles("svm-rtl8139-qemu-setup");
    const { phases } = verifyKvmFolder(files);
    expect(phases.map(({ phase, exits }) => [phase, exits])).to.deep.equal([
      ["setup", { matched: 589, total: 589 }],
    ]);
    const lines = linesOf(files.get("driver.jsonl") as Uint8Array);
    lines.splice(lines.findIndex(isAccess), 1);
    files.set("driver.jsonl", toBytes(lines));
    expect(verifyKvmFolder(files).phases[0]?.firstDivergence?.aspect).to.equal("exits");
  });
});

describe("verifyKvmFolder on a falsified recording", () => {
  for (const folder of ["svm-rtl8139-qemu-mitigations", "svm-virtio-vhost"]) {
    for (const [what, { places, change }] of Object.entries(FALSIFICATIONS)) {
      it(`verifyKvmFolder: ${what} in tx64 of ${folder} is noticed (seed ${SEED})`, async () => {
        const files = await kvmFiles(folder);
        const original = linesOf(files.get("kvm.tx64.jsonl") as Uint8Array);
        const all = [...original.keys()].filter((at) => places(original[at] as Line));
        // virtio with an ioeventfd has no exit to user space: nothing to falsify.
        if (all.length === 0) return expect(folder).to.equal("svm-virtio-vhost");
        fc.assert(
          fc.property(fc.constantFrom(...all), (at) => {
            const lines = structuredClone(original);
            change(lines, at);
            files.set("kvm.tx64.jsonl", toBytes(lines));
            const report = verifyKvmFolder(files, { round: "kvm", lastPhase: "tx64" });
            expect(report.phases.at(-1)?.firstDivergence).to.not.equal(null);
          }),
          { seed: SEED, numRuns: 3 },
        );
        return undefined;
      });
    }
  }
});
