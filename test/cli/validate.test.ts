import assert from "node:assert/strict";
import { test } from "node:test";
import { inFolder, trapline } from "./a-command.ts";

interface Report {
  readonly summary: { readonly points: number; readonly mapped: number; readonly excused: number };
  readonly points: readonly {
    readonly point: string;
    readonly excuse?: string;
    readonly predicted?: { low: number; typical: number; high: number };
    readonly ratio?: number;
  }[];
}

const POINT = {
  id: "mine",
  mode: "SR-IOV VF, DPDK",
  metric: "TX packet rate",
  value: 14.2,
  unit: "Mpps",
  config: "Xeon E5-2690 v3 2.6 GHz, 10GbE",
  packet: "64 B",
  source: "Ours, 2016",
  verified: "yes",
};

test(
  "trapline validate FILE: points of one's own are predicted by their words, or excused",
  inFolder((folder) => {
    const excused = { ...POINT, id: "other", mode: "netmap" };
    const file = folder.file("points.json", JSON.stringify({ validation: [POINT, excused] }));
    const { status, stdout, stderr } = trapline("validate", file, "--json");
    assert.equal(status, 0, stderr);
    const { summary, points } = JSON.parse(stdout) as Report;
    assert.deepEqual([summary.points, summary.mapped, summary.excused], [2, 1, 1]);
    const [mine, other] = points;
    assert.equal(mine?.point, "mine");
    assert.ok((mine?.predicted?.low ?? 0) <= (mine?.predicted?.typical ?? 0));
    assert.ok((mine?.ratio ?? 0) > 0.5 && (mine?.ratio ?? 9) < 2, String(mine?.ratio));
    assert.match(other?.excuse ?? "", /^Netmap.*not modelled\.$/);
    const text = trapline("validate", file).stdout;
    assert.match(text, /^mine +14\.2 .* Mpps$/m);
    assert.match(text, /^2 points: 1 predicted, of which 1 count/m);
    assert.match(text, /^not predicted$/m);
  }),
);

test(
  "trapline validate FILE: what is no file of points is one sentence",
  inFolder((folder) => {
    const cases: [string, RegExp][] = [
      ["{", /a\.json: it is not JSON\.$/],
      ["{}", /a\.json: there is no array "validation" of points in it\.$/],
      ["[]", /a\.json: there is no point in it\.$/],
      ["[1]", /a\.json: point 1 is no object\.$/],
      ['[{"id": 5}]', /a\.json: point 1: its id is no text\.$/],
      ['[{"id": "a"}]', /a\.json: point 1: its value is neither a number nor text\.$/],
    ];
    for (const [content, message] of cases) {
      const result = trapline("validate", folder.file("a.json", content));
      assert.equal(result.status, 1);
      assert.match(result.stderr.trimEnd(), message);
    }
    assert.match(trapline("validate", folder.at("none.json")).stderr, /none\.json/);
    assert.match(trapline("validate", "a", "b").stderr, /takes one FILE, not b too/);
    assert.match(trapline("validate", "--set", "ring=packed").stderr, /cost\.NAME=VALUE only/);
  }),
);
