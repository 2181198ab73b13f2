import assert from "node:assert/strict";
import { test } from "node:test";
import { trapline } from "./a-command.ts";

test("trapline compare: it prints all modes in one table, a line each, with costs and exits by kind", () => {
  const { status, stdout } = trapline("compare", "--packets", "8");
  assert.equal(status, 0);
  const modes = JSON.parse(trapline("modes", "--json").stdout) as { modes: { id: string }[] };
  for (const { id } of modes.modes) {
    assert.equal(stdout.split("\n").filter((line) => line.startsWith(`${id} `)).length, 3, id);
  }
  assert.match(stdout, /^8 packets, tx; each number is per packet$/m);
  assert.match(stdout, /^mode +VM exits +to user +hypercalls +callouts +upcalls +interrupts /m);
  assert.match(stdout, /^mode +low +typical +high +driver .* p50 µs +p99 µs$/m);
  assert.match(stdout, /^native +0 /m);
});

test("trapline compare: its numbers are those of the runs", () => {
  const traffic = ["--packets", "5", "--dir", "rx", "--size", "200"];
  const both = ["compare", "--modes", "virtio-qemu,vf-posted", ...traffic, "--json"];
  const report = JSON.parse(trapline(...both).stdout) as {
    modes: { mode: string; totals: unknown }[];
  };
  assert.deepEqual(
    report.modes.map(({ mode }) => mode),
    ["virtio-qemu", "vf-posted"],
  );
  for (const { mode, totals } of report.modes) {
    const run = trapline("run", "--mode", mode, ...traffic, "--json").stdout;
    assert.deepEqual(totals, (JSON.parse(run) as { totals: unknown }).totals);
  }
});

test("trapline compare: a knob is set where it exists, and one that exists nowhere is refused", () => {
  const set = ["compare", "--modes", "native,virtio-qemu", "--set", "ring=packed", "--json"];
  const report = JSON.parse(trapline(...set).stdout) as {
    modes: { knobs: Record<string, unknown> }[];
  };
  assert.deepEqual(
    report.modes.map(({ knobs }) => knobs["ring"]),
    [undefined, "packed"],
  );
  const { status, stderr } = trapline("compare", "--modes", "native", "--set", "ring=packed");
  assert.equal(status, 1);
  assert.equal(stderr, "trapline: Knob ring: none of the modes native has such a knob.\n");
});

test("trapline compare: an unknown mode and one named twice are one sentence each", () => {
  const unknown = trapline("compare", "--modes", "native,e1000");
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /^trapline: Mode e1000: there is no such mode; there are native, /);
  const twice = trapline("compare", "--modes", "native,native");
  assert.equal(twice.status, 2);
  assert.equal(twice.stderr, "trapline: --modes: native is named twice.\n");
});
