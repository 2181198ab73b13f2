import type { ExitReason } from "../cpu/exit-reason.ts";
import type { PostedInterruptDescriptor } from "../cpu/vtx/posted-interrupt.ts";

/**
 * Hears of what the processor and KVM do to a vCPU's control structure and virtual APIC. Nobody
 * listens unless a history is kept, so that exits cost nothing more without one.
 */
export interface KvmObserver {
  /**
   * The guest left.
   * @param guestPhysical Address of an exit that the guest's tables cause, or -1.
   */
  exited(reason: ExitReason, qualification: number, guestPhysical: number): void;
  /** KVM gives the next entry an interrupt. */
  injected(vector: number): void;
  /** The guest goes on. */
  entered(): void;
  /** A bit was posted, or the notification vector changed. */
  notificationChanged(): void;
  /** What is posted is taken over: the observer empties the descriptor. */
  synchronized(descriptor: PostedInterruptDescriptor): void;
  /** The guest took an interrupt. */
  taken(vector: number): void;
  /** The guest ended the interrupt in service. */
  ended(): void;
}
