// netfront, netback and Xen beside their recording; and that what is wrong in it is noticed.
import { expect } from "chai";
import { InputError } from "../../../../engine/core/input-error.ts";
import { verifyXenNetwork, type XenPhaseReport } from "../../../../engine/recordings/xen/verify.ts";
import { linesOf, linesToBytes } from "../recording-files.ts";
import { networkFiles } from "./network-files.ts";

type Line = Record<string, unknown>;

function totals({ aspects }: XenPhaseReport): string {
  return Object.entries(aspects)
    .filter(([, { total }]) => total > 0)
    .map(([name, { matched, total }]) => `${name} ${matched}/${total}`)
    .join(", ");
}

/** The report of a phase after its lines were changed. */
async function falsified(phase: string, change: (lines: Line[]) => void): Promise<XenPhaseReport> {
  const before = phase === "rx" ? ["warmup", "tx"] : ["warmup"];
  const files = await networkFiles(...before, phase);
  const name = `${phase}.insn.jsonl`;
  const lines = linesOf(files.get(name) as Uint8Array);
  change(lines);
  files.set(name, linesToBytes(lines));
  const report = verifyXenNetwork(files).find((one) => one.phase === phase);
  if (report === undefined) throw new Error(`no phase ${phase}`);
  return report;
}

/** The n-th line behind the first send that is as asked for. */
function find(lines: readonly Line[], n: number, wanted: Line): number {
  const start = lines.findIndex((line) => line["what"] === "send-call");
  for (let at = start, left = n; at < lines.length; at++) {
    const line = lines[at] as Line;
    if (!Object.entries(wanted).every(([key, value]) => line[key] === value)) continue;
    if (left-- === 0) return at;
  }
  throw new Error(`no line ${n} with ${JSON.stringify(wanted)}`);
}

describe("verifyXenNetwork", () => {
  it("does what every packet of tx and rx recorded, in order", async () => {
    const files = await networkFiles("init", "warmup", "tx", "rx");
    const reports = verifyXenNetwork(files);
    for (const report of reports) expect(report.firstDivergence, report.phase).to.equal(null);
    expect(reports.map((report) => `${report.phase}: ${totals(report)}`)).to.deep.equal([
      "init: hypercalls 17/17",
      "warmup: rings 81/81, grants 36/36, events 120/120, backend 271/271, hypercalls 104/104, cpu 73/73",
      "tx: rings 112/112, grants 48/48, events 160/160, backend 508/508, hypercalls 144/144, cpu 100/100",
      "rx: rings 104/104, grants 48/48, events 160/160, backend 224/224, hypercalls 141/141, cpu 101/101",
    ]);
    expect(reports[2]?.points).to.deep.equal({
      "timer programmed": 14,
      "address space": 1,
      "order of woken threads": 2,
      "task switch of another thread": 0,
      "first use of the FPU": 0,
      "frame length": 8,
    });
  });

  it("does the bursts in the recorded order of the guest's accesses", async () => {
    const reports = verifyXenNetwork(
      await networkFiles("warmup", "tx", "rx", "burst-tx", "burst-rx"),
    );
    const bursts = reports.filter(({ phase }) => phase.startsWith("burst"));
    expect(bursts.map(totals)).to.deep.equal([
      "rings 644/644, grants 384/384",
      "rings 332/332, grants 384/384",
    ]);
    for (const { rules, firstDivergence } of bursts) {
      expect(firstDivergence).to.equal(null);
      expect(rules?.every(({ holds }) => holds)).to.equal(true);
      expect(rules?.at(-1)?.found).to.equal("in order");
    }
  });

  it("names file, line and field of a damaged line", async () => {
    const files = await networkFiles("tx");
    const lines = linesOf(files.get("tx.insn.jsonl") as Uint8Array);
    const at = find(lines, 0, { op: "ring_write" });
    lines[at] = { ...lines[at], ring: "ctrl" };
    files.set("tx.insn.jsonl", linesToBytes(lines));
    expect(() => verifyXenNetwork(files)).to.throw(
      InputError,
      `tx.insn.jsonl, line ${at + 1}: field ring is "ctrl", expected one of tx, rx`,
    );
  });
});

