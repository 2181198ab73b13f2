import assert from "node:assert/strict";
import { test } from "node:test";
import { MODES } from "../../engine/modes/index.ts";
import { trapline } from "./a-command.ts";

test("trapline modes: every mode is listed with its title, parts and knobs", () => {
  const { status, stdout } = trapline("modes");
  assert.equal(status, 0);
  for (const mode of MODES) {
    assert.ok(stdout.includes(`${mode.id}  ${mode.title}\n`), mode.id);
    for (const words of Object.values(mode.parts)) assert.ok(stdout.includes(words), words);
    for (const name of Object.keys(mode.knobs))
      assert.match(stdout, new RegExp(`^    ${name} = `, "m"));
  }
  assert.match(stdout, /queueSize = 32 … 1024 \(power of two\), default 256: /);
  assert.match(stdout, /eventIndex = on \| off, default on: /);
});

test("trapline modes: a mode that goes around the host says what it loses by that", () => {
  const { stdout } = trapline("modes");
  const about = (id: string): string =>
    stdout.split("\n\n").find((part) => part.startsWith(`${id}  `)) ?? "";
  assert.match(about("vf-posted"), /^ {2}loses {7}overlay: /m);
  assert.match(about("vf-posted"), /^ {2}keeps {7}spoof check: /m);
  assert.doesNotMatch(about("vtx-rtl8139"), /^ {2}loses/m);
});

test("trapline modes --json: the modes as data", () => {
  const { modes } = JSON.parse(trapline("modes", "--json").stdout) as { modes: unknown[] };
  const expected = MODES.map(
    ({ id, title, parts, knobs, frameBytesMax, bypass, checkedAgainst }) => ({
      id,
      title,
      parts,
      knobs,
      frameBytesMax,
      bypass,
      checkedAgainst,
    }),
  );
  assert.deepEqual(modes, JSON.parse(JSON.stringify(expected)));
});

test("trapline run --help: a command tells its options", () => {
  const { status, stdout } = trapline("run", "--help");
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: trapline run --mode ID /);
});

test("trapline bench: it measures a mode each way, with and without the trace", () => {
  const { status, stdout } = trapline("bench", "--mode", "vmxnet3", "--packets", "1000", "--json");
  assert.equal(status, 0);
  const { packets, measurements } = JSON.parse(stdout) as {
    packets: number;
    measurements: Record<string, unknown>[];
  };
  assert.equal(packets, 1000);
  assert.deepEqual(
    measurements.map(({ mode, direction, trace, bytesPerEvent }) => [
      mode,
      direction,
      trace,
      bytesPerEvent,
    ]),
    [
      ["vmxnet3", "tx", false, 48],
      ["vmxnet3", "tx", true, 48],
      ["vmxnet3", "rx", false, 48],
      ["vmxnet3", "rx", true, 48],
    ],
  );
  for (const { packetsPerSecond } of measurements) assert.ok(Number(packetsPerSecond) > 0);
});

test("trapline bench: one row is chosen by direction and trace, and others are refused by name", () => {
  const chosen = ["--mode", "vmxnet3", "--dir", "rx", "--trace", "off", "--packets", "1000"];
  const { status, stdout } = trapline("bench", ...chosen, "--json");
  assert.equal(status, 0);
  const { measurements } = JSON.parse(stdout) as { measurements: Record<string, unknown>[] };
  assert.deepEqual(
    measurements.map(({ mode, direction, trace }) => ({ mode, direction, trace })),
    [{ mode: "vmxnet3", direction: "rx", trace: false }],
  );
  const refused = trapline("bench", "--dir", "up");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^trapline: --dir: up is not one of tx, rx\.$/m);
});
