import { HOST_THREAD } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { HaltPolling } from "./halt-polling.ts";
import type { Kvm } from "./kvm.ts";

/**
 * A vCPU that halts: polls for a while if it may and nobody else wants its CPU, then blocks until
 * somebody wakes it. virt/kvm/kvm_main.c, kvm_vcpu_halt, kvm_vcpu_block, kvm_vcpu_wake_up.
 */
export class KvmHalt {
  readonly #machine: Machine;
  readonly #kvm: Kvm;
  readonly #polling: HaltPolling;
  #startCycles = 0;
  /** Until when it polls, in cycles. */
  #pollUntilCycles = 0;
  /** It has not given its CPU up, as far as rows tell. */
  #onCpu = true;

  constructor(machine: Machine, kvm: Kvm, haltPollMicroseconds: number) {
    this.#machine = machine;
    this.#kvm = kvm;
    this.#polling = new HaltPolling(haltPollMicroseconds);
  }

  /** The exit of HLT has come. */
  begin(): void {
    const machine = this.#machine;
    machine.vcpu.halted = true;
    this.#startCycles = machine.nowCycles;
    this.#onCpu = true;
    const polls = this.#polling.microseconds > 0 && !this.#kvm.cpus.vcpuHasCompany;
    const cycles = polls ? machine.microseconds(this.#polling.microseconds) : 0;
    this.#pollUntilCycles = this.#startCycles + cycles;
    if (!polls) this.#block();
  }

  /** An interrupt is there for it. */
  wake(): void {
    if (this.#onCpu && this.#machine.nowCycles <= this.#pollUntilCycles) return;
    if (this.#onCpu) this.#block();
    this.#kvm.cpus.wake(HOST_THREAD.vcpu);
  }

  /** It goes on. */
  end(): void {
    const machine = this.#machine;
    this.wake();
    this.#kvm.cpus.switchTo(HOST_THREAD.vcpu);
    machine.vcpu.halted = false;
    this.#kvm.blocked(false);
    const cycles = machine.nowCycles - this.#startCycles;
    this.#polling.ended(cycles / machine.cyclesPerMicrosecond);
  }

  #block(): void {
    this.#onCpu = false;
    this.#kvm.cpus.sleep(HOST_THREAD.vcpu);
    this.#kvm.blocked(true);
  }
}
