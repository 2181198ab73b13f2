// The CPU side of a Xen PV guest beside its recording.
import { expect } from "chai";
import { InputError } from "../../../../engine/core/input-error.ts";
import { type CpuPhaseReport, verifyXenCpu } from "../../../../engine/recordings/xen/verify-cpu.ts";
import { bytesOf, linesOf, linesToBytes } from "../recording-files.ts";

const TESTS = ["nothing", "getpid", "fault", "fork", "forkexec", "pipe", "fpu", "sleep"];

async function cpuFiles(tests: readonly string[] = TESTS): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const test of tests) {
    const name = `cpu-${test}.insn.jsonl`;
    const response = await fetch(`/test/recordings/xen/xen-pv-netfront/${name}`);
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    files.set(name, new Uint8Array(await response.arrayBuffer()));
  }
  return files;
}

function phase(reports: readonly CpuPhaseReport[], name: string): CpuPhaseReport {
  const report = reports.find((one) => one.phase === name);
  if (report === undefined) throw new Error(`no phase ${name}`);
  return report;
}

/** Crossings per operation by kind, as counted in the recording. */
function perOperation({ kinds, operations }: CpuPhaseReport): Record<string, number> {
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, { matched }]) => [kind, matched / operations]),
  );
}

describe("verifyXenCpu", () => {
  it("does every crossing of every CPU test as recorded, in order", async () => {
    const reports = verifyXenCpu(await cpuFiles());
    expect(reports.map(({ phase: name }) => name)).to.deep.equal(
      TESTS.map((test) => `cpu-${test}`).toSorted(),
    );
    for (const { hypercalls, exceptions, firstDivergence } of reports) {
      expect(firstDivergence).to.equal(null);
      expect(hypercalls.matched).to.equal(hypercalls.total);
      expect(exceptions.matched).to.equal(exceptions.total);
    }
    const totals = reports.map(({ phase: name, hypercalls, exceptions }) => {
      return `${name} ${hypercalls.total}+${exceptions.total}`;
    });
    expect(totals).to.deep.equal([
      "cpu-fault 66+32",
      "cpu-fork 70+16",
      "cpu-forkexec 403+54",
      "cpu-fpu 20+0",
      "cpu-getpid 15+0",
      "cpu-nothing 0+0",
      "cpu-pipe 43+9",
      "cpu-sleep 102+20",
    ]);
  });

  it("has the crossings of a fork by kind", async () => {
    const fork = phase(verifyXenCpu(await cpuFiles()), "cpu-fork");
    expect(fork.operations).to.equal(1);
    expect(fork.points).to.deep.equal({ "task switches": 2 });
    expect(perOperation(fork)).to.deep.equal({
      "#GP kernel emulated xen_do_read_msr": 3,
      "#PF kernel emulated copy_page_range": 2,
      "#PF kernel emulated ptep_clear_flush": 4,
      "#PF kernel injected": 2,
      "#PF user injected": 5,
      "iret.to_kernel": 2,
      "iret.to_user": 10,
      mmu_update: 43,
      "mmuext_op.invlpg_local": 4,
      "mmuext_op.new_baseptr+new_user_baseptr": 3,
      "mmuext_op.tlb_flush_local": 1,
      multicall: 2,
      "set_segment_base.gs_user": 2,
      "set_segment_base.gs_user_sel": 1,
      stack_switch: 2,
    });
  });

  it("says where a hypercall is missing", async () => {
    const files = await cpuFiles(["fork"]);
    const lines = linesOf(files.get("cpu-fork.insn.jsonl") as Uint8Array);
    const at = lines.findIndex((line) => line["cmd"] === "tlb_flush_local");
    lines.splice(at, 1);
    files.set("cpu-fork.insn.jsonl", linesToBytes(lines));
    const { firstDivergence } = phase(verifyXenCpu(files), "cpu-fork");
    expect(firstDivergence?.aspect).to.equal("exceptions");
    expect(firstDivergence?.engine[4]).to.match(/^> row \d+: mmuext_op.tlb_flush_local$/);
  });

  it("notices another entry in a page-table update", async () => {
    const files = await cpuFiles(["fault"]);
    const lines = linesOf(files.get("cpu-fault.insn.jsonl") as Uint8Array);
    const update = lines.find((line) => line["name"] === "mmu_update") as {
      args: { ops: { ptr: string }[] };
    };
    (update.args.ops[0] as { ptr: string }).ptr = "0x77472bb8";
    files.set("cpu-fault.insn.jsonl", linesToBytes(lines));
    const { kinds } = phase(verifyXenCpu(files), "cpu-fault");
    const updates = kinds["mmu_update"];
    expect(updates?.total).to.equal((updates?.matched ?? 0) + 1);
  });

  for (const test of ["fork", "forkexec"]) {
    it(`does ${test} again and again: what one leaves is where the next begins`, async () => {
      const files = await cpuFiles([test]);
      const name = `cpu-${test}.insn.jsonl`;
      const once = linesOf(files.get(name) as Uint8Array);
      files.set(name, linesToBytes([...once, ...once, ...once]));
      const report = phase(verifyXenCpu(files), `cpu-${test}`);
      expect(report.firstDivergence).to.equal(null);
      expect(report.operations).to.equal(3);
    });
  }

  it("counts a page that was written before the recording begins as taken from it", async () => {
    const files = await cpuFiles(["fork"]);
    const lines = linesOf(files.get("cpu-fork.insn.jsonl") as Uint8Array);
    const at = lines.findIndex((line) => line["rip"] === "copy_page_range+0xd72");
    // The heap's next page: entry 0x1ed of its table.
    lines.splice(at + 1, 0, { ...lines[at], cr2: "0xffff888005a70f68" });
    files.set("cpu-fork.insn.jsonl", linesToBytes(lines));
    const { firstDivergence, points } = phase(verifyXenCpu(files), "cpu-fork");
    expect(firstDivergence).to.equal(null);
    expect(points["pages written before the recording"]).to.equal(1);
  });

  it("follows an excerpt that ends in the middle of an operation", async () => {
    const files = await cpuFiles(["fork"]);
    const whole = linesOf(files.get("cpu-fork.insn.jsonl") as Uint8Array);
    for (const length of [3, 20, 50, 90, 132]) {
      files.set("cpu-fork.insn.jsonl", linesToBytes(whole.slice(0, length)));
      const { hypercalls } = phase(verifyXenCpu(files), "cpu-fork");
      expect(hypercalls.matched).to.equal(hypercalls.total);
    }
  });

  it("names file, line and field of a damaged line", () => {
    const files = new Map([["cpu-fork.insn.jsonl", bytesOf('{"op": "hypercall", "insn": 1}\n')]]);
    expect(() => verifyXenCpu(files)).to.not.throw();
    files.set("cpu-fork.insn.jsonl", bytesOf('{"op": "syscall", "dom": "domU", "insn": 1}\n'));
    expect(() => verifyXenCpu(files)).to.throw(
      InputError,
      "cpu-fork.insn.jsonl, line 1: field name is missing",
    );
  });

  it("goes on after a fault outside every area that it knows of the agent", () => {
    const fault = {
      op: "exception",
      vec: "#PF",
      dom: "domU",
      from: "user",
      rip: "0x1",
      result: "injected",
      err: 6,
      cr2: "0x10",
    };
    const bytes = bytesOf(`${JSON.stringify({ ...fault, insn: 5 })}\n`);
    const [report] = verifyXenCpu(new Map([["cpu-fork.insn.jsonl", bytes]]));
    expect(report?.exceptions).to.deep.equal({ matched: 1, total: 1 });
  });

  it("follows munmap: each entry is cleared by a trapped store, then the table goes", async () => {
    const files = await cpuFiles(["fault"]);
    const whole = linesOf(files.get("cpu-fault.insn.jsonl") as Uint8Array);
    const untilThirdPage = whole.slice(
      0,
      whole.findIndex((line) => line["cr2"] === "0x7f11aed32000"),
    );
    const end = { dom: "domU", insn: 99999 };
    files.set(
      "cpu-fault.insn.jsonl",
      linesToBytes([...untilThirdPage, { ...end, op: "syscall", name: "munmap" }]),
    );
    const { firstDivergence } = phase(verifyXenCpu(files), "cpu-fault");
    // The shortened recording has no crossings of munmap: the engine goes on with its own.
    const engine = (firstDivergence?.engine ?? [])
      .slice(4)
      .map((line) => line.replace(/^.*?: /, ""));
    expect(engine).to.deep.equal([
      ...Array<string>(3).fill("#PF kernel emulated unmap_page_range"),
      "mmu_update x1 +0xbb0 cleared",
      "mmu_update x0",
      "multicall: mmuext_op x1, update_va_mapping",
    ]);
  });
});
