import { HOST_THREAD, HOST_THREAD_COUNT, type HostThread } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";

const KERNEL = ACTORS.hypervisor.code;
const IDLE = -1;
/** Names of the threads in rows, by {@link HOST_THREAD}. */
export const THREAD_NAMES = ["vCPU", "QEMU main loop", "vhost worker"] as const;

/**
 * The host's CPUs and what runs on each: who is awake, who is woken, who is switched to. With one
 * CPU all threads share it; with two the vCPU has one for itself; with three so has the vhost
 * worker. kernel/sched/core.c, try_to_wake_up, context_switch.
 */
export class HostCpus {
  readonly #machine: Machine;
  readonly #count: number;
  /** The thread on each CPU, or IDLE. */
  readonly #running: Int8Array;
  readonly #awake = new Uint8Array(HOST_THREAD_COUNT);
  readonly #names: readonly number[];
  readonly #idleName: number;
  /** Hears of changes. */
  onChange: (() => void) | undefined;

  constructor(machine: Machine, count: number) {
    this.#machine = machine;
    this.#count = count;
    this.#running = new Int8Array(count).fill(IDLE);
    this.#running[0] = HOST_THREAD.vcpu;
    this.#awake[HOST_THREAD.vcpu] = 1;
    this.#names = THREAD_NAMES.map((name) => machine.trace.id(name));
    this.#idleName = machine.trace.id("idle");
  }

  /** CPUs of the host. */
  get count(): number {
    return this.#count;
  }

  /** The thread on a CPU, or -1 while it is idle. */
  runningOn(cpu: number): HostThread {
    return this.#running[cpu] as HostThread;
  }

  /** The CPU on which a thread runs when it runs. */
  cpuOf(thread: HostThread): number {
    return this.#cpuOf(thread);
  }

  /** Whether a thread has to share its CPU with the vCPU. */
  sharesWithVcpu(thread: HostThread): boolean {
    return thread > HOST_THREAD.vcpu && this.#cpuOf(thread) === 0;
  }

  /** Whether a thread runs or wants to. */
  isAwake(thread: HostThread): boolean {
    return this.#awake[thread] === 1;
  }

  /** Makes a sleeping thread want to run; false when it was awake already. */
  wake(thread: HostThread): boolean {
    if (this.#awake[thread] === 1) return false;
    this.#machine.note(KIND.wakeUp, KERNEL, this.#names[thread] as number, thread, 0);
    this.#awake[thread] = 1;
    this.onChange?.();
    return true;
  }

  /** The thread gets its CPU, if it does not have it. */
  switchTo(thread: HostThread): void {
    const cpu = this.#cpuOf(thread);
    if (this.#running[cpu] === thread) return;
    this.#machine.note(KIND.contextSwitch, KERNEL, this.#names[thread] as number, cpu, 0);
    this.#running[cpu] = thread;
    this.onChange?.();
  }

  /** The thread has nothing to do: its CPU goes to the vCPU if that waits for it, or is idle. */
  sleep(thread: HostThread): void {
    this.#awake[thread] = 0;
    this.onChange?.();
    const cpu = this.#cpuOf(thread);
    if (this.#running[cpu] !== thread) return;
    if (cpu === 0 && this.#awake[HOST_THREAD.vcpu] === 1) this.switchTo(HOST_THREAD.vcpu);
    else if (!this.#othersAwakeOn(cpu)) this.#idle(cpu);
  }

  /** Whether a thread besides the vCPU wants the vCPU's CPU. */
  get vcpuHasCompany(): boolean {
    return this.#othersAwakeOn(0);
  }

  #idle(cpu: number): void {
    this.#machine.note(KIND.contextSwitch, KERNEL, this.#idleName, cpu, 0);
    this.#running[cpu] = IDLE;
    this.onChange?.();
  }

  #othersAwakeOn(cpu: number): boolean {
    for (let thread = 1; thread < HOST_THREAD_COUNT; thread++) {
      const awake = this.#awake[thread] === 1;
      if (awake && this.#cpuOf(thread as HostThread) === cpu) return true;
    }
    return false;
  }

  #cpuOf(thread: HostThread): number {
    return Math.min(thread, this.#count - 1);
  }
}
