import assert from "node:assert/strict";
import { test } from "node:test";
import { trapline } from "./a-command.ts";

const RUN = ["run", "--mode", "virtio-vhost", "--rows", "0"];

interface Report {
  readonly cpu: {
    readonly profile: string;
    readonly clockGhz: number;
    readonly mitigations: boolean;
    readonly changed: readonly { name: string; value: number; was: number; unit: string }[];
  };
  readonly knobs: Record<string, unknown>;
}

test("trapline run --cpu: the output names the CPU, its clock and the mitigations", () => {
  const { stdout } = trapline(
    ...RUN,
    "--cpu",
    "nehalem",
    "--clock-ghz",
    "2.5",
    "--mitigations",
    "off",
  );
  assert.match(stdout, /^CPU nehalem: Intel Xeon 5500 .*, 2\.5 GHz, mitigations off$/m);
});

test("trapline run --set cost.NAME: the price is changed, and the output says what it was", () => {
  const args = [...RUN, "--cpu", "sandy-bridge-ep", "--set", "cost.vmRoundTrip=500"];
  const { stdout } = trapline(...args, "--set", "hostCpus=1");
  assert.match(stdout, /^cost\.vmRoundTrip = 500 cycles \(was 784\)$/m);
  assert.match(stdout, / hostCpus=1 /);
  const report = JSON.parse(trapline(...args, "--json").stdout) as Report;
  assert.deepEqual(report.cpu.changed, [
    { name: "vmRoundTrip", value: 500, was: 784, unit: "cycles" },
  ]);
  assert.equal(report.cpu.profile, "sandy-bridge-ep");
});

test("trapline run --cpu: what the CPU decides of a mode is as the CPU has it, unless it is set", () => {
  const knobs = (...args: string[]): unknown[] => {
    const report = JSON.parse(trapline(...RUN, ...args, "--json").stdout) as Report;
    return [report.knobs["apicv"], report.knobs["cpuVendor"]];
  };
  assert.deepEqual(knobs(), [true, "intel"]);
  assert.deepEqual(knobs("--cpu", "nehalem"), [false, "intel"]);
  assert.deepEqual(knobs("--cpu", "nehalem", "--set", "apicv=on"), [true, "intel"]);
  assert.deepEqual(knobs("--cpu", "zen4"), [false, "amd"]);
});

test("trapline compare --cpu: the table says which CPU, and so do several guests", () => {
  const compare = trapline("compare", "--modes", "native", "--cpu", "zen2");
  assert.match(compare.stdout, /^CPU zen2: AMD .*, mitigations on$/m);
  const guests = trapline(
    "run",
    "--mode",
    "vf-posted",
    "--guests",
    "2",
    "--rows",
    "0",
    "--cpu",
    "zen2",
  );
  assert.match(guests.stdout, /^CPU zen2: /m);
});

test("trapline run: a CPU, clock, switch or price that it cannot use is one sentence", () => {
  const cases: [string[], number, RegExp][] = [
    [["--cpu", "z80"], 1, /CPU profile z80: there is none of that name; known are prescott, /],
    [["--clock-ghz", "0"], 1, /--clock-ghz: 0 is not a number from 0\.1 to 10\.$/],
    [["--mitigations", "some"], 1, /--mitigations: some is not one of on, off\.$/],
    [["--set", "cost.vmExits=1"], 1, /Cost vmExits: there is no such primitive; trapline costs /],
    [["--set", "cost.vmRoundTrip=-1"], 1, /--set cost\.vmRoundTrip: -1 is not a number from 0 /],
    [["--set", "cost.vmRoundTrip=much"], 1, /--set cost\.vmRoundTrip: much is not a number /],
    [["--set", "cost.vmRoundTrip"], 2, /must read knob=value\.$/],
  ];
  for (const [args, status, message] of cases) {
    const result = trapline(...RUN, ...args);
    assert.equal(result.status, status, result.stderr);
    assert.match(result.stderr.trimEnd(), message);
    assert.equal(result.stderr.trimEnd().split("\n").length, 1);
  }
  const program = trapline("run", "--program", "popf", "--set", "cost.vmRoundTrip=1");
  assert.equal(program.stderr, "trapline: --set cost.vmRoundTrip does not go with --program.\n");
});
