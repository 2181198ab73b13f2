import assert from "node:assert/strict";
import { test } from "node:test";
import { trapline } from "./a-command.ts";

interface Lists {
  readonly cpuModes: readonly { readonly id: string; readonly correct: boolean }[];
  readonly programs: readonly { readonly id: string }[];
}

const lists = JSON.parse(trapline("modes", "--json").stdout) as Lists;

function program(id: string, mode: string, ...rest: string[]): ReturnType<typeof trapline> {
  return trapline("run", "--program", id, "--cpu-mode", mode, ...rest);
}

test("trapline run --program: every program runs in every CPU mode, the correct ones as natively", () => {
  for (const { id } of lists.programs) {
    for (const mode of lists.cpuModes) {
      const { status, stdout, stderr } = program(id, mode.id, "--json");
      assert.equal(status, 0, `${id} ${mode.id}: ${stderr}`);
      const run = JSON.parse(stdout) as Record<string, unknown>;
      if (mode.correct) assert.equal(run["asNative"], true, `${id} ${mode.id}`);
      const failures = run["silentFailures"] as string[];
      assert.equal(failures.length > 0, run["asNative"] === false, `${id} ${mode.id}`);
    }
  }
});

test("trapline run --program: it prints source, bytes, what exited and the outcome", () => {
  const { status, stdout } = program("transmit", "vtx");
  assert.equal(status, 0);
  assert.match(stdout, /^CPU mode vtx \(VT-x: /m);
  assert.match(
    stdout,
    /^ +[0-9a-f]{5} {2}c6 83 d9 00 00 00 40 +mov +byte \[rbx \+ TPPOLL\], 0x40 +; the doorbell$/m,
  );
  assert.match(
    stdout,
    /VM exit: EPT misconfiguration \(reason 49, SVM NPF; guest-physical 0xfea000d9\)\n +device model: /,
  );
  assert.match(stdout, /^Outcome: the program ends by HLT\.\n {2}frame of 60 bytes: /m);
  assert.match(stdout, /^Registers, memory and output are those of the CPU alone\.$/m);
});

test("trapline run --program: trap-and-emulate says what it gets wrong", () => {
  const { status, stdout } = program("popf", "trap-and-emulate");
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}wrong, and nobody noticed: counter is 1, natively 0x65$/m);
  assert.match(stdout, /trap-and-emulate gets popf wrong\.$/m);
});

test("trapline run --program: APICv and its lack are a knob of vtx", () => {
  const exits = (apicv: string): unknown =>
    (
      JSON.parse(program("interrupt", "vtx", "--set", `apicv=${apicv}`, "--json").stdout) as {
        counts: Record<string, number>;
      }
    ).counts["exits: APIC access"];
  assert.equal(exits("on"), undefined);
  assert.ok(Number(exits("off")) > 0);
});

test("trapline run --program: mistakes are one sentence each", () => {
  const wrong: [string[], number, RegExp][] = [
    [
      ["--program", "nothing"],
      1,
      /^trapline: Program nothing: there is no such program; there are /,
    ],
    [
      ["--program", "popf", "--cpu-mode", "ring"],
      1,
      /^trapline: CPU mode ring: there is no such mode/,
    ],
    [
      ["--program", "popf", "--pcap", "x.pcap"],
      2,
      /^trapline: --pcap does not go with --program\.$/m,
    ],
    [["--cpu-mode", "vtx"], 2, /^trapline: --cpu-mode goes with --program NAME\.$/m],
    [
      ["--program", "popf", "--set", "apicv=on"],
      1,
      /^trapline: Knob apicv: mode native has no such knob/,
    ],
  ];
  for (const [args, status, message] of wrong) {
    const result = trapline("run", ...args);
    assert.equal(result.status, status, args.join(" "));
    assert.match(result.stderr, message);
    assert.equal(result.stdout, "");
  }
});
