import type { Image } from "../assembler/image.ts";
import type { GuestProgram } from "../program.ts";
import { SEGMENT } from "../x86/instruction.ts";
import { PTE } from "../x86/paging.ts";
import { CpuState } from "../x86/state.ts";
import { LAYOUT, SELECTOR } from "./layout.ts";
import type { GuestMachine } from "./machine.ts";

/** A program in its machine, before the first instruction. */
export interface LoadedGuest {
  readonly machine: GuestMachine;
  readonly cpu: CpuState;
}

// A and D are set from the start, as kernels do for their own pages; the walk sets them elsewhere.
const USED = PTE.A | PTE.D;
const KERNEL_PAGE = PTE.P | PTE.RW | USED;
const TABLE = PTE.P | PTE.RW | PTE.US | PTE.A;

/**
 * Does what firmware and boot loader would have done: page tables, GDT, TSS and IDT in guest
 * memory, the program's bytes, and a processor at CPL 0 in 64-bit mode with interrupts off.
 */
export function loadProgram(program: GuestProgram): LoadedGuest {
  const machine = program.machine();
  buildPageTables(machine, LAYOUT.PML4, LAYOUT.PROCESS);
  buildPageTables(machine, LAYOUT.PML4_B, LAYOUT.PROCESS_B);
  buildDevicePages(machine);
  buildDescriptors(machine);
  buildInterruptTable(machine, program.image);
  for (const { address, bytes } of program.image.segments) machine.bytes.set(bytes, address);
  return { machine, cpu: startState(program.image) };
}

function startState(image: Image): CpuState {
  const cpu = new CpuState();
  cpu.rip = BigInt(image.entry);
  cpu.gpr[4] = BigInt(LAYOUT.STACK);
  cpu.cr3 = BigInt(LAYOUT.PML4);
  cpu.selectors[SEGMENT.cs] = SELECTOR.KERNEL_CS;
  for (const segment of [SEGMENT.ss, SEGMENT.ds, SEGMENT.es]) {
    cpu.selectors[segment] = SELECTOR.KERNEL_SS;
  }
  Object.assign(cpu.gdtr, { base: BigInt(LAYOUT.GDT), limit: 0x37 });
  Object.assign(cpu.idtr, { base: BigInt(LAYOUT.IDT), limit: 0xfff });
  cpu.tr = SELECTOR.TASK_SELECTOR;
  cpu.trBase = BigInt(LAYOUT.TSS);
  return cpu;
}

/** Four tables in a row of pages: memory one to one, `PROCESS` where the address space says. */
function buildPageTables({ view }: GuestMachine, top: number, process: number): void {
  const [pdpt, pd, pt] = [top + 0x1000, top + 0x2000, top + 0x3000];
  view.setBigUint64(top, BigInt(pdpt) | TABLE, true);
  view.setBigUint64(pdpt, BigInt(pd) | TABLE, true);
  view.setBigUint64(pdpt + 8 * 3, BigInt(LAYOUT.PD_DEVICES) | TABLE, true);
  view.setBigUint64(pd, BigInt(pt) | TABLE, true);
  for (let page = 0; page < 512; page++) {
    const address = page * 4096;
    const user = address >= LAYOUT.USER_CODE && address <= LAYOUT.PROCESS ? PTE.US : 0n;
    const physical = address === LAYOUT.PROCESS ? process : address;
    const entry = address === LAYOUT.UNMAPPED ? 0n : BigInt(physical) | KERNEL_PAGE | user;
    view.setBigUint64(pt + 8 * page, entry, true);
  }
}

/** The network card and the local APIC in pages of 2 MiB that are not cached. */
function buildDevicePages({ view }: GuestMachine): void {
  for (const address of [LAYOUT.NIC, LAYOUT.APIC]) {
    const index = (address >>> 21) & 511;
    const entry = BigInt(address & ~0x1f_ffff) & 0xffff_ffffn;
    view.setBigUint64(LAYOUT.PD_DEVICES + 8 * index, entry | KERNEL_PAGE | PTE.PS | PTE.PCD, true);
  }
}

/** Flat 64-bit segments and the TSS. Intel SDM vol. 3A, 3.4.5 and 7.2.3. */
function buildDescriptors({ view }: GuestMachine): void {
  const at = (selector: number) => LAYOUT.GDT + (selector & ~7);
  view.setBigUint64(at(SELECTOR.KERNEL_CS), 0x00af_9b00_0000_ffffn, true);
  view.setBigUint64(at(SELECTOR.KERNEL_SS), 0x00cf_9300_0000_ffffn, true);
  view.setBigUint64(at(SELECTOR.USER_SS), 0x00cf_f300_0000_ffffn, true);
  view.setBigUint64(at(SELECTOR.USER_CS), 0x00af_fb00_0000_ffffn, true);
  const base = BigInt(LAYOUT.TSS);
  // Type 11: a busy 64-bit TSS, as LTR leaves it.
  const task = 0x67n | ((base & 0xff_ffffn) << 16n) | (0x8bn << 40n) | ((base >> 24n) << 56n);
  view.setBigUint64(at(SELECTOR.TASK_SELECTOR), task, true);
  view.setBigUint64(at(SELECTOR.TASK_SELECTOR) + 8, base >> 32n, true);
  view.setBigUint64(LAYOUT.TSS + 4, BigInt(LAYOUT.ENTRY_STACK), true);
}

function buildInterruptTable({ view }: GuestMachine, image: Image): void {
  for (const { vector, address, user } of image.handlers) {
    const offset = BigInt(address);
    // Present, interrupt gate, with the privilege that may call it.
    const access = BigInt(0x8e | (user ? 0x60 : 0));
    const low = (offset & 0xffffn) | (BigInt(SELECTOR.KERNEL_CS) << 16n) | (access << 40n);
    view.setBigUint64(LAYOUT.IDT + 16 * vector, low | ((offset >> 16n) << 48n), true);
    view.setBigUint64(LAYOUT.IDT + 16 * vector + 8, offset >> 32n, true);
  }
}
