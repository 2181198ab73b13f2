// The engine beside every recording that the project carries, through the command that users have.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { trapline } from "./a-command.ts";

const FOLDER = join("test", "recordings", "device");

interface Aspect {
  readonly matched: number;
  readonly total: number;
}

interface Phase {
  readonly phase: string;
  readonly registers: Aspect;
  readonly interrupts: Aspect;
  readonly rings: Aspect;
  readonly wire: Aspect;
  readonly firstDivergence: unknown;
}

/** Phases whose order is fixed: everything must match, not only the rules. */
const PACED = ["init", "warmup", "tx", "rx", "echo"];

const KVM_FOLDER = join("test", "recordings", "kvm");

interface KvmPhase {
  readonly phase: string;
  readonly exits: Aspect;
  readonly userExits: Aspect;
  readonly interrupts: Aspect;
  readonly eoi: Aspect;
  readonly threads: Aspect;
  readonly firstDivergence: unknown;
  readonly runs: readonly { readonly rules?: readonly { readonly holds: boolean }[] }[];
}

for (const name of readdirSync(KVM_FOLDER)) {
  if (name === "README.md") continue;
  test(`trapline verify: KVM and the threads around it do what ${name} recorded`, () => {
    const { status, stdout, stderr } = trapline("verify", join(KVM_FOLDER, name), "--json");
    assert.equal(stderr, "");
    const { phases } = JSON.parse(stdout) as { phases: readonly KvmPhase[] };
    assert.equal(phases.length, name.endsWith("-setup") ? 1 : 9);
    for (const phase of phases) {
      assert.equal(phase.firstDivergence, null, phase.phase);
      const { exits, userExits, interrupts, eoi, threads } = phase;
      for (const aspect of [exits, userExits, interrupts, eoi, threads]) {
        assert.equal(aspect.matched, aspect.total, phase.phase);
      }
      const rules = phase.runs.flatMap((run) => run.rules ?? []);
      if (phase.phase.endsWith("burst")) assert.ok(rules.length >= 4);
      else assert.ok(exits.total > 0, phase.phase);
    }
    assert.equal(status, 0);
  });
}

for (const entry of readdirSync(FOLDER, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue;
  test(`trapline verify: the engine does what ${entry.name} recorded`, () => {
    const { status, stdout, stderr } = trapline("verify", join(FOLDER, entry.name), "--json");
    assert.equal(stderr, "");
    const { phases } = JSON.parse(stdout) as { phases: readonly Phase[] };
    assert.ok(phases.length >= PACED.length);
    for (const { phase, registers, interrupts, rings, wire, firstDivergence } of phases) {
      assert.equal(firstDivergence, null, phase);
      if (!PACED.includes(phase)) continue;
      for (const aspect of [registers, interrupts, rings, wire]) {
        assert.equal(aspect.matched, aspect.total, phase);
      }
    }
    assert.equal(status, 0);
  });
}
