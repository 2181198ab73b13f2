import { expect } from "chai";
import { blockOf } from "../../../engine/cpu/translator/side-by-side.ts";
import { VirtualMachineMonitor } from "../../../engine/cpu/translator/virtual-machine-monitor.ts";
import { History } from "../../../engine/history/history.ts";
import { Journal } from "../../../engine/history/journal.ts";
import { codePairs, fragmentNames, fragmentsOfRow } from "../../../engine/inspect/code-pairs.ts";
import {
  FRAGMENT_CELLS,
  fragmentLines,
  readFragment,
} from "../../../engine/inspect/fragment-line.ts";
import { KIND } from "../../../engine/trace/schema.ts";
import { aGuest, runToHalt } from "../cpu/translator/a-guest.ts";
import { anInspectedRun, lineOf, rowOf } from "./inspected-run.ts";

/** xor eax, eax; mov ecx, 10; again: add eax, ecx; dec ecx; jnz again; hlt */
const SUM_LOOP = "31 c0  b9 0a 00 00 00  01 c8  ff c9  75 fa  f4";

/** Runs a guest under a VMM with a journal that has a row for each chain. */
function chainedRun(code: string): { history: History; vmm: VirtualMachineMonitor } {
  const rows = { length: 0, enabled: true, beforeRow: undefined as (() => void) | undefined };
  const journal = new Journal(rows);
  const { machine, cpu } = aGuest(code);
  const vmm = new VirtualMachineMonitor(cpu, machine);
  const spec = {
    id: "translation-cache",
    title: "Translation cache",
    actor: 0,
    kind: "table",
    cells: FRAGMENT_CELLS,
    source: "test",
  } as const;
  const watch = journal.watch(spec, () => fragmentLines(vmm.cache));
  journal.start({ bytes: new Uint8Array(4096), guestBytes: 4096 });
  const row = (): void => {
    rows.beforeRow?.();
    rows.length++;
    watch.touch();
  };
  vmm.listener = { translated: row, chained: row };
  runToHalt(vmm, machine);
  return { history: new History(journal.finish()), vmm };
}

// Adams and Agesen (ASPLOS 2006), 3.
describe("codePairs", () => {
  it("show a fragment as its line tells it exactly as the cache has it", () => {
    const { vmm } = chainedRun(SUM_LOOP);
    const lines = fragmentLines(vmm.cache);
    expect(lines.length).to.equal(3);
    vmm.cache.fragments.forEach((fragment, index) => {
      const { name = "", values = [] } = lines[index] ?? {};
      const told = readFragment(name, values);
      const code = vmm.cache.codeOf(fragment);
      expect(blockOf(told.fragment, told.code)).to.deep.equal(blockOf(fragment, code));
    });
  });

  it("show an exit before and after it was chained, and which bytes changed", () => {
    const { history } = chainedRun(SUM_LOOP);
    const last = Math.max(...history.data.changeRow);
    const [first = ""] = fragmentNames(history.at(last));
    const before = codePairs(history.at(0), first);
    const after = codePairs(history.at(last), first);
    const exitOf = (pairs: typeof before): string[] =>
      (pairs?.pairs ?? []).filter(({ kind }) => kind === "exit").map(({ note }) => note);
    expect(exitOf(before)[0]).to.match(/^exit to 0x10007, not chained$/);
    expect(exitOf(after)[0]).to.match(/^exit to 0x10007, chained to 0x[0-9a-f]+$/);
    const chained = Array.from({ length: last + 1 }, (_, row) => codePairs(history.at(row), first));
    const changedAt = chained.findIndex((pairs) => pairs?.pairs.some(({ changed }) => changed));
    const changed = chained[changedAt]?.pairs.filter((pair) => pair.changed) ?? [];
    expect(changed.map(({ kind }) => kind)).to.deep.equal(["controlFlow"]);
    expect(changed[0]?.translated.at(-1)).to.match(/jmp 0x|jmp [0-9a-f]+/);
  });

  it("have each source instruction once, with its translation, in the order of the code", () => {
    const { run, history } = anInspectedRun("bt-rtl8139");
    const snapshot = history.at(run.trace.length - 1);
    for (const name of fragmentNames(snapshot)) {
      const pairs = codePairs(snapshot, name);
      const line = lineOf(snapshot, "translation-cache", name);
      expect(pairs?.guestByteCount, name).to.equal(line?.["guest bytes"]);
      const parts = String(line?.["parts"]).split(", ").length;
      expect(pairs?.pairs.filter(({ kind }) => kind !== "exit").length, name).to.equal(parts);
      for (const { source, translated } of pairs?.pairs ?? []) {
        expect(source, name).to.match(/^[0-9a-f]+ {2}/);
        expect(translated.length, name).to.be.greaterThan(0);
      }
    }
  });

  it("find the place behind a callout and behind a hidden fault", () => {
    const { run, history } = anInspectedRun("bt-rtl8139");
    const fault = rowOf(run, "exception", "#PF, hidden", rowOf(run, "copy"));
    const names = fragmentsOfRow(run.trace, history.at(fault), fault);
    const site = lineOf(history.at(fault), "translated-sites", names[0] ?? "");
    // TPPoll, which the driver stores to.
    expect(site).to.include({ address: 0xfebf_f0d9, direction: "store" });
    expect(codePairs(history.at(fault), names[0] ?? "")?.pairs[0]?.kind).to.equal("identical");
    const callout = rowOf(run, "callout", "load, VMM's device");
    const [called = ""] = fragmentsOfRow(run.trace, history.at(callout), callout);
    expect(codePairs(history.at(callout), called)?.pairs[0]?.kind).to.equal("callout");
  });

  it("show a place that was translated again: first as it was, then as a callout", () => {
    const { run, history } = anInspectedRun("bt-rtl8139", "echo");
    const again = rowOf(run, "translation", "now calls out");
    const [name = ""] = fragmentsOfRow(run.trace, history.at(again), again);
    expect(run.trace.kind[again]).to.equal(KIND.translation);
    expect(codePairs(history.at(again), name)?.pairs[0]?.kind).to.equal("callout");
    expect(codePairs(history.at(again - 1), name)).to.equal(undefined);
  });

  it("are none in a mode that translates nothing", () => {
    const { run, history } = anInspectedRun("vtx-rtl8139");
    expect(fragmentNames(history.at(0))).to.deep.equal([]);
    expect(fragmentsOfRow(run.trace, history.at(12), 12)).to.deep.equal([]);
  });
});
