import type { OperandBytes } from "../x86/instruction.ts";
import type { CpuidResult, Platform } from "../x86/platform.ts";
import type { CpuState } from "../x86/state.ts";

/**
 * What a PV kernel brings and Xen maps for it, where no program's memory is: code that takes the
 * place of sensitive instructions, and data shared with Xen. Linear and physical addresses.
 */
export const WINDOW = {
  /** Replacement code, 64 KiB. */
  CODE: 0x7000_0000,
  /** struct vcpu_info: evtchn_upcall_pending and evtchn_upcall_mask, a byte each. */
  PENDING: 0x7001_0000,
  MASK: 0x7001_0001,
  /** What the kernel remembers of its own registers instead of reading the processor's. */
  CR0: 0x7001_0040,
  CR2: 0x7001_0048,
  CR3: 0x7001_0050,
  CR4: 0x7001_0058,
  CR8: 0x7001_0060,
  GDT_LIMIT: 0x7001_0068,
  GDT_BASE: 0x7001_0070,
  IDT_LIMIT: 0x7001_0078,
  IDT_BASE: 0x7001_0080,
  LDTR: 0x7001_0088,
  TR: 0x7001_0090,
  /** Six selectors by `SEGMENT`, 8 bytes apart. */
  SELECTORS: 0x7001_0098,
  /** IOPL as the kernel set it, in its place in RFLAGS. */
  IOPL: 0x7001_00d0,
  /** Registers that the replacement code puts aside. */
  SAVED_RSP: 0x7001_0100,
  SAVED_RAX: 0x7001_0108,
  SAVED_RCX: 0x7001_0110,
  SAVED_RDI: 0x7001_0118,
  SAVED_RSI: 0x7001_0120,
  SAVED_R11: 0x7001_0128,
  /** An address that an instruction names, and a request for Xen. */
  POINTER: 0x7001_0130,
  ARGUMENT: 0x7001_0140,
  /** Top of the replacement code's own stack. */
  STACK: 0x7001_1000,
  BYTES: 0x1_1000,
} as const;

/** The names of the window's places in replacement code. */
export const WINDOW_NAMES: Readonly<Record<string, number>> = {
  evtchn_upcall_pending: WINDOW.PENDING,
  evtchn_upcall_mask: WINDOW.MASK,
  own_cr0: WINDOW.CR0,
  own_cr2: WINDOW.CR2,
  own_cr3: WINDOW.CR3,
  own_cr4: WINDOW.CR4,
  own_cr8: WINDOW.CR8,
  gdt_limit: WINDOW.GDT_LIMIT,
  gdt_base: WINDOW.GDT_BASE,
  idt_limit: WINDOW.IDT_LIMIT,
  idt_base: WINDOW.IDT_BASE,
  own_ldtr: WINDOW.LDTR,
  own_tr: WINDOW.TR,
  own_selectors: WINDOW.SELECTORS,
  own_iopl: WINDOW.IOPL,
  saved_rsp: WINDOW.SAVED_RSP,
  saved_rax: WINDOW.SAVED_RAX,
  saved_rcx: WINDOW.SAVED_RCX,
  saved_rdi: WINDOW.SAVED_RDI,
  saved_rsi: WINDOW.SAVED_RSI,
  saved_r11: WINDOW.SAVED_R11,
  pointer: WINDOW.POINTER,
  argument: WINDOW.ARGUMENT,
  own_stack: WINDOW.STACK,
};

/** The machine with the window in its address space. */
export class WindowedPlatform implements Platform {
  readonly #machine: Platform;
  readonly #bytes = new Uint8Array(WINDOW.BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #virtual: CpuState;

  /** @param virtual The guest's own registers, which the window shows. */
  constructor(machine: Platform, virtual: CpuState) {
    this.#machine = machine;
    this.#virtual = virtual;
  }

