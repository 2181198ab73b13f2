import { assert } from "../core/assert.ts";
import type { AddressSpace } from "../core/crossing.ts";
import { GPR, type OperandBytes } from "../cpu/x86/instruction.ts";
import { PTE } from "../cpu/x86/paging.ts";
import type { CpuidResult, Platform } from "../cpu/x86/platform.ts";
import { CpuState } from "../cpu/x86/state.ts";

const PAGE_BYTES = 4096;
const MEMORY_BYTES = 0x2_0000;
const TOP_TABLE = 0x1000;
const STACK_TOP = 0x3000;
/** What accessors return to: HLT, which gives the processor back. */
const LANDING = 0x3000;
/** Accessors, 16 bytes apart. */
const CODE = 0x4000;
const CODE_END = 0x8000;
/** Tables below the top one. */
const TABLES = 0x8000;
const ENTRY_RIGHTS = PTE.P | PTE.RW | PTE.A | PTE.D;

const HLT = 0xf4;
const RET = 0xc3;

/**
 * The driver's register accessors as real machine code in a kernel of their own: Linux's `readl`,
 * `writel`, `inl`, `outl` and their narrower kin (arch/x86/include/asm/io.h), one for each place
 * that accesses a device, with the page tables that they run under. Devices answer elsewhere; here
 * their pages only are what the guest's tables map and memory is not.
 */
export class SiteGuest implements Platform {
  readonly cpu = new CpuState();
  readonly #view = new DataView(new ArrayBuffer(MEMORY_BYTES));
  #nextCode = CODE;
  #nextTable = TABLES;

  constructor() {
    this.cpu.cr3 = BigInt(TOP_TABLE);
    for (const page of [0x2000, 0x3000]) this.#map(page);
    for (let page = CODE; page < CODE_END; page += PAGE_BYTES) this.#map(page);
    this.#view.setUint8(LANDING, HLT);
  }

  /** Writes an accessor. @returns Its address. */
  addAccessor(space: AddressSpace, address: number, sizeBytes: number, write: boolean): number {
    const at = this.#nextCode;
    assert(at + 16 <= CODE_END, "a driver accesses its devices at no more than 1,024 places");
    this.#nextCode += 16;
    if (space === "mmio") this.#map(address - (address % PAGE_BYTES));
    [...accessor(space === "mmio", sizeBytes, write), RET].forEach((byte, index) => {
      this.#view.setUint8(at + index, byte);
    });
    return at;
  }

  /** Sets the processor up for a call of an accessor. */
  call(accessorAt: number, address: number): void {
    const { cpu } = this;
    cpu.rip = BigInt(accessorAt);
    cpu.halted = false;
    cpu.gpr[GPR.rdi] = BigInt(address);
    cpu.gpr[GPR.rsi] = BigInt(address);
    cpu.gpr[GPR.rdx] = BigInt(address & 0xffff);
    cpu.gpr[GPR.rsp] = BigInt(STACK_TOP - 8);
    this.#view.setBigUint64(STACK_TOP - 8, BigInt(LANDING), true);
  }

  /** Memory ends before any device begins. */
  isMmio(physical: number): boolean {
    return physical >= MEMORY_BYTES;
  }

  read(physical: number, byteCount: OperandBytes): bigint {
    if (physical + byteCount > MEMORY_BYTES) return 0n;
    if (byteCount === 8) return this.#view.getBigUint64(physical, true);
    if (byteCount === 4) return BigInt(this.#view.getUint32(physical, true));
    return BigInt(
      byteCount === 2 ? this.#view.getUint16(physical, true) : this.#view.getUint8(physical),
    );
  }

  write(physical: number, byteCount: OperandBytes, value: bigint): void {
    if (physical + byteCount > MEMORY_BYTES) return;
    for (let byte = 0; byte < byteCount; byte++) {
      this.#view.setUint8(physical + byte, Number((value >> BigInt(8 * byte)) & 0xffn));
    }
  }

  portRead(): number {
    return 0;
  }

  portWrite(): void {}

  cpuid(): CpuidResult {
    return { eax: 0, ebx: 0, ecx: 0, edx: 0 };
  }

  readMsr(): undefined {
    return undefined;
  }

  writeMsr(): boolean {
    return false;
  }

  timestamp(): bigint {
    return 0n;
  }

  pendingVector(): number {
    return -1;
  }

  acceptInterrupt(): number {
    return -1;
  }

  sleep(): boolean {
    return false;
  }

  /** Maps a page one to one. */
  #map(page: number): void {
    let table = TOP_TABLE;
    for (const shift of [39, 30, 21]) {
      const at = table + 8 * (Math.floor(page / 2 ** shift) % 512);
      let entry = this.#view.getBigUint64(at, true);
      if (entry === 0n) {
        assert(this.#nextTable < MEMORY_BYTES, "few pages of devices are mapped");
        entry = BigInt(this.#nextTable) | ENTRY_RIGHTS;
        this.#nextTable += PAGE_BYTES;
        this.#view.setBigUint64(at, entry, true);
      }
      table = Number(entry & ~0xfffn);
    }
    const at = table + 8 * (Math.floor(page / PAGE_BYTES) % 512);
    this.#view.setBigUint64(at, BigInt(page) | ENTRY_RIGHTS, true);
  }
}

/** `writel(edi, rsi)`, `readl(rdi)`, `outl(eax, dx)`, `inl(dx)`; 66 for 16 bits. */
function accessor(memory: boolean, sizeBytes: number, write: boolean): number[] {
  const prefix = sizeBytes === 2 ? [0x66] : [];
  const wide = sizeBytes > 1 ? 1 : 0;
  if (!memory) return [...prefix, (write ? 0xee : 0xec) | wide];
  // mov [rsi], edi (dil: with REX); mov eax, [rdi]
  const rex = sizeBytes === 8 ? [0x48] : write && sizeBytes === 1 ? [0x40] : [];
  return [...prefix, ...rex, (write ? 0x88 : 0x8a) | wide, write ? 0x3e : 0x07];
}
