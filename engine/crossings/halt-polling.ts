/** Module parameters of KVM: virt/kvm/kvm_main.c, halt_poll_ns_grow, _grow_start, _shrink. */
const GROW = 2;
const GROW_START_MICROSECONDS = 10;
const SHRINK = 2;

/**
 * How long a vCPU that halts looks for an interrupt itself before it blocks: grows while wake-ups
 * come soon, shrinks when they do not; virt/kvm/kvm_main.c, kvm_vcpu_halt. Times in microseconds.
 */
export class HaltPolling {
  readonly #maxMicroseconds: number;
  #microseconds = 0;

  /** @param maxMicroseconds `halt_poll_ns`; 0: never poll. */
  constructor(maxMicroseconds: number) {
    this.#maxMicroseconds = maxMicroseconds;
  }

  /** How long the next halt polls. */
  get microseconds(): number {
    return this.#microseconds;
  }

  /** The halt was over after this long. */
  ended(afterMicroseconds: number): void {
    if (afterMicroseconds <= this.#microseconds) return;
    if (this.#microseconds > 0 && afterMicroseconds > this.#maxMicroseconds) this.#shrink();
    else if (afterMicroseconds < this.#maxMicroseconds) this.#grow();
  }

  #grow(): void {
    const longer = Math.max(this.#microseconds * GROW, GROW_START_MICROSECONDS);
    this.#microseconds = Math.min(longer, this.#maxMicroseconds);
  }

  #shrink(): void {
    const shorter = this.#microseconds / SHRINK;
    this.#microseconds = shorter < GROW_START_MICROSECONDS ? 0 : shorter;
  }
}
