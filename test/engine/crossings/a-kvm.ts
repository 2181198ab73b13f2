import { Kvm } from "../../../engine/crossings/kvm.ts";
import type { KvmOptions } from "../../../engine/crossings/kvm-options.ts";
import type { Machine } from "../../../engine/machine.ts";
import { aMachine, rowsOf } from "../a-machine.ts";
import { ATask } from "../core/a-task.ts";

/** Vectors of the guest below. */
export const VECTOR = { line: 0x26, low: 0x40, high: 0x51, sameClass: 0x42 } as const;

/** A guest under KVM with a level-triggered line and message-signalled vectors; its steps as text. */
export interface KvmGuest {
  readonly machine: Machine;
  readonly kvm: Kvm;
  readonly pin: ReturnType<Machine["pin"]>;
  /** Sends a message-signalled interrupt now. */
  message(vector: number): void;
  /** Guest accesses, between which others may run. */
  accesses(count: number): void;
  /** Runs guest code, started by its timer. */
  guest(body: () => void): void;
  /** The steps since the last call, without those of the guest's timer. */
  steps(): string[];
}

/** Builds it; what it does before its first halt is not in the steps. */
export function aKvmGuest(options: Partial<KvmOptions> = {}): KvmGuest {
  let made: Kvm | undefined;
  const machine = aMachine({
    interruptCrossing: (self) => {
      made = new Kvm(self, options);
      return made;
    },
  });
  const kvm = made as Kvm;
  const pin = machine.pin(21);
  machine.kernel.requestLevelIrq(pin, { handleIrq: () => pin.setLevel(false) });
  for (const vector of [VECTOR.low, VECTOR.high, VECTOR.sameClass]) {
    machine.kernel.requestEdgeIrq(vector, `vec${vector.toString(16)}`, { handleIrq() {} });
  }
  machine.run(0);
  machine.trace.clear();
  return {
    machine,
    kvm,
    pin,
    message: (vector) => machine.sendMsix(3, machine.trace.id("message"), 0xfee0_0000, vector),
    accesses: (count) => {
      for (let i = 0; i < count; i++) machine.scheduler.guestAccess(7, 0, 0);
    },
    guest(body) {
      machine.postGuest(new ATask(body), 5);
      machine.run();
    },
    steps() {
      const rows = rowsOf(machine.trace.finish()).filter(
        (row) => !row.includes("PV EOI value=236"),
      );
      machine.trace.clear();
      const all = rows.map((row) => row.replace(/ \w+=\S+ \w+=\S+$/, ""));
      const last = all.indexOf("lapicEoi timer");
      return last < 0 ? all : all.slice(last + 1);
    },
  };
}
