import type { ResourceCode } from "./resource.ts";
import { type HostThread, resourceOf, type Task } from "./task.ts";

/** What the device model's threads ask the host's kernel for. */
export type SystemCall =
  | "readEventfd"
  | "writeEventfd"
  | "ppoll"
  | "writevTap"
  | "readTap"
  | "readTapEmpty";

/**
 * The host around a guest: its CPUs and threads, and the hypervisor where a vCPU comes to rest or
 * goes on. The machine tells it of the moments; devices tell it what their threads do.
 */
export interface HostModel {
  /** What a task keeps busy: the vCPU's own CPU where they share it. */
  resourceOf(task: Task): ResourceCode;
  /** A task of the host, a device or a wire begins. */
  taskBegins(task: Task): void;
  /** It is over. */
  taskEnds(task: Task): void;
  /** The guest has nothing left to do; whether its vCPU halts now. */
  guestIdle(): boolean;
  /**
   * Work of the guest falls due: if its vCPU is halted, the guest's timer expires.
   * @param packet The packet that the work is for, or -1.
   * @returns Whether it was halted.
   */
  guestTimerDue(packet: number): boolean;
  /** Whether the vCPU has just been entered with an interrupt: it takes it before all else. */
  readonly delivering: boolean;
  /** Lets a halted vCPU go on when an interrupt is pending; false when none is. */
  resume(): boolean;
  /** The vCPU is about to take an interrupt; the vector that was injected, or -1 for the highest. */
  interruptBegins(): number;
  /** A level-triggered line of the device model changes; what follows from it comes in between. */
  lineBegins(gsi: number, asserted: boolean): void;
  lineEnds(gsi: number, asserted: boolean): void;
  /** Somebody wakes a thread: it has work now. */
  wake(thread: HostThread): void;
  /** The thread that runs now makes a system call, if it is a thread of user space. */
  systemCall(call: SystemCall): void;
  /** A bottom half of the main loop was scheduled: by another thread, it wakes the loop. */
  bottomHalfScheduled(): void;
  /** The main loop comes to a bottom half: not before it has polled again, if it was at work. */
  bottomHalfBegins(): void;
}

/** No host is modelled: nothing costs anything, and a vCPU waits where it is. */
export const noHost: HostModel = {
  resourceOf,
  taskBegins() {},
  taskEnds() {},
  guestIdle: () => false,
  delivering: false,
  guestTimerDue: () => false,
  resume: () => false,
  interruptBegins: () => -1,
  lineBegins() {},
  lineEnds() {},
  wake() {},
  systemCall() {},
  bottomHalfScheduled() {},
  bottomHalfBegins() {},
};
