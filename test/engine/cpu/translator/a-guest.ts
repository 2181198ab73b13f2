import type { OperandBytes } from "../../../../engine/cpu/x86/instruction.ts";
import type { CpuidResult, Platform } from "../../../../engine/cpu/x86/platform.ts";
import { Processor } from "../../../../engine/cpu/x86/processor.ts";
import { CpuState } from "../../../../engine/cpu/x86/state.ts";
import { VirtualMachineMonitor } from "../../../../engine/cpu/translator/virtual-machine-monitor.ts";
import type { VmmOptions } from "../../../../engine/cpu/translator/vmm-options.ts";

/** Physical layout of a small guest; the first 2 MiB are mapped one to one. */
export const LAYOUT = {
  pageTables: 0x1000,
  gdt: 0x6000,
  idt: 0x7000,
  handlers: 0x8000,
  stackTop: 0xa000,
  data: 0xb000,
  code: 0x10000,
  user: 0x20000,
  userStackTop: 0x31000,
  /** A device's page, linear and physical. */
  device: 0x10_0000,
  byteCount: 0x8_0000,
} as const;

const P_RW = 3n;
const P_RW_US = 7n;

/** A guest's machine: half a MiB of memory, a device of counters, a port, a script of interrupts. */
export class SmallMachine implements Platform {
  readonly memory = new DataView(new ArrayBuffer(LAYOUT.byteCount));
  /** What happened at device and ports, in order. */
  readonly log: string[] = [];
  /** The interrupt that waits, or -1. */
  pending = -1;
  /** Device register values by offset. */
  readonly device = new Map<number, bigint>();
  /** An interrupt that a store to the device at offset 0xff0 makes pending. */
  onDoorbell: (() => void) | undefined;
  #readings = 0n;

  isMmio(physical: number): boolean {
    return physical >= LAYOUT.device && physical < LAYOUT.device + 4096;
  }

  read(physical: number, byteCount: OperandBytes): bigint {
    if (this.isMmio(physical)) {
      const value = BigInt.asUintN(8 * byteCount, this.device.get(physical & 0xfff) ?? 0x55n);
      this.log.push(`load ${byteCount} ${(physical & 0xfff).toString(16)}`);
      return value;
    }
    let value = 0n;
    for (let i = 0; i < byteCount; i++) {
      value |= BigInt(this.#byte(physical + i)) << BigInt(8 * i);
    }
    return value;
  }

  write(physical: number, byteCount: OperandBytes, value: bigint): void {
    if (this.isMmio(physical)) {
      this.device.set(physical & 0xfff, value);
      this.log.push(`store ${byteCount} ${(physical & 0xfff).toString(16)} ${value.toString(16)}`);
      if ((physical & 0xfff) === 0xff0) this.onDoorbell?.();
      return;
    }
    for (let i = 0; i < byteCount; i++) {
      if (physical + i >= LAYOUT.byteCount) continue;
      this.memory.setUint8(physical + i, Number((value >> BigInt(8 * i)) & 0xffn));
    }
  }

  portRead(port: number, byteCount: 1 | 2 | 4): number {
    this.log.push(`in ${byteCount} ${port.toString(16)}`);
    return 0x1234_5678 >>> (32 - 8 * byteCount);
  }

  portWrite(port: number, byteCount: 1 | 2 | 4, value: number): void {
    this.log.push(`out ${byteCount} ${port.toString(16)} ${value.toString(16)}`);
  }

  cpuid(leaf: number): CpuidResult {
    return { eax: leaf + 1, ebx: 2, ecx: 3, edx: 4 };
  }

  readMsr(index: number): bigint | undefined {
    return index === 0x10 ? 99n : undefined;
  }

  writeMsr(): boolean {
    return false;
  }

  timestamp(): bigint {
    return ++this.#readings;
  }

  pendingVector(): number {
    return this.pending;
  }

  acceptInterrupt(): number {
    const vector = this.pending;
    this.pending = -1;
    this.log.push(`interrupt ${vector.toString(16)}`);
    return vector;
  }

  sleep(): boolean {
    return this.pending >= 0;
  }

  /** Puts bytes into memory. */
  load(at: number, bytes: Iterable<number>): void {
    let address = at;
    for (const byte of bytes) this.memory.setUint8(address++, byte);
  }

  #byte(physical: number): number {
    return physical < LAYOUT.byteCount ? this.memory.getUint8(physical) : 0xff;
  }
}

/** Bytes out of text: "48 89 c3" or "4889c3". */
export function bytesOf(text: string): number[] {
  return (text.replaceAll(/\s+/g, "").match(/../g) ?? []).map((it) => Number.parseInt(it, 16));
}

