import { EXIT_REASON } from "../../cpu/exit-reason.ts";
import { KIND } from "../../trace/schema.ts";
import { accessValue, type Trace } from "../../trace/store.ts";
import { TIMER_VECTOR } from "./exits.ts";
import type { CpuVendor } from "./manifest.ts";
import {
  accessKey,
  fastAccessKey,
  hexText,
  type KvmAspect,
  type Stream,
  type Token,
} from "./token.ts";

/** Name of the exits that a replay makes in the place of those left out of the comparison. */
export const OTHER_EXIT = "left out";
/** Name of the mark row at which a recording ends. */
export const RECORDING_END = "recording ends";

/** KVM's names of exits by basic exit reason, as its trace points print them. */
const EXIT_NAMES: Readonly<Record<CpuVendor, ReadonlyMap<number, string>>> = {
  svm: new Map([
    [EXIT_REASON.externalInterrupt, "interrupt"],
    [EXIT_REASON.interruptWindow, "vintr"],
    [EXIT_REASON.hlt, "hlt"],
    [EXIT_REASON.ioInstruction, "io"],
    [EXIT_REASON.rdmsr, "msr read"],
    [EXIT_REASON.wrmsr, "msr write"],
    [EXIT_REASON.eptMisconfiguration, "npf"],
  ]),
  vtx: new Map([
    [EXIT_REASON.externalInterrupt, "EXTERNAL_INTERRUPT"],
    [EXIT_REASON.interruptWindow, "INTERRUPT_WINDOW"],
    [EXIT_REASON.hlt, "HLT"],
    [EXIT_REASON.ioInstruction, "IO_INSTRUCTION"],
    [EXIT_REASON.rdmsr, "MSR_READ"],
    [EXIT_REASON.wrmsr, "MSR_WRITE"],
    [EXIT_REASON.virtualizedEoi, "EOI_INDUCED"],
    [EXIT_REASON.eptMisconfiguration, "EPT_MISCONFIG"],
    [EXIT_REASON.preemptionTimer, "PREEMPTION_TIMER"],
  ]),
};

/** What the engine's rows need to be read like a recording. */
export interface EngineView {
  readonly trace: Trace;
  readonly cpu: CpuVendor;
  /** Whether the recorder saw threads, eventfds and system calls (its round `full`). */
  readonly threads: boolean;
  /** By how much the engine's vectors of devices are higher than the recorded ones. */
  readonly vectorShift: number;
}

/** The engine's rows as tokens, up to where the recording ends. */
export function engineTokens(view: EngineView): Token[] {
  const reader = new RowReader(view);
  for (let row = 0; row < view.trace.length; row++) {
    if (view.trace.kind[row] === KIND.mark && nameOf(view.trace, row) === RECORDING_END) break;
    reader.read(row);
  }
  return reader.tokens.filter((token) => view.threads || token.aspect !== "threads");
}

function nameOf(trace: Trace, row: number): string {
  return trace.names[trace.where[row] as number] as string;
}

/** Where QEMU's modern virtio-pci has its structures in the register region (hw/virtio/virtio-pci.c). */
const VIRTIO_WINDOWS: readonly (readonly [string, number])[] = [
  ["virtio-pci-isr-", 0x1000],
  ["virtio-pci-device-", 0x2000],
  ["virtio-pci-notify-", 0x3000],
];

function windowOf(region: string): number {
  return VIRTIO_WINDOWS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 0;
}

class RowReader {
  readonly tokens: Token[] = [];
  readonly #trace: Trace;
  readonly #cpu: CpuVendor;
  readonly #vectorShift: number;
  /** Place right after the latest exit's token. */
  #afterExit = 0;
  /** Inside an exit. */
  #exited = false;
  /** A message comes from the host's interrupt handler. */
  #byHost = false;

  constructor({ trace, cpu, vectorShift }: EngineView) {
    this.#trace = trace;
    this.#cpu = cpu;
    this.#vectorShift = vectorShift;
  }

  read(row: number): void {
    const trace = this.#trace;
    const name = nameOf(trace, row);
    const a = trace.a[row] as number;
    switch (trace.kind[row]) {
      case KIND.vmExit:
        this.#exited = true;
        if (name !== OTHER_EXIT && !this.#isHosts(row)) {
          this.#add("vcpu", "exits", this.#exitKey(row, name), row);
        }
        this.#afterExit = this.tokens.length;
        return;
      case KIND.vmEntry:
        this.#exited = false;
        return;
      case KIND.userExit:
        return this.#add("vcpu", "userExits", `to user space: ${name}`, row);
      case KIND.interruptInjected:
        return this.#add("vcpu", "interrupts", `inject ${this.#vector(a)}`, row);
      case KIND.interruptPosted:
        return this.#add("vcpu", "interrupts", `post ${this.#vector(a)}`, row);
      case KIND.lapicEoi:
        if (this.#exited) this.#addAfterExit(`EOI of ${this.#vector(a)}`, row);
        return;
      case KIND.ioapicEoi:
        return this.#add("vcpu", "eoi", `IOAPIC EOI of pin ${a}`, row);
      case KIND.signal:
        return this.#signal(name, a, row);
      case KIND.deviceStep:
        return this.#step(name, a, row);
      case KIND.systemCall:
        return this.#systemCall(name, a, row);
      case KIND.wakeUp:
        return this.#wakeUp(name, row);
      default:
    }
  }

  #vector(vector: number): string {
    return hexText(vector === TIMER_VECTOR ? vector : vector - this.#vectorShift);
  }

  /** An external interrupt that neither brings the guest one nor is the kick that tells of one. */
  #isHosts(exit: number): boolean {
    const trace = this.#trace;
    if (trace.a[exit] !== EXIT_REASON.externalInterrupt) return false;
    if (exit > 0 && nameOf(trace, exit - 1).startsWith("kick")) return false;
    const brings = (_kind: number, row: number): boolean =>
      BRINGING_STEPS.includes(nameOf(trace, row));
    return this.#firstInside(exit, brings) < 0;
  }

