import { FLAG, STATUS_FLAGS } from "../x86/flags.ts";
import { SEGMENT } from "../x86/instruction.ts";
import { CpuState } from "../x86/state.ts";

/** The flags that belong to whoever runs, whatever the ring. */
const USER_FLAGS = STATUS_FLAGS | FLAG.DF | FLAG.AC | FLAG.ID;

/** Linear addresses of the hypervisor's own tables: in the upper half, where no guest looks. */
const HYPERVISOR = {
  gdt: 0xffff_8280_0000_1000n,
  idt: 0xffff_8280_0000_2000n,
  tss: 0xffff_8280_0000_3000n,
  /** Selectors of ring 3 in its GDT; the guest's own selectors have no descriptor there. */
  codeSelector: 0xe033,
  dataSelector: 0xe02b,
  taskSelector: 0xe040,
  /** PE, MP, ET, NE, WP, AM, PG: a real operating system's CR0. */
  cr0: 0x8005_0033n,
} as const;

/**
 * A deprivileged guest has two states: the one it believes in, with its ring, tables and IF, and
 * the one in the processor, where it runs in ring 3 with interrupts on and the hypervisor's tables.
 */
export class TwoStates {
  /** What the guest's kernel should see. */
  readonly guest: CpuState;
  /** What the processor holds while the guest runs. */
  readonly real: CpuState;

  constructor(guest: CpuState) {
    this.guest = guest;
    this.real = guest.clone();
    const { real } = this;
    real.cpl = 3;
    real.rflags |= FLAG.IF;
    real.selectors.fill(HYPERVISOR.dataSelector);
    real.selectors[SEGMENT.cs] = HYPERVISOR.codeSelector;
    Object.assign(real.gdtr, { base: HYPERVISOR.gdt, limit: 0xffff });
    Object.assign(real.idtr, { base: HYPERVISOR.idt, limit: 0xfff });
    real.tr = HYPERVISOR.taskSelector;
    real.trBase = HYPERVISOR.tss;
    real.cr0 = HYPERVISOR.cr0;
  }

  /** The guest stops: what it computed becomes part of its own state. */
  enterHypervisor(): void {
    copyUserPart(this.real, this.guest);
  }

  /** The guest goes on in the processor. */
  enterGuest(): void {
    copyUserPart(this.guest, this.real);
  }
}

function copyUserPart(from: CpuState, to: CpuState): void {
  to.gpr.set(from.gpr);
  to.rip = from.rip;
  to.rflags = (to.rflags & ~USER_FLAGS) | (from.rflags & USER_FLAGS);
  to.fsBase = from.fsBase;
  to.gsBase = from.gsBase;
}
