import type { IoApicPin } from "../cpu/io-apic.ts";
import type { Vcpu } from "../cpu/vcpu.ts";
import type { InterruptCrossing } from "../core/crossing.ts";
import { assert } from "../core/assert.ts";
import type { Scheduler } from "../core/scheduler.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { TraceStore } from "../trace/store.ts";
import { IrqAction, type IrqHandler } from "./irq.ts";
import type { Napi } from "./napi.ts";

const NAPI_BUDGET = 300;
/** More turns than any run of packets needs: a poll routine that never completes. */
const SOFTIRQ_TURNS_MAX = 1e8;
/** How long a process runs at most before ksoftirqd has its turn, in milliseconds (EEVDF's base slice). */
const SLICE_MILLISECONDS = 3;
const DRIVER = ACTORS.guestDriver.code;
/** First vector that Linux 6.12's matrix allocator hands out on this machine. */
const FIRST_VECTOR = 0x26;
/** HYPERVISOR_CALLBACK_VECTOR: by which a hypervisor says that events wait; not the APIC's. */
const UPCALL_VECTOR = 0xf3;

/**
 * The guest kernel as far as drivers see it: interrupt handling with the EOI where Linux puts it,
 * softirqs after the handler or when bottom halves are enabled again, NAPI.
 * kernel/irq/chip.c, kernel/softirq.c, net/core/dev.c.
 */
export class GuestKernel {
  readonly #trace: TraceStore;
  readonly #scheduler: Scheduler;
  readonly #vcpu: Vcpu;
  readonly #crossing: InterruptCrossing;
  readonly #actions: (IrqAction | undefined)[] = new Array(256).fill(undefined);
  #nextVector = FIRST_VECTOR;
  #bhDisabledDepth = 0;
  #inHardirq = false;
  #upcall: IrqHandler | undefined;
  readonly #pollList: Napi[] = [];
  readonly #txSoftirqs: (() => void)[] = [];
  readonly #ksoftirqd = new Ksoftirqd(this);
  /** A process that wants the CPU too, where that is modelled: softirqs let it in now and then. */
  process: { readonly runnable: boolean } | undefined;
  /** Cycles of a millisecond. */
  millisecondCycles = Infinity;

  constructor(trace: TraceStore, scheduler: Scheduler, vcpu: Vcpu, crossing: InterruptCrossing) {
    this.#trace = trace;
    this.#scheduler = scheduler;
    this.#vcpu = vcpu;
    this.#crossing = crossing;
    vcpu.install(
      (vector) => this.#handleVector(vector),
      () => scheduler.attend(),
    );
  }

  /** Takes the next free CPU vector (kernel/irq/matrix.c). */
  allocateVector(): number {
    return this.#nextVector++;
  }

  /** Gives back the vectors taken last, so that a later probe gets the same ones. */
  releaseVectors(count: number): void {
    this.#nextVector -= count;
  }