  #exitKey(row: number, name: string): string {
    const trace = this.#trace;
    const reason = trace.a[row] as number;
    const text = EXIT_NAMES[this.#cpu].get(reason) ?? name;
    if (reason === EXIT_REASON.rdmsr || reason === EXIT_REASON.wrmsr) {
      return `${text} ${name.split(" ").at(-1)}`;
    }
    if (reason === EXIT_REASON.virtualizedEoi)
      return `${text} ${this.#vector(trace.b[row] as number)}`;
    if (reason !== EXIT_REASON.eptMisconfiguration) return text;
    const access = this.#accessOf(row);
    if (access < 0) return text;
    const offset = (trace.a[access] as number) + windowOf(nameOf(trace, access));
    if (this.#cpu === "vtx" && this.#isFast(row)) return fastAccessKey(text, offset);
    const size = trace.sizeBytes[access] as number;
    const value = BigInt.asUintN(8 * size, BigInt(accessValue(trace, access)));
    return accessKey(text, trace.kind[access] === KIND.mmioWrite, offset, size, value);
  }

  /** The guest's access that an exit is about: the first inside it, or -1. */
  #accessOf(exit: number): number {
    return this.#firstInside(exit, (kind) => kind === KIND.mmioRead || kind === KIND.mmioWrite);
  }

  /** An ioeventfd is signalled on KVM's fast bus: Intel only, as the exit tells the address there. */
  #isFast(exit: number): boolean {
    const signalled = (kind: number, row: number): boolean =>
      kind === KIND.signal && nameOf(this.#trace, row) === "ioeventfd";
    return this.#firstInside(exit, signalled) >= 0;
  }

  #firstInside(exit: number, accept: (kind: number, row: number) => boolean): number {
    const { length, kind } = this.#trace;
    for (let row = exit + 1; row < length; row++) {
      const code = kind[row] as number;
      if (accept(code, row)) return row;
      if (code === KIND.vmEntry || code === KIND.vmExit) return -1;
    }
    return -1;
  }

  #signal(name: string, value: number, row: number): void {
    if (name === "ioeventfd") this.#add("vcpu", "threads", "ioeventfd", row);
    if (name !== "irqfd") return;
    this.#add(this.#byHost ? "vcpu" : "vhost", "threads", "irqfd", row);
    const by = this.#byHost ? "" : " by vhost";
    this.#add("vcpu", "interrupts", `message ${this.#vector(value)}${by}`, row);
    this.#byHost = false;
  }

  #step(name: string, value: number, row: number): void {
    if (name === "PV EOI")
      this.#add("vcpu", "eoi", `EOI of ${this.#vector(value)} by its flag`, row);
    if (name === "vfio_msihandler") {
      this.#byHost = true;
      this.#add("vcpu", "threads", name, row);
    }
    if (name === "tun_sendmsg" || name === "tun_recvmsg") this.#add("vhost", "threads", name, row);
  }

  #systemCall(name: string, value: number, row: number): void {
    const vcpu = this.#onVcpuThread(row);
    if (name === "ioctl KVM_IRQ_LINE") {
      const level = this.#trace.b[row] as number;
      this.#add("vcpu", "interrupts", `line ${value} = ${level}${vcpu ? "" : " by qemu"}`, row);
    } else if (COMPARED_CALLS.includes(name)) {
      this.#add(vcpu ? "vcpu-user" : "main-loop", "threads", name, row);
      if (name !== "ioctl KVM_SIGNAL_MSI") return;
      const by = vcpu ? "" : " by qemu";
      this.#add("vcpu", "interrupts", `message ${this.#vector(value)}${by}`, row);
    }
  }

  /** Whether QEMU's code runs inside the guest's access: on the vCPU's own thread. */
  #onVcpuThread(row: number): boolean {
    const trace = this.#trace;
    for (let at = trace.parent[row] as number; at >= 0; at = trace.parent[at] as number) {
      const kind = trace.kind[at];
      if (kind === KIND.mmioRead || kind === KIND.mmioWrite) return true;
    }
    return false;
  }

  #wakeUp(name: string, row: number): void {
    if (name === "QEMU main loop") this.#add("wake-ups", "threads", "wake qemu", row);
    if (name === "vhost worker") this.#add("wake-ups", "threads", "wake vhost", row);
  }

  #addAfterExit(key: string, origin: number): void {
    this.tokens.splice(this.#afterExit, 0, { stream: "vcpu", aspect: "eoi", key, origin });
  }

  #add(stream: Stream, aspect: KvmAspect, key: string, origin: number): void {
    this.tokens.push({ stream, aspect, key, origin });
  }
}

/** Steps by which an interrupt of the host becomes one of the guest. */
const BRINGING_STEPS: readonly string[] = ["vfio_msihandler", "local APIC timer expires"];

const COMPARED_CALLS: readonly string[] = [
  "read (eventfd)",
  "read (TAP)",
  "write (eventfd)",
  "writev (TAP)",
  "ioctl KVM_SIGNAL_MSI",
];
