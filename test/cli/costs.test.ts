import assert from "node:assert/strict";
import { test } from "node:test";
import { trapline } from "./a-command.ts";

interface Range {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

interface Report {
  readonly primitives: readonly {
    readonly name: string;
    readonly value: Range;
    readonly cycles: Range;
    readonly evidence: string;
    readonly origin: string;
    readonly machine: string;
    readonly sources: readonly { readonly cite: string; readonly where: string }[];
    readonly formula?: string;
    readonly why?: string;
    readonly chargedBy: readonly string[];
  }[];
  readonly shares?: readonly { mode: string; direction: string; backed: number }[];
}

test("trapline costs --json: every primitive has a range, a source, and the reason that its evidence asks for", () => {
  const { status, stdout } = trapline("costs", "--json");
  assert.equal(status, 0);
  const { primitives } = JSON.parse(stdout) as Report;
  assert.ok(primitives.length > 100);
  for (const { name, value, evidence, machine, sources, formula, why } of primitives) {
    assert.ok(value.low <= value.typical && value.typical <= value.high, name);
    assert.ok(sources.length > 0 && sources.every(({ cite, where }) => cite && where), name);
    assert.ok(machine, name);
    assert.equal(formula !== undefined, evidence === "derived", name);
    assert.equal(why !== undefined, evidence === "assumed", name);
  }
});

test("trapline costs: at least 70 % of every mode's typical packet is measured, specified or derived", () => {
  const { shares = [] } = JSON.parse(trapline("costs", "--json").stdout) as Report;
  const modes = JSON.parse(trapline("modes", "--json").stdout) as { modes: unknown[] };
  assert.equal(shares.length, 3 * modes.modes.length);
  const short = shares.filter(({ backed }) => backed < 0.7);
  assert.deepEqual(short, []);
});

test("trapline costs NAME: it shows one primitive, its value on the CPU and the profiles that know it", () => {
  const { stdout } = trapline("costs", "vmRoundTrip", "--cpu", "nehalem");
  assert.match(stdout, /^CPU nehalem: /);
  assert.match(stdout, /^vmRoundTrip {2}Transition, measured$/m);
  assert.match(stdout, /^ {2}1009 cycles; known for nehalem$/m);
  assert.match(stdout, /^ {2}charged {3}vmExit where .*: once, times 0\.5$/m);
  assert.match(stdout, /^ {2}on {8}prescott +3963 cycles, measured$/m);
  assert.equal(trapline("costs", "cost.vmRoundTrip", "--cpu", "nehalem").stdout, stdout);
});

test("trapline costs NAME --set: a price that was set is its own typical value", () => {
  const args = ["costs", "vmRoundTrip", "--set", "cost.vmRoundTrip=500", "--json"];
  const { primitives } = JSON.parse(trapline(...args).stdout) as Report;
  assert.deepEqual(primitives[0]?.cycles, { low: 500, typical: 500, high: 500 });
  assert.equal(primitives[0]?.origin, "reader");
});

test("trapline costs: a name that is none, a second one and a knob are one sentence each", () => {
  const cases: [string[], number, string][] = [
    [["vmround"], 1, "Cost vmround: there is no such primitive; near it are vmRoundTrip."],
    [["vmRoundTrip", "more"], 2, "trapline costs takes one NAME, not more too."],
    [["--set", "ring=packed"], 2, "--set ring: costs takes cost.NAME=VALUE only."],
  ];
  for (const [args, status, message] of cases) {
    const result = trapline("costs", ...args);
    assert.equal(result.status, status, result.stderr);
    assert.equal(result.stderr, `trapline: ${message}\n`);
  }
});
