import type { SystemCall } from "../core/host-model.ts";
import { HOST_THREAD, type HostThread } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { Kvm } from "./kvm.ts";

const MODEL = ACTORS.deviceModel.code;
const KVM = ACTORS.hypervisor.code;
/** First pin of the IOAPIC that is no ISA interrupt: PCI's pins on a q35 machine. */
const FIRST_PCI_PIN = 16;
/** The interrupt of the PICs that q35's firmware routes PCI's lines to: the PIRQ's shadow. */
const PIRQ_SHADOW = 10;

/** Names of system calls in rows. */
const EAGAIN = -11;
const CALL_NAMES = {
  readEventfd: "read (eventfd)",
  writeEventfd: "write (eventfd)",
  ppoll: "ppoll",
  writevTap: "writev (TAP)",
  readTap: "read (TAP)",
  readTapEmpty: "read (TAP)",
} as const satisfies Record<SystemCall, string>;

/**
 * What QEMU's threads ask the kernel for: the vCPU's thread while it is out in user space, and the
 * main loop between two polls. util/main-loop.c, accel/kvm/kvm-all.c, hw/isa/lpc_ich9.c.
 */
export class HostCalls {
  readonly #machine: Machine;
  readonly #kvm: Kvm;
  readonly #names: Readonly<Record<SystemCall, number>>;
  readonly #runName: number;
  readonly #lineName: number;
  readonly #msiName: number;
  readonly #irqfdName: number;
  readonly #memoryExitName: number;
  readonly #portExitName: number;
  /** The vCPU's thread is in user space. */
  #inUser = false;
  /** The main loop has just returned from its poll. */
  #fresh = false;
  /** Another thread has written the main loop's own eventfd. */
  #notified = false;

  constructor(machine: Machine, kvm: Kvm) {
    const { trace } = machine;
    this.#machine = machine;
    this.#kvm = kvm;
    this.#names = {
      readEventfd: trace.id(CALL_NAMES.readEventfd),
      writeEventfd: trace.id(CALL_NAMES.writeEventfd),
      ppoll: trace.id(CALL_NAMES.ppoll),
      writevTap: trace.id(CALL_NAMES.writevTap),
      readTap: trace.id(CALL_NAMES.readTap),
      readTapEmpty: trace.id(CALL_NAMES.readTapEmpty),
    };
    this.#runName = trace.id("ioctl KVM_RUN");
    this.#lineName = trace.id("ioctl KVM_IRQ_LINE");
    this.#msiName = trace.id("ioctl KVM_SIGNAL_MSI");
    this.#irqfdName = trace.id("irqfd");
    this.#memoryExitName = trace.id("KVM_EXIT_MMIO");
    this.#portExitName = trace.id("KVM_EXIT_IO");
  }

  /** KVM_RUN returns to QEMU with an access to emulate. */
  userExit(memory: boolean, address: number, value: number): void {
    this.#inUser = true;
    const name = memory ? this.#memoryExitName : this.#portExitName;
    this.#machine.note(KIND.userExit, KVM, name, address, value);
  }

  /** QEMU calls KVM_RUN again, if the exit went to it; says whether it did. */
  run(): boolean {
    const wasUser = this.#inUser;
    if (wasUser) this.#call(this.#runName, 0, 0);
    this.#inUser = false;
    return wasUser;
  }

  make(call: SystemCall): void {
    if (this.#byUser) this.#call(this.#names[call], 0, call === "readTapEmpty" ? EAGAIN : 0);
  }

  /** With ioeventfd, or a level that goes to the PICs as well: each is a system call of its own. */
  lineBegins(gsi: number, asserted: boolean): void {
    if (this.#byUser) this.#call(this.#lineName, gsi, asserted ? 1 : 0);
  }

  /** hw/isa/lpc_ich9.c, ich9_set_irq: the line's shadow at the PICs and their pin, not routed. */
  lineEnds(gsi: number, asserted: boolean): void {
    if (!this.#byUser) return;
    if (gsi >= FIRST_PCI_PIN) {
      this.#call(this.#lineName, PIRQ_SHADOW, 0);
      this.#call(this.#lineName, PIRQ_SHADOW, 0);
    } else this.#call(this.#lineName, gsi, asserted ? 1 : 0);
  }

  /** A message of the device model: an ioctl of QEMU's, or the irqfd of another backend. */
  messageSignalled(vector: number): void {
    if (this.#byUser) this.#call(this.#msiName, vector, 0);
    else if (this.#kvm.options.irqfd) {
      this.#machine.note(KIND.signal, KVM, this.#irqfdName, vector, 0);
    }
  }

  woken(thread: HostThread): void {
    if (thread === HOST_THREAD.mainLoop) this.#fresh = true;
  }

  /** util/async.c, aio_notify_accept: the loop empties its own eventfd after the work it is for. */
  stepEnds(thread: HostThread): void {
    if (thread !== HOST_THREAD.mainLoop) return;
    this.#fresh = false;
    if (this.#notified) this.make("readEventfd");
    this.#notified = false;
  }

  sleeps(thread: HostThread): void {
    if (thread === HOST_THREAD.mainLoop) this.#call(this.#names.ppoll, 0, 0);
  }

  /** util/async.c, aio_notify: only another thread has to wake the loop. */
  bottomHalfScheduled(): void {
    if (this.#kvm.thread === HOST_THREAD.mainLoop) return;
    this.make("writeEventfd");
    this.#notified = true;
    this.#kvm.wake(HOST_THREAD.mainLoop);
  }

  bottomHalfBegins(): void {
    if (!this.#fresh) this.make("ppoll");
  }

  get #byUser(): boolean {
    if (this.#kvm.options.backend !== "qemu") return false;
    const { thread } = this.#kvm;
    return thread === HOST_THREAD.mainLoop || (thread === HOST_THREAD.vcpu && this.#inUser);
  }

  #call(name: number, value: number, result: number): void {
    this.#machine.note(KIND.systemCall, MODEL, name, value, result);
  }
}