  /** Whether an address lies in the window. */
  static holds(address: number | bigint): boolean {
    return address >= WINDOW.CODE && address < WINDOW.CODE + WINDOW.BYTES;
  }

  /** evtchn_upcall_mask: no events are delivered. */
  get masked(): boolean {
    return this.#bytes[WINDOW.MASK - WINDOW.CODE] !== 0;
  }

  set masked(value: boolean) {
    this.#bytes[WINDOW.MASK - WINDOW.CODE] = value ? 1 : 0;
  }

  /** The guest's IOPL in its place in RFLAGS. */
  get iopl(): bigint {
    return this.#view.getBigUint64(WINDOW.IOPL - WINDOW.CODE, true);
  }

  set iopl(value: bigint) {
    this.#view.setBigUint64(WINDOW.IOPL - WINDOW.CODE, value, true);
  }

  /** Puts the replacement code into the window. */
  loadCode(address: number, code: Uint8Array): void {
    this.#bytes.set(code, address - WINDOW.CODE);
  }

  read(physical: number, byteCount: OperandBytes): bigint {
    if (!WindowedPlatform.holds(physical)) return this.#machine.read(physical, byteCount);
    this.#show();
    let value = 0n;
    for (let i = byteCount - 1; i >= 0; i--) {
      value = (value << 8n) | BigInt(this.#bytes[physical - WINDOW.CODE + i] ?? 0);
    }
    return value;
  }

  write(physical: number, byteCount: OperandBytes, value: bigint): void {
    if (!WindowedPlatform.holds(physical)) {
      this.#machine.write(physical, byteCount, value);
      return;
    }
    for (let i = 0; i < byteCount; i++) {
      this.#bytes[physical - WINDOW.CODE + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    }
  }

  isMmio(physical: number): boolean {
    return !WindowedPlatform.holds(physical) && this.#machine.isMmio(physical);
  }

  portRead(port: number, byteCount: 1 | 2 | 4): number {
    return this.#machine.portRead(port, byteCount);
  }

  portWrite(port: number, byteCount: 1 | 2 | 4, value: number): void {
    this.#machine.portWrite(port, byteCount, value);
  }

  cpuid(leaf: number, subleaf: number): CpuidResult {
    return this.#machine.cpuid(leaf, subleaf);
  }

  readMsr(index: number): bigint | undefined {
    return this.#machine.readMsr(index);
  }

  writeMsr(index: number, value: bigint): boolean {
    return this.#machine.writeMsr(index, value);
  }

  timestamp(): bigint {
    return this.#machine.timestamp();
  }

  pendingVector(cpu: CpuState): number {
    return this.#machine.pendingVector(cpu);
  }

  acceptInterrupt(): number {
    return this.#machine.acceptInterrupt();
  }

  sleep(): boolean {
    return this.#machine.sleep();
  }

  /** Brings the kernel's copies up to date: Xen and the kernel's own code keep them so. */
  #show(): void {
    const v = this.#virtual;
    const set = (address: number, value: bigint | number): void =>
      this.#view.setBigUint64(address - WINDOW.CODE, BigInt(value), true);
    this.#bytes[0x1_0000] = this.#machine.pendingVector(v) >= 0 ? 1 : 0;
    for (const name of ["CR0", "CR2", "CR3", "CR4", "CR8"] as const) {
      set(WINDOW[name], v[name.toLowerCase() as "cr0" | "cr2" | "cr3" | "cr4" | "cr8"]);
    }
    set(WINDOW.GDT_LIMIT, v.gdtr.limit);
    set(WINDOW.GDT_BASE, v.gdtr.base);
    set(WINDOW.IDT_LIMIT, v.idtr.limit);
    set(WINDOW.IDT_BASE, v.idtr.base);
    set(WINDOW.LDTR, v.ldtr);
    set(WINDOW.TR, v.tr);
    v.selectors.forEach((selector, at) => set(WINDOW.SELECTORS + 8 * at, selector));
  }
}
