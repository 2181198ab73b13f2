import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inFolder, trapline } from "./a-command.ts";

const RUN = ["run", "--mode", "vtx-rtl8139", "--packets", "3"];

test("trapline run --filter: the story has the rows that are wanted, and the totals are the run's", () => {
  const { status, stdout } = trapline(...RUN, "--filter", "reg:TPPoll=0x40 packet:2-3");
  assert.equal(status, 0);
  assert.equal(stdout.match(/TPPoll ← 0x40/g)?.length, 2);
  assert.equal(stdout.match(/^packet \d$/gm)?.join(), "packet 2,packet 3");
  assert.match(stdout, /^VM exits +\d+ /m);
});

test(
  "trapline run --filter: the CSV export holds the rows that are wanted, with their numbers",
  inFolder((folder) => {
    const target = folder.at("exits.csv");
    const { status } = trapline(...RUN, "--filter", "exit", "--export", target);
    assert.equal(status, 0);
    const [, ...lines] = readFileSync(target, "utf8").trimEnd().split("\r\n");
    assert.ok(lines.length > 3);
    for (const line of lines) assert.match(line, /^\d+,[\d.]+,vmExit,hypervisor,/);
    assert.ok(Number(lines.at(-1)?.split(",")[0]) > lines.length);
  }),
);

test("trapline run --filter: a mistake is a sentence with its place, and exit 2", () => {
  const { status, stderr } = trapline(...RUN, "--filter", "exit and pakcet:3");
  assert.equal(status, 2);
  assert.match(stderr, /--filter: At character 10: found “pakcet”.*Did you mean packet\?/);
});
