import { EXIT_REASON, exitName, type ExitReason } from "../cpu/exit-reason.ts";
import { ioioExitInfo1, svmExitOf } from "../cpu/svm-exit.ts";
import {
  APIC_ACCESS,
  apicAccessQualification,
  ioQualification,
} from "../cpu/vtx/exit-qualification.ts";
import type { TraceStore } from "../trace/store.ts";
import type { KvmOptions } from "./kvm-options.ts";

/** EXITINFO1 of a nested page fault on a page that KVM marked reserved: APM vol. 2, 15.25.6. */
const NPF_READ = 0x1_0000_000c;
const NPF_WRITE = 0x1_0000_000e;

/** VM exits as the processor's vendor names them, and what the processor says about each. */
export class ExitLabels {
  readonly #trace: TraceStore;
  readonly #amd: boolean;
  /** Numbers of names by reason, 0 until needed; those of MSR exits by reason and register. */
  readonly #names = new Uint16Array(80);
  readonly #msrNames = new Map<number, number>();

  constructor(trace: TraceStore, vendor: KvmOptions["vendor"]) {
    this.#trace = trace;
    this.#amd = vendor === "amd";
  }

  /** Dictionary number of an exit's name. `msr` tells which register an MSR exit is about. */
  name(reason: ExitReason, msr = -1): number {
    if (msr >= 0) return this.#msrName(reason, msr);
    const known = this.#names[reason] as number;
    if (known !== 0) return known;
    const id = this.#trace.id(this.#text(reason, msr));
    this.#names[reason] = id;
    return id;
  }

  /** Exit qualification, or EXITINFO1, of an access to a page without memory. */
  memoryAccess(write: boolean): number {
    if (!this.#amd) return 0;
    return write ? NPF_WRITE : NPF_READ;
  }

  /** Exit qualification, or EXITINFO1, of an access to a port. */
  portAccess(port: number, sizeBytes: number, write: boolean): number {
    const access = {
      port: port & 0xffff,
      sizeBytes: sizeBytes as 1 | 2 | 4,
      direction: write ? "out" : "in",
      string: false,
      rep: false,
    } as const;
    if (this.#amd) return ioioExitInfo1(access);
    return Number(ioQualification({ ...access, immediate: false }));
  }

  /** Exit qualification, or EXITINFO1, of an access to the local APIC's page. */
  apicAccess(offset: number, write: boolean): number {
    if (this.#amd) return this.memoryAccess(write);
    return Number(apicAccessQualification(offset, write ? APIC_ACCESS.write : APIC_ACCESS.read));
  }

  #msrName(reason: ExitReason, msr: number): number {
    const key = reason + 128 * msr;
    let id = this.#msrNames.get(key);
    if (id === undefined) {
      id = this.#trace.id(this.#text(reason, msr));
      this.#msrNames.set(key, id);
    }
    return id;
  }

  #text(reason: ExitReason, msr: number): string {
    const register = msr < 0 ? "" : ` 0x${msr.toString(16)}`;
    if (!this.#amd) return `${exitName(reason)}${register}`;
    if (msr >= 0) return `msr ${reason === EXIT_REASON.wrmsr ? "write" : "read"}${register}`;
    // KVM's trace calls VMEXIT_INTR by this name; arch/x86/include/uapi/asm/svm.h.
    if (reason === EXIT_REASON.externalInterrupt) return "interrupt";
    return (svmExitOf(reason)?.name ?? exitName(reason)).toLowerCase();
  }
}
