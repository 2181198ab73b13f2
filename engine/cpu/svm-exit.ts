import { EXIT_REASON, type ExitReason } from "./exit-reason.ts";

/** SVM exit codes: AMD64 APM vol. 2, appendix C "SVM Intercept Exit Codes". */
export const SVM_EXIT = {
  cr0Read: 0x00,
  cr0Write: 0x10,
  dr0Read: 0x20,
  dr0Write: 0x30,
  exception0: 0x40,
  intr: 0x60,
  nmi: 0x61,
  init: 0x63,
  vintr: 0x64,
  idtrRead: 0x66,
  gdtrRead: 0x67,
  idtrWrite: 0x6a,
  gdtrWrite: 0x6b,
  rdtsc: 0x6e,
  rdpmc: 0x6f,
  pushf: 0x70,
  popf: 0x71,
  cpuid: 0x72,
  iret: 0x74,
  softwareInterrupt: 0x75,
  invd: 0x76,
  pause: 0x77,
  hlt: 0x78,
  invlpg: 0x79,
  ioio: 0x7b,
  msr: 0x7c,
  taskSwitch: 0x7d,
  shutdown: 0x7f,
  vmmcall: 0x81,
  rdtscp: 0x87,
  wbinvd: 0x89,
  monitor: 0x8a,
  mwait: 0x8b,
  xsetbv: 0x8d,
  npf: 0x400,
  avicIncompleteIpi: 0x401,
  avicNoaccel: 0x402,
} as const;

/** One event under both vendors' names. */
export interface SvmExit {
  /** `VMEXIT_…` as the APM writes it, without the prefix. */
  readonly name: string;
  /** Exit code of the VMCB's EXITCODE field. */
  readonly code: number;
}

/** Which SVM exit reports what VT-x reports with a basic exit reason; undefined where none does. */
const SAME_EVENT: Readonly<Partial<Record<ExitReason, SvmExit>>> = {
  [EXIT_REASON.exceptionOrNmi]: { name: "EXCP", code: SVM_EXIT.exception0 },
  [EXIT_REASON.externalInterrupt]: { name: "INTR", code: SVM_EXIT.intr },
  [EXIT_REASON.tripleFault]: { name: "SHUTDOWN", code: SVM_EXIT.shutdown },
  [EXIT_REASON.initSignal]: { name: "INIT", code: SVM_EXIT.init },
  // An interrupt window is had on SVM by a virtual interrupt that is intercepted before delivery.
  [EXIT_REASON.interruptWindow]: { name: "VINTR", code: SVM_EXIT.vintr },
  [EXIT_REASON.taskSwitch]: { name: "TASK_SWITCH", code: SVM_EXIT.taskSwitch },
  [EXIT_REASON.cpuid]: { name: "CPUID", code: SVM_EXIT.cpuid },
  [EXIT_REASON.hlt]: { name: "HLT", code: SVM_EXIT.hlt },
  [EXIT_REASON.invd]: { name: "INVD", code: SVM_EXIT.invd },
  [EXIT_REASON.invlpg]: { name: "INVLPG", code: SVM_EXIT.invlpg },
  [EXIT_REASON.rdpmc]: { name: "RDPMC", code: SVM_EXIT.rdpmc },
  [EXIT_REASON.rdtsc]: { name: "RDTSC", code: SVM_EXIT.rdtsc },
  [EXIT_REASON.vmcall]: { name: "VMMCALL", code: SVM_EXIT.vmmcall },
  [EXIT_REASON.ioInstruction]: { name: "IOIO", code: SVM_EXIT.ioio },
  [EXIT_REASON.rdmsr]: { name: "MSR", code: SVM_EXIT.msr },
  [EXIT_REASON.wrmsr]: { name: "MSR", code: SVM_EXIT.msr },
  [EXIT_REASON.mwait]: { name: "MWAIT", code: SVM_EXIT.mwait },
  [EXIT_REASON.monitor]: { name: "MONITOR", code: SVM_EXIT.monitor },
  [EXIT_REASON.pause]: { name: "PAUSE", code: SVM_EXIT.pause },
  // With AVIC the APIC's page is virtualized too; without it, it is one more page that is not there.
  [EXIT_REASON.apicAccess]: { name: "NPF", code: SVM_EXIT.npf },
  [EXIT_REASON.virtualizedEoi]: { name: "AVIC_NOACCEL", code: SVM_EXIT.avicNoaccel },
  [EXIT_REASON.gdtrOrIdtrAccess]: { name: "IDTR_READ", code: SVM_EXIT.idtrRead },
  [EXIT_REASON.eptViolation]: { name: "NPF", code: SVM_EXIT.npf },
  // Nested paging has no misconfiguration: KVM marks device pages with a reserved bit.
  [EXIT_REASON.eptMisconfiguration]: { name: "NPF", code: SVM_EXIT.npf },
  [EXIT_REASON.rdtscp]: { name: "RDTSCP", code: SVM_EXIT.rdtscp },
  [EXIT_REASON.wbinvd]: { name: "WBINVD", code: SVM_EXIT.wbinvd },
  [EXIT_REASON.xsetbv]: { name: "XSETBV", code: SVM_EXIT.xsetbv },
};

/** The SVM exit for a VT-x exit reason; undefined for what SVM does not have (a preemption timer). */
export function svmExitOf(reason: ExitReason): SvmExit | undefined {
  return SAME_EVENT[reason];
}

/** The SVM exit for an access to control register `cr`, 0 to 15. */
export function svmCrExit(cr: number, write: boolean): SvmExit {
  const code = (write ? SVM_EXIT.cr0Write : SVM_EXIT.cr0Read) + cr;
  return { name: `CR${cr}_${write ? "WRITE" : "READ"}`, code };
}

/** One access to an I/O port as IOIO's EXITINFO1 tells it. */
export interface IoioAccess {
  readonly port: number;
  readonly sizeBytes: 1 | 2 | 4;
  readonly direction: "in" | "out";
  readonly string: boolean;
  readonly rep: boolean;
}

/** EXITINFO1 of an IOIO intercept in 64-bit mode: APM vol. 2, 15.10.2 "IN and OUT Behavior". */
export function ioioExitInfo1(access: IoioAccess): number {
  const { port, sizeBytes, direction, string, rep } = access;
  const size = sizeBytes === 1 ? 0x10 : sizeBytes === 2 ? 0x20 : 0x40;
  const kind = (direction === "in" ? 1 : 0) | (string ? 4 : 0) | (rep ? 8 : 0);
  return ((port << 16) | size | kind | 0x200) >>> 0;
}
