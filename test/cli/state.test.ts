import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../engine/history/history.ts";
import { findMode } from "../../engine/modes/index.ts";
import { generatePackets } from "../../engine/packets/packet-generator.ts";
import { simulate } from "../../engine/run/simulate.ts";
import { trapline } from "./a-command.ts";

const STATE = ["state", "--mode", "vtx-rtl8139"] as const;

/** The run that the command makes without further options, with its history. */
function theRun(): History {
  const frames = generatePackets({ count: 1, frameBytesWithoutFcs: 60, seed: 1, direction: "tx" });
  const run = simulate({ mode: findMode("vtx-rtl8139"), frames, direction: "tx", history: true });
  assert.ok(run.history !== undefined);
  return new History(run.history);
}

test("trapline state: a row marks the register that it changed, and says what was before", () => {
  const history = theRun();
  const row = history.data.changeRow.find(
    (at) => at >= 0 && history.at(at).changedSections.includes("rtl8139"),
  );
  const line = history
    .at(row ?? -1)
    .section("rtl8139")
    ?.lines.find(({ changed }) => changed[0] === true);
  const { status, stdout, stderr } = trapline(
    ...STATE,
    "--at",
    String(row),
    "--section",
    "rtl8139",
  );
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    new RegExp(`^\\* ${line?.name ?? ""} +0x[0-9a-f]+.* \\(was 0x[0-9a-f]+.*\\)$`, "m"),
  );
  assert.match(stdout, /^ {2}IMR +0x[0-9a-f]{4}/m);
  assert.match(stdout, /^\* rtl8139 +RTL8139C\+ registers$/m);
});

test("trapline state --json: it says the same as values, and memory as bytes", () => {
  const args = ["--at", "start", "--section", "rtl8139", "--memory", "0x100000:20", "--json"];
  const state = JSON.parse(trapline(...STATE, ...args).stdout) as {
    row: number;
    writes: unknown[];
    sections: { id: string; lines: { name: string }[] }[];
    memory: { address: number; bytes: string }[];
  };
  assert.equal(state.row, -1);
  assert.deepEqual(state.writes, []);
  assert.deepEqual(
    state.sections.map(({ id }) => id),
    ["rtl8139"],
  );
  assert.ok(state.sections[0]?.lines.some(({ name }) => name === "ISR"));
  assert.equal(state.memory[0]?.address, 0x100000);
  assert.match(state.memory[0]?.bytes ?? "", /^([0-9a-f]{2} ){19}[0-9a-f]{2}$/);
});

test("trapline state: a row that writes to memory shows its bytes, marked, in the memory asked for", () => {
  const { writeRow, writeAddress } = theRun().data;
  const address = `0x${(writeAddress[0] ?? 0).toString(16).padStart(8, "0")}`;
  const args = ["--at", String(writeRow[0]), "--memory", `${address}:8`];
  const { stdout } = trapline(...STATE, ...args);
  assert.match(stdout, new RegExp(`^\\* memory ${address}, \\d+ bytes: .* \\(was `, "m"));
  assert.match(stdout, new RegExp(`^ {2}${address} {2}.*[0-9a-f]{2}\\*`, "m"));
});

test("trapline state: it names what it cannot use", () => {
  const cases: [string[], RegExp, number][] = [
    [[], /state needs --at ROW/, 2],
    [["--at", "99999999"], /--at: 99999999 is not a whole number from 0 to \d+/, 1],
    [["--at", "3", "--section", "nothing"], /has no section nothing; there are .*rtl8139/, 1],
    [["--at", "3", "--memory", "12"], /--memory: 12 is not ADDRESS:BYTES/, 1],
    [["--at", "3", "--memory", "0x10:0"], /--memory: 0 is not a whole number from 1/, 1],
  ];
  for (const [args, message, wanted] of cases) {
    const { status, stderr } = trapline(...STATE, ...args);
    assert.match(stderr, message);
    assert.equal(status, wanted);
  }
});