  /** Installs an edge-triggered handler (MSI-X): EOI first, then the handler. */
  requestEdgeIrq(vector: number, source: string, handler: IrqHandler): IrqAction {
    const action = new IrqAction(vector, this.#trace.id(source), handler, undefined);
    this.#actions[vector] = action;
    return action;
  }

  /** Installs a level-triggered handler (INTx through the IOAPIC): handler first, then EOI. */
  requestLevelIrq(pin: IoApicPin, handler: IrqHandler): IrqAction {
    const vector = this.allocateVector();
    const action = new IrqAction(vector, this.#trace.id("intx"), handler, pin);
    this.#actions[vector] = action;
    pin.route(vector);
    return action;
  }

  /** Removes a handler (`free_irq`). */
  freeIrq(action: IrqAction): void {
    this.#actions[action.vector] = undefined;
    if (action.pin !== undefined) action.pin.route(-1);
  }

  /** Installs the callback of a paravirtual guest: rows, softirqs and return are its own. */
  requestUpcall(handler: IrqHandler): void {
    this.#upcall = handler;
  }

  /** A hypervisor's events wait: the callback runs as soon as interrupts are let in. */
  raiseUpcall(causeRow: number): void {
    this.#vcpu.apic.request(UPCALL_VECTOR, causeRow);
  }

  /** `irq_enter`, a handler, `irq_exit`: softirqs that it raised run before this returns. */
  runInterrupt(handler: () => void): void {
    const nested = this.#inHardirq;
    this.#inHardirq = true;
    handler();
    this.#inHardirq = nested;
    if (this.#bhDisabledDepth > 0) return;
    const disabled = !this.#vcpu.interruptsEnabled;
    if (disabled) this.#vcpu.enableInterrupts();
    this.#runSoftirqs();
    if (disabled) this.#vcpu.disableInterrupts();
  }

  /** Dictionary number of the source whose handler a vector has: `intx`, `vec1` … */
  sourceOf(vector: number): number {
    return this.#actions[vector]?.source ?? this.#trace.id("spurious");
  }

  /** `local_irq_save`. */
  disableInterrupts(): void {
    this.#vcpu.disableInterrupts();
  }

  /** `local_irq_restore`. */
  enableInterrupts(): void {
    this.#vcpu.enableInterrupts();
  }

  /** `local_bh_disable`. */
  disableBottomHalves(): void {
    this.#bhDisabledDepth++;
  }

  /** `local_bh_enable`: the last one runs pending softirqs. */
  enableBottomHalves(): void {
    assert(this.#bhDisabledDepth > 0, "bottom halves are enabled only after they were disabled");
    this.#bhDisabledDepth--;
    this.#runSoftirqs();
  }

  /** `napi_schedule`: true when it was not scheduled yet. Runs in the next softirq. */
  scheduleNapi(napi: Napi): boolean {
    if (napi.scheduled) {
      napi.missed = true;
      return false;
    }
    napi.scheduled = true;
    this.#pollList.push(napi);
    return true;
  }

  /** `napi_complete_done`: false when it was scheduled again meanwhile and will be polled again. */
  completeNapi(napi: Napi): boolean {
    if (napi.missed) {
      napi.missed = false;
      this.#pollList.push(napi);
      return false;
    }
    napi.scheduled = false;
    return true;
  }

  /** NET_TX_SOFTIRQ: runs `action` in the next softirq (a queue was woken). */
  raiseTransmitSoftirq(action: () => void): void {
    if (!this.#txSoftirqs.includes(action)) this.#txSoftirqs.push(action);
  }

  /** Runs guest code in process context: softirqs it raised run when it ends. */
  runProcess(body: () => void): void {
    body();
    this.#runSoftirqs();
  }

  /** Softirqs go on that had to let a process in. */
  goOn(): void {
    if (this.#ksoftirqd.queued) this.#scheduler.cancel(this.#ksoftirqd);
    this.#runSoftirqs();
  }

  #handleVector(vector: number): void {
    const action = this.#actions[vector];
    const trace = this.#trace;
    const source = action === undefined ? trace.id("spurious") : action.source;
    const { parent, cause, packet } = trace;
    trace.parent = -1;
    trace.cause = this.#vcpu.apic.causeRows[vector] as number;
    // An interrupt is on behalf of the packet whose interrupt it is.
    const served = trace.packetOf(trace.cause);
    if (served >= 0) trace.packet = served;
    if (vector === UPCALL_VECTOR && this.#upcall !== undefined) {
      this.#vcpu.apic.eoi();
      this.#upcall.handleIrq();
      trace.parent = parent;
      trace.cause = cause;
      trace.packet = packet;
      return;
    }
    const row = trace.row(
      this.#scheduler.nowCycles,
      KIND.interruptTaken,
      DRIVER,
      source,
      0,
      vector,
      0,
    );
    trace.parent = row;
    this.#vcpu.apic.onChange?.();
    this.#crossing.taken(vector);
    this.#scheduler.passPoint();
    this.#inHardirq = true;
    if (action === undefined) this.#eoi(vector, source, undefined);
    else if (action.pin === undefined) {
      if (action.movePending) action.move();
      this.#eoi(vector, source, undefined);
      action.handler.handleIrq();
    } else {
      action.handler.handleIrq();
      this.#eoi(vector, source, action.pin);
    }
    this.#inHardirq = false;
    this.#crossing.returned?.(vector);
    trace.close(row, this.#scheduler.nowCycles);
    trace.parent = -1;
    // irq_exit: softirqs run with interrupts enabled, on top of what was interrupted, unless that
    // was a softirq itself or held them off.
    if (this.#bhDisabledDepth === 0 && (this.#pollList.length > 0 || this.#txSoftirqs.length > 0)) {
      this.#vcpu.enableInterrupts();
      this.#runSoftirqs();
      this.#vcpu.disableInterrupts();
    }
    trace.parent = parent;
    trace.cause = cause;
    trace.packet = packet;
  }

  #eoi(vector: number, source: number, pin: IoApicPin | undefined): void {
    this.#crossing.eoi(vector, pin !== undefined);
    this.#trace.row(this.#scheduler.nowCycles, KIND.lapicEoi, DRIVER, source, 0, vector, 0);
    this.#vcpu.apic.eoi();
    if (pin !== undefined) pin.eoi();
    this.#crossing.eoiDone?.(vector, pin !== undefined);
    this.#scheduler.countAccess(KIND.lapicEoi, source, 0);
  }

  #runSoftirqs(): void {
    if (this.#bhDisabledDepth > 0 || this.#inHardirq) return;
    if (this.#pollList.length === 0 && this.#txSoftirqs.length === 0) return;
    this.#bhDisabledDepth++;
    for (let turn = 0; this.#pollList.length > 0 || this.#txSoftirqs.length > 0; turn++) {
      if (turn > 0 && this.process?.runnable === true) {
        this.#wakeKsoftirqd();
        break;
      }
      assert(turn < SOFTIRQ_TURNS_MAX, "a softirq ran 100,000,000 times without an end");
      this.#netTxAction();
      this.#netRxAction();
    }
    this.#bhDisabledDepth--;
  }

  /**
   * `handle_softirqs` ends after a round because a process was woken (need_resched); ksoftirqd goes on
   * when that sleeps or has had its slice.
   */
  #wakeKsoftirqd(): void {
    if (this.#ksoftirqd.queued) return;
    this.#scheduler.postGuest(this.#ksoftirqd, SLICE_MILLISECONDS * this.millisecondCycles);
  }

  #netTxAction(): void {
    for (let n = this.#txSoftirqs.length; n > 0; n--) (this.#txSoftirqs.shift() as () => void)();
  }

  #netRxAction(): void {
    let budget = NAPI_BUDGET;
    while (budget > 0 && this.#pollList.length > 0) {
      const napi = this.#pollList.shift() as Napi;
      const worked = napi.poll(napi.weight);
      if (worked >= napi.weight) this.#pollList.push(napi);
      budget -= worked > 0 ? worked : 1;
    }
  }
}

/** The thread that runs softirqs when they have become too many. */
class Ksoftirqd extends Task {
  readonly #kernel: GuestKernel;

  constructor(kernel: GuestKernel) {
    super(HAND_OVER.hostStep);
    this.#kernel = kernel;
  }

  override run(): void {
    this.#kernel.goOn();
  }
}