/** A machine with page tables, GDT, IDT and handlers, and a CPU in ring 0 at LAYOUT.code. */
export function aGuest(code: string | Iterable<number>): { machine: SmallMachine; cpu: CpuState } {
  const machine = new SmallMachine();
  const { memory } = machine;
  const tables = LAYOUT.pageTables;
  memory.setBigUint64(tables, BigInt(tables + 0x1000) | P_RW_US, true);
  memory.setBigUint64(tables + 0x1000, BigInt(tables + 0x2000) | P_RW_US, true);
  memory.setBigUint64(tables + 0x2000, BigInt(tables + 0x3000) | P_RW_US, true);
  for (let page = 0; page < 512; page++) {
    const address = page * 4096;
    const isUser = address >= LAYOUT.user && address < LAYOUT.userStackTop;
    const flags = isUser ? P_RW_US : P_RW;
    // Page 0 and what lies behind memory and device stay unmapped.
    const isMapped = page > 0 && (address < LAYOUT.byteCount || machine.isMmio(address));
    memory.setBigUint64(tables + 0x3000 + 8 * page, isMapped ? BigInt(address) | flags : 0n, true);
  }
  writeTables(machine);
  machine.load(LAYOUT.code, typeof code === "string" ? bytesOf(code) : code);
  const cpu = new CpuState();
  cpu.rip = BigInt(LAYOUT.code);
  cpu.gpr[4] = BigInt(LAYOUT.stackTop);
  cpu.cr3 = BigInt(tables);
  cpu.gdtr.base = BigInt(LAYOUT.gdt);
  cpu.gdtr.limit = 0x3f;
  cpu.idtr.base = BigInt(LAYOUT.idt);
  cpu.idtr.limit = 0xfff;
  cpu.trBase = BigInt(LAYOUT.gdt + 0x100);
  cpu.tr = 0x28;
  cpu.selectors[1] = 0x08;
  return { machine, cpu };
}

/** GDT, a TSS with the kernel's stack, and a handler for each vector. */
function writeTables(machine: SmallMachine): void {
  const { memory } = machine;
  memory.setBigUint64(LAYOUT.gdt + 0x08, 0x00af_9b00_0000_ffffn, true);
  memory.setBigUint64(LAYOUT.gdt + 0x10, 0x00cf_9300_0000_ffffn, true);
  memory.setBigUint64(LAYOUT.gdt + 0x18, 0x00cf_f300_0000_ffffn, true);
  memory.setBigUint64(LAYOUT.gdt + 0x20, 0x00af_fb00_0000_ffffn, true);
  memory.setBigUint64(LAYOUT.gdt + 0x104, BigInt(LAYOUT.stackTop - 0x800), true);
  for (let vector = 0; vector < 256; vector++) {
    const gate = LAYOUT.idt + 16 * vector;
    const handler = LAYOUT.handlers + 16 * vector;
    const dpl = vector === 0x80 ? 0x6000n : 0n;
    const low = BigInt(handler & 0xffff) | (0x08n << 16n) | ((0x8e00n | dpl) << 32n);
    memory.setBigUint64(gate, low, true);
    // Vector v counts in the byte at data + v. With an error code: drop it and skip 2 bytes of RIP.
    const hasCode = [8, 10, 11, 12, 13, 14].includes(vector);
    const count = bytesOf(`fe0425${le32(LAYOUT.data + 0xe00 + vector)}`);
    machine.load(handler, [...count, ...bytesOf(hasCode ? "c3" : "48cf")]);
    if (hasCode) machine.load(handler, bytesOf("f4"));
  }
}

/** A 32-bit number as little-endian hexadecimal. */
export function le32(value: number): string {
  const bytes = [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Runs natively until the guest halts for good. */
export function runNative(code: string | Iterable<number>, prepare?: Prepare): SmallGuest {
  const { machine, cpu } = aGuest(code);
  prepare?.(machine, cpu);
  const processor = new Processor(cpu, machine);
  for (let n = 0; n < 100_000; n++) {
    if (processor.step() === "halted" && !machine.sleep()) return { machine, cpu };
  }
  throw new Error("the guest does not halt");
}

/** Runs under the VMM until the guest halts for good. */
export function runTranslated(
  code: string | Iterable<number>,
  options: VmmOptions = {},
  prepare?: Prepare,
): SmallGuest & { vmm: VirtualMachineMonitor } {
  const { machine, cpu } = aGuest(code);
  prepare?.(machine, cpu);
  const vmm = new VirtualMachineMonitor(cpu, machine, options);
  return { machine, cpu, vmm: runToHalt(vmm, machine) };
}

/** Lets a VMM go on until its guest halts for good. */
export function runToHalt(
  vmm: VirtualMachineMonitor,
  machine: SmallMachine,
): VirtualMachineMonitor {
  for (let n = 0; n < 1_000_000; n++) {
    if (vmm.step() === "halted" && !machine.sleep()) return vmm;
  }
  throw new Error("the guest does not halt");
}

/** Changes a machine before it runs. */
export type Prepare = (machine: SmallMachine, cpu: CpuState) => void;

/** A machine and its CPU after a run. */
export interface SmallGuest {
  readonly machine: SmallMachine;
  readonly cpu: CpuState;
}

/** What the guest can see of itself: registers, tables, flags, and a line for each differing byte. */
export function visible({ machine, cpu }: SmallGuest): Record<string, unknown> {
  const names = ["rip", "rflags", "cr0", "cr2", "cr3", "cr4", "efer", "fsBase", "gsBase"] as const;
  return {
    gpr: Array.from(cpu.gpr, (it) => it.toString(16)),
    ...Object.fromEntries(names.map((name) => [name, cpu[name].toString(16)])),
    cpl: cpu.cpl,
    selectors: [...cpu.selectors],
    log: machine.log,
    memory: hashOf(machine),
  };
}

function hashOf({ memory }: SmallMachine): string {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < LAYOUT.byteCount; at++) {
    hash = Math.imul(hash ^ memory.getUint8(at), 0x0100_0193);
  }
  return (hash >>> 0).toString(16);
}
