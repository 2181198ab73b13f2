// Whatever a guest, its devices and the host's threads do: no exit without a reason, every exit
// ends in one entry, every interrupt that was injected or posted is taken exactly once.
import fc from "fast-check";
import { expect } from "chai";
import { DEFAULT_KVM, type KvmOptions } from "../../../engine/crossings/kvm-options.ts";
import { KvmAccess } from "../../../engine/crossings/kvm-access.ts";
import { HAND_OVER, HOST_THREAD } from "../../../engine/core/task.ts";
import { MODES } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { KIND } from "../../../engine/trace/schema.ts";
import type { Trace } from "../../../engine/trace/store.ts";
import { ATask } from "../core/a-task.ts";
import { aKvmGuest, VECTOR } from "./a-kvm.ts";

const SEED = 20;

/** What is wrong with the order of exits, entries and interrupts; undefined when nothing is. */
function faultIn(trace: Trace, startsHalted: boolean): string | undefined {
  let open = startsHalted;
  const injected = new Map<number, number>();
  const posted = new Set<number>();
  for (let row = 0; row < trace.length; row++) {
    const [kind, a] = [trace.kind[row] as number, trace.a[row] as number];
    const at = `row ${row}`;
    if (kind === KIND.vmExit) {
      if (open) return `${at}: an exit inside an exit`;
      if ((trace.names[trace.where[row] as number] ?? "") === "") return `${at}: no reason`;
      open = true;
    } else if (kind === KIND.vmEntry) {
      if (!open) return `${at}: an entry without an exit`;
      open = false;
      const vector = trace.b[row] as number;
      if (vector !== 0 && injected.get(vector) !== 1) return `${at}: ${vector} was not injected`;
    } else if (kind === KIND.interruptInjected) {
      if (!open) return `${at}: injected into a running guest`;
      if (injected.has(a)) return `${at}: ${a} injected twice`;
      injected.set(a, 1);
    } else if (kind === KIND.interruptPosted) {
      if (posted.has(a)) return `${at}: ${a} posted twice`;
      posted.add(a);
    } else if (kind === KIND.interruptTaken) {
      if (open) return `${at}: taken outside the guest`;
      if (!injected.delete(a) && !posted.delete(a)) return `${at}: ${a} came from nowhere`;
    }
  }
  if (injected.size > 0 || posted.size > 0) return "an interrupt was never taken";
  return open ? undefined : "the guest ends without a halt";
}

const options = fc.record({
  vendor: fc.constantFrom("intel", "amd"),
  apicv: fc.boolean(),
  pvEoi: fc.boolean(),
  x2apic: fc.boolean(),
  hostCpus: fc.integer({ min: 1, max: 3 }),
  haltPollMicroseconds: fc.constantFrom(0, 200),
  interruptsFrom: fc.constantFrom("backend", "vfio", "iommu"),
}) as fc.Arbitrary<Partial<KvmOptions>>;

/** What happens, and after how many cycles. */
const events = fc.array(
  fc.record({
    what: fc.constantFrom("guest", "masked", "message", "thread", "line", "timer"),
    after: fc.integer({ min: 1, max: 40 }),
    vector: fc.constantFrom(VECTOR.low, VECTOR.high, VECTOR.sameClass),
  }),
  { maxLength: 25 },
);

describe("Kvm under whatever happens", () => {
  it(`exits with a reason and takes each interrupt once (seed ${SEED})`, () => {
    fc.assert(
      fc.property(options, events, (chosen, list) => {
        const guest = aKvmGuest({ ...DEFAULT_KVM, ...chosen });
        const { machine, kvm } = guest;
        const access = new KvmAccess(kvm);
        const store = (vector: number): void => {
          guest.accesses(2);
          access.enter("mmio", 0xfebf_0000, 4, true, 0);
          guest.message(vector);
          access.leave();
          guest.accesses(3);
        };
        const bodies: Record<string, (vector: number) => void> = {
          guest: store,
          masked(vector) {
            machine.kernel.disableInterrupts();
            store(vector);
            machine.kernel.enableInterrupts();
          },
          message: (vector) => guest.message(vector),
          thread: (vector) => guest.message(vector),
          line: () => guest.pin.setLevel(true),
          timer: () => kvm.timerExpired(),
        };
        let at = 0;
        for (const { what, after, vector } of list) {
          at += after;
          const handOver = what === "message" ? HAND_OVER.frameArrival : HAND_OVER.hostStep;
          const task = new ATask(() => bodies[what]?.(vector), handOver);
          if (what === "thread") task.thread = HOST_THREAD.vhostWorker;
          if (what === "guest" || what === "masked") machine.postGuest(task, at);
          else machine.post(task, at);
        }
        machine.run();
        expect(faultIn(machine.trace.finish(), true)).to.equal(undefined);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  for (const mode of MODES.filter(({ knobs }) => "cpuVendor" in knobs)) {
    it(`holds in runs of ${mode.id}, with as few host CPUs as it can have, on both vendors' processors`, () => {
      for (const direction of ["tx", "rx", "echo"] as const) {
        const frames = generatePackets({
          count: 6,
          frameBytesWithoutFcs: 200,
          seed: 2,
          direction: direction === "rx" ? "rx" : "tx",
        });
        for (const gapMicroseconds of [0, 100]) {
          const { hostCpus: spec } = mode.knobs;
          const fewest = spec?.type === "integer" ? spec.min : 1;
          for (const hostCpus of [fewest, 2]) {
            for (const cpuVendor of ["intel", "amd"]) {
              const knobs = { hostCpus, cpuVendor };
              const run = simulate({ mode, frames, direction, gapMicroseconds, knobs });
              expect(faultIn(run.trace, true), JSON.stringify(knobs)).to.equal(undefined);
              if (direction !== "tx") expect(run.delivered.length).to.equal(6);
              if (direction !== "rx") expect(run.transmitted.length).to.equal(6);
            }
          }
        }
      }
    });
  }
});