const FALSIFICATIONS: Readonly<Record<string, [string, string, (lines: Line[]) => void]>> = {
  "a ring index that is one too high": [
    "tx",
    "rings",
    (lines) => {
      const at = find(lines, 3, { op: "ring_write", field: "req_prod" });
      lines[at] = { ...lines[at], value: 99 };
    },
  ],
  "a grant that is not read-only": [
    "tx",
    "grants",
    (lines) => {
      const wanted = { op: "shared_write", dom: "domU", flags: "permit_access|readonly" };
      const at = find(lines, 2, wanted);
      lines[at] = { ...lines[at], flags: "permit_access" };
    },
  ],
  "a grant reference of another slot": [
    "rx",
    "rings",
    (lines) => {
      const at = find(lines, 1, { op: "ring_write", dom: "domU", field: "req.gref" });
      lines[at] = { ...lines[at], value: "0x1ff" };
    },
  ],
  "an event that is not masked": [
    "tx",
    "events",
    (lines) => {
      const at = find(lines, 0, { op: "shared_write", dom: "domU", value: "0xc0000000" });
      lines[at] = { ...lines[at], value: "0x80000000" };
    },
  ],
  "an event that was never sent": [
    "tx",
    "hypercalls",
    (lines) => void lines.splice(find(lines, 2, { op: "hypercall", cmd: "send", dom: "domU" }), 1),
  ],
  "a grant copy of two": [
    "tx",
    "hypercalls",
    (lines) => {
      const at = find(lines, 1, { op: "hypercall", cmd: "copy" });
      lines[at] = { ...lines[at], args: { count: 2 } };
    },
  ],
  "a grant copy of another length": [
    "rx",
    "hypercalls",
    (lines) => {
      const at = find(lines, 3, { op: "hypercall", cmd: "copy" });
      lines[at] = { ...lines[at], args: { count: 1, ops: [{ len: 105 }] } };
    },
  ],
  "a datagram that never reached the application": [
    "tx",
    "cpu",
    (lines) => void lines.splice(find(lines, 2, { op: "mark", what: "received" }), 1),
  ],
  "a mapping that is not ended": [
    "tx",
    "backend",
    (lines) => void lines.splice(find(lines, 0, { op: "hypercall", cmd: "unmap_grant_ref" }), 1),
  ],
  "an iret too many": [
    "rx",
    "hypercalls",
    (lines) => {
      const at = find(lines, 2, { op: "hypercall", name: "iret", dom: "domU" });
      lines.splice(at, 0, { ...lines[at] });
    },
  ],
  "a timer programmed where the kernel has no reason to": [
    "tx",
    "hypercalls",
    (lines) => {
      const timer = { op: "hypercall", dom: "domU", name: "vcpu_op", cmd: "set_singleshot_timer" };
      lines.splice(find(lines, 0, { op: "ring_write", field: "req_prod" }), 0, {
        insn: 0,
        ...timer,
      });
    },
  ],
  "an upcall of the other domain": [
    "rx",
    "cpu",
    (lines) => {
      const at = find(lines, 0, { op: "upcall" });
      lines[at] = { ...lines[at], dom: "dom0" };
    },
  ],
  "a domain switch to the wrong domain": [
    "tx",
    "cpu",
    (lines) => {
      const at = find(lines, 0, { op: "ctx_switch", from: "domU", to: "dom0" });
      lines[at] = { ...lines[at], to: "domU" };
    },
  ],
  "Xen's mark that stays in a grant entry": [
    "tx",
    "backend",
    (lines) => {
      const wanted = { op: "shared_write", dom: "xen", what: "grant_entry" };
      const at = find(lines, 1, wanted);
      lines[at] = { ...lines[at], flags: "permit_access|readonly|reading" };
    },
  ],
  "a ring access long after the packet": [
    "tx",
    "rings",
    (lines) => {
      const at = find(lines, 0, { op: "ring_read", dom: "domU", field: "rsp_prod" });
      const next = find(lines, 1, { op: "mark", what: "send-call" });
      lines.splice(next, 0, { ...lines[at] });
    },
  ],
};

describe("verifyXenNetwork leaves out", () => {
  it("a turn of dom0's timer, in a packet's way and behind it", async () => {
    const report = await falsified("tx", (lines) => {
      const turn = timerTurn(lines);
      const idle = find(lines, 3, { op: "ctx_switch", from: "domU", to: "idle" });
      const to = { op: "ctx_switch", from: "domU", to: "dom0", insn: 0 };
      const back = { op: "ctx_switch", from: "dom0", insn: 0 };
      lines.splice(idle, 1, to, ...turn, { ...back, to: "idle" });
      const send = find(lines, 2, { op: "hypercall", cmd: "send", dom: "domU" });
      lines.splice(send, 0, to, ...turn, { ...back, to: "domU" });
    });
    expect(report.firstDivergence).to.equal(null);
    expect(totals(report)).to.match(/^rings 112\/112, .*hypercalls 144\/144, cpu 100\/100$/);
  });
});

/** What dom0 did in one turn on the CPU for which only its timer woke it. */
function timerTurn(lines: readonly Line[]): Line[] {
  const from = find(lines, 0, { op: "ctx_switch", from: "idle", to: "dom0" });
  const to = lines.findIndex((line, at) => at > from && line["op"] === "ctx_switch");
  return lines.slice(from + 1, to);
}

describe("verifyXenNetwork notices", () => {
  for (const [what, [phase, aspect, change]] of Object.entries(FALSIFICATIONS)) {
    it(what, async () => {
      const report = await falsified(phase, change);
      expect(report.firstDivergence).not.to.equal(null);
      expect(report.firstDivergence?.aspect).to.equal(aspect);
    });
  }

  it("a burst whose frame is copied twice", async () => {
    const files = await networkFiles("warmup", "tx", "rx", "burst-tx");
    const name = "burst-tx.insn.jsonl";
    const lines = linesOf(files.get(name) as Uint8Array);
    const at = find(lines, 0, { op: "hypercall", cmd: "copy" });
    lines[at] = { ...lines[at], args: { count: 65 } };
    files.set(name, linesToBytes(lines));
    const report = verifyXenNetwork(files).at(-1);
    expect(report?.firstDivergence?.aspect).to.equal("rules");
  });

  it("a burst in which one slot got another frame", async () => {
    const files = await networkFiles("warmup", "tx", "rx", "burst-tx");
    const name = "burst-tx.insn.jsonl";
    const lines = linesOf(files.get(name) as Uint8Array);
    const at = find(lines, 30, { op: "ring_write", field: "req.flags" });
    lines[at] = { ...lines[at], value: "0x7" };
    files.set(name, linesToBytes(lines));
    const report = verifyXenNetwork(files).at(-1);
    expect(report?.firstDivergence?.aspect).to.equal("rings");
  });
});
