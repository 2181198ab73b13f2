import { PTE } from "../../../../engine/cpu/x86/paging.ts";
import type { CpuidResult, Platform } from "../../../../engine/cpu/x86/platform.ts";
import type { Hooks } from "../../../../engine/cpu/x86/hooks.ts";
import { Processor } from "../../../../engine/cpu/x86/processor.ts";
import { CpuState } from "../../../../engine/cpu/x86/state.ts";

/** Where the code of `aProcessor` begins. */
export const CODE = 0x1_0000;
/** Top of its stack. */
export const STACK = 0x2_0000;
/** A page that is mapped read-only for the kernel. */
export const READ_ONLY = 0x3_0000;
/** A page that CPL 3 may use. */
export const USER = 0x4_0000;
/** A linear address without a page. */
export const UNMAPPED = 0x7_f000;
const GDT = 0x6000;
const TSS = 0x6100;
const IDT = 0x7000;

/** Memory of 512 KiB, ports that remember, one interrupt line. */
export class TestPlatform implements Platform {
  readonly bytes = new Uint8Array(0x8_0000);
  readonly view = new DataView(this.bytes.buffer);
  readonly ports: string[] = [];
  readonly portValues = new Map<number, number>();
  pending = -1;

  read(physical: number, byteCount: 1 | 2 | 4 | 8): bigint {
    let value = 0n;
    for (let i = byteCount - 1; i >= 0; i--)
      value = (value << 8n) | BigInt(this.bytes[physical + i] ?? 0);
    return value;
  }

  write(physical: number, byteCount: 1 | 2 | 4 | 8, value: bigint): void {
    for (let i = 0; i < byteCount; i++)
      this.bytes[physical + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }

  isMmio(): boolean {
    return false;
  }

  portRead(port: number, byteCount: 1 | 2 | 4): number {
    this.ports.push(`in ${port.toString(16)}.${byteCount}`);
    return this.portValues.get(port) ?? 0;
  }

  portWrite(port: number, byteCount: 1 | 2 | 4, value: number): void {
    this.ports.push(`out ${port.toString(16)}.${byteCount} ${value.toString(16)}`);
  }

  cpuid(leaf: number, subleaf: number): CpuidResult {
    return { eax: leaf + 1, ebx: subleaf + 2, ecx: 3, edx: 4 };
  }

  readMsr(index: number): bigint | undefined {
    return index === 0x1b ? 0xfee0_0900n : undefined;
  }

  writeMsr(): boolean {
    return false;
  }

  timestamp(): bigint {
    return 0x1_2345_6789n;
  }

  pendingVector(): number {
    return this.pending;
  }

  acceptInterrupt(): number {
    const vector = this.pending;
    this.pending = -1;
    return vector;
  }

  sleep(): boolean {
    return false;
  }
}

/** A processor at CPL 0 with paging on, a GDT (8 kernel code, 16 kernel data, 24 user data, 32 user code, 40 TSS), an IDT whose vector v leads to 0x5000 + v, and code at `CODE`. */
export function aProcessor(code: readonly number[], hooks: Partial<Hooks> = {}) {
  const platform = new TestPlatform();
  const { view } = platform;
  const leaf = PTE.P | PTE.RW;
  const branch = leaf | PTE.US;
  view.setBigUint64(0x1000, 0x2000n | branch, true);
  view.setBigUint64(0x2000, 0x3000n | branch, true);
  view.setBigUint64(0x3000, 0x4000n | branch, true);
  for (let page = 0; page < 127; page++) {
    const user = page << 12 === USER ? PTE.US : 0n;
    const rights = page << 12 === READ_ONLY ? PTE.P : leaf;
    view.setBigUint64(0x4000 + 8 * page, BigInt(page << 12) | rights | user, true);
  }
  const descriptors = [
    0x00af9b000000ffffn,
    0x00cf93000000ffffn,
    0x00cff3000000ffffn,
    0x00affb000000ffffn,
  ];
  descriptors.forEach((value, index) => view.setBigUint64(GDT + 8 + 8 * index, value, true));
  view.setBigUint64(GDT + 40, 0x0000_8900_0000_0067n | (BigInt(TSS) << 16n), true);
  view.setBigUint64(TSS + 4, BigInt(STACK), true);
  for (let vector = 0; vector < 256; vector++) {
    const offset = BigInt(0x5000 + vector);
    const dpl = vector === 0x80 ? 3n : 0n;
    view.setBigUint64(
      IDT + 16 * vector,
      offset | (8n << 16n) | ((0x8en | (dpl << 5n)) << 40n),
      true,
    );
  }
  platform.bytes.set(code, CODE);
  const cpu = new CpuState();
  cpu.cr3 = 0x1000n;
  cpu.rip = BigInt(CODE);
  cpu.gpr[4] = BigInt(STACK);
  cpu.selectors.set([16, 8, 16, 16, 0, 0]);
  Object.assign(cpu.gdtr, { base: BigInt(GDT), limit: 0x37 });
  Object.assign(cpu.idtr, { base: BigInt(IDT), limit: 0xfff });
  cpu.tr = 40;
  cpu.trBase = BigInt(TSS);
  return { cpu, platform, processor: new Processor(cpu, platform, hooks) };
}

/** Runs `count` steps and returns what each did. */
export function steps(processor: Processor, count: number): string[] {
  return Array.from({ length: count }, () => processor.step());
}
