/**
 * Where a guest program finds its machine: linear addresses, equal to physical ones but for
 * `PROCESS`. The names are constants in the assembler's sources.
 */
export const LAYOUT = {
  /** Size of guest memory: 2 MiB, mapped one to one with pages of 4 KiB. */
  MEMORY_BYTES: 0x20_0000,
  /** The page tables of address space A, top level first. */
  PML4: 0x1000,
  PDPT: 0x2000,
  PD: 0x3000,
  PT: 0x4000,
  /** The page directory of the fourth GiB, where devices are; both address spaces share it. */
  PD_DEVICES: 0x5000,
  GDT: 0x7000,
  TSS: 0x7100,
  IDT: 0x8000,
  /** Address space B: the same memory, but `PROCESS` is another page. */
  PML4_B: 0x9000,
  PDPT_B: 0xa000,
  PD_B: 0xb000,
  PT_B: 0xc000,
  /** Top of the stack that CPL 3 enters the kernel with (RSP0 of the TSS). */
  ENTRY_STACK: 0xf000,
  /** Top of the stack that the program starts with. */
  STACK: 0x1_0000,
  CODE: 0x1_0000,
  DATA: 0x2_0000,
  BUFFER: 0x3_0000,
  /** Code and stack that CPL 3 may use: 0x40000 to 0x5ffff. */
  USER_CODE: 0x4_0000,
  USER_STACK: 0x6_0000,
  /** A page of user data: physical page 0x60000 in address space A, 0x61000 in B. */
  PROCESS: 0x6_0000,
  PROCESS_B: 0x6_1000,
  /** A linear page that nothing is mapped to. */
  UNMAPPED: 0x1f_f000,
  /** Registers of the local APIC. */
  APIC: 0xfee0_0000,
  /** Memory-mapped registers of the network card, where the program has one. */
  NIC: 0xfea0_0000,
  /** The network card's I/O ports. */
  NIC_PORT: 0xc000,
} as const;

/** Selectors of the loader's GDT, in the order that SYSCALL and SYSRET need. */
export const SELECTOR = {
  KERNEL_CS: 0x08,
  KERNEL_SS: 0x10,
  USER_SS: 0x1b,
  USER_CS: 0x23,
  TASK_SELECTOR: 0x28,
} as const;
