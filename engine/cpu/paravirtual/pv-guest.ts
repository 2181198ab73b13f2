import type { Image } from "../assembler/image.ts";
import type { GuestMachine } from "../guest/machine.ts";
import { exceptionStep, interruptStep, symbolsOf } from "../guest-step.ts";
import type { CpuStep } from "../mode.ts";
import { CpuException, pageFault, PAGE_FAULT, VECTOR } from "../x86/exception.ts";
import { formatInstruction } from "../x86/format.ts";
import type { Decision } from "../x86/hooks.ts";
import { type Instruction, nextAddress } from "../x86/instruction.ts";
import { type Access, translate } from "../x86/paging.ts";
import { asException, Processor } from "../x86/processor.ts";
import type { Classification } from "../x86/sensitivity.ts";
import type { CpuState } from "../x86/state.ts";
import type { Patch } from "./patcher.ts";
import { TableTypes } from "./table-types.ts";
import { VirtualCpu } from "./virtual-cpu.ts";
import { XenCalls } from "./xen-calls.ts";
import { WindowedPlatform } from "./xen-window.ts";

/** Xen's prefix for an instruction to emulate, and CPUID: arch-x86/xen.h, XEN_EMULATE_PREFIX. */
const EMULATED_CPUID = [0x0f, 0x0b, 0x78, 0x65, 0x6e, 0x0f, 0xa2];

/** Instructions that a replacement has at most. */
const STUB_STEPS = 1000;

/** A store to a page that Xen knows as a page table: it traps, and Xen may do it (ptwr). */
class TableStore extends CpuException {
  readonly physical: number;

  constructor(linear: bigint, physical: number) {
    super(VECTOR.pageFault, PAGE_FAULT.P | PAGE_FAULT.WR | PAGE_FAULT.US, linear);
    this.physical = physical;
  }
}

/** A guest in a PV domain with one vCPU, and Xen around it. */
export class PvGuest {
  readonly steps: CpuStep[] = [];
  /** Sensitive instructions that nobody replaced and that did not trap. */
  readonly silentFailures: string[] = [];
  readonly #cpu: CpuState;
  readonly #window: WindowedPlatform;
  readonly #virtual: VirtualCpu;
  readonly #processor: Processor;
  readonly #tables: TableTypes;
  readonly #xen: XenCalls;
  readonly #image: Image;
  readonly #sites = new Map<bigint, Patch>();
  readonly #executions = new Map<Patch, number>();
  readonly #counts = { hypercalls: 0, traps: 0, tableWrites: 0, interrupts: 0, exceptions: 0 };
  /** The site whose replacement runs, and the registers with which it was reached. */
  #inside: Patch | undefined;
  readonly #entered: CpuState;
  /** Where the guest's own code is, when it is in the padding of a site that is behind us. */
  #inPadding: bigint | undefined;
  #emulatingStore = false;

  /** @param cpu The program's registers at its start, as the loader left them. */
  constructor(machine: GuestMachine, cpu: CpuState, image: Image, patches: readonly Patch[]) {
    const virtual = cpu.clone();
    this.#cpu = cpu;
    this.#image = image;
    this.#entered = cpu.clone();
    this.#window = new WindowedPlatform(machine, virtual);
    this.#virtual = new VirtualCpu(cpu, virtual, this.#window);
    this.#tables = new TableTypes(this.#window);
    this.#tables.addRoot(virtual.cr3);
    this.#xen = new XenCalls(this.#virtual, this.#window, this.#tables);
    for (const patch of patches) {
      this.#sites.set(BigInt(patch.site.address), patch);
      this.#window.loadCode(patch.stubAddress, patch.stub);
    }
    this.#processor = new Processor(cpu, this.#window, {
      sensitive: (instruction, is) => this.#sensitive(instruction, is),
      translate: (linear, access, system) => this.#translate(linear, access, system),
    });
  }

  /** The registers as the guest sees them, after {@link settle}. */
  get state(): CpuState {
    return this.#virtual.state;
  }

  executions(patch: Patch): number {
    return this.#executions.get(patch) ?? 0;
  }

  counts(): Record<string, number> {
    return { instructions: this.#cpu.retired, patchedSites: this.#sites.size, ...this.#counts };
  }

  /** One instruction or event. @returns Whether the guest sleeps for good. */
  step(): boolean {
    const { state } = this.#virtual;
    const wakes = this.#window.pendingVector(state) >= 0 && !this.#virtual.masked;
    if (state.halted) {
      if (!wakes) return !this.#window.sleep();
      state.halted = false;
    }
    const held = this.#inside !== undefined || state.interruptShadow;
    if (wakes && !held) this.#upcall();
    else this.#execute();
    return false;
  }

  /** Ends the replacement that the guest sleeps in: nothing of it remains in the registers. */
  settle(): void {
    const { halted } = this.#virtual.state;
    for (let i = 0; halted && this.#inside !== undefined && i < STUB_STEPS; i++) this.#execute();
    this.#virtual.take(this.#guestRip);
    this.#virtual.state.halted = halted;
  }

  /** An event: Xen enters the callback, which finds the handler as the processor would. */
  #upcall(): void {
    const at = this.#guestRip;
    this.#virtual.take(at);
    const vector = this.#virtual.processor.takeInterrupt();
    this.#give();
    this.#counts.interrupts++;
    this.steps.push({
      ...interruptStep(at, vector),
      detail: "Xen enters the event callback, which calls the handler of the port",
    });
  }

  #execute(): void {
    const site = this.#sites.get(this.#cpu.rip);
    if (site !== undefined && this.#inside === undefined) {
      this.#inside = site;
      this.#entered.copyFrom(this.#cpu);
      this.#executions.set(site, this.executions(site) + 1);
    }
    this.#inPadding = undefined;
    const { state } = this.#virtual;
    const shadow = state.interruptShadow;
    const { instruction, exception } = this.#processor.attempt();
    if (exception !== undefined) this.#fault(instruction, exception);
    if (shadow) state.interruptShadow = false;
    this.#leave();
  }

  /** The replacement is over when the guest is behind its site, or Xen took it elsewhere. */
  #leave(): void {
    const { rip } = this.#cpu;
    if (this.#inside === undefined || WindowedPlatform.holds(rip)) return;
    const { site } = this.#inside;
    const end = BigInt(site.address + site.byteCount);
    if (rip >= BigInt(site.address) && rip < end) return;
    // STI lets nothing in before the padding is over.
    const { mnemonic, length } = this.#inside.original;
    const isSti = mnemonic === "sti" && length === site.instructionBytes;
    if (rip === end && !isSti) this.#inPadding = BigInt(site.address + site.instructionBytes);
    this.#inside = undefined;
  }

  /** Where the guest's own code is: right behind a replaced instruction, before its padding. */
  get #guestRip(): bigint {
    return this.#inPadding ?? this.#cpu.rip;
  }

  /** The guest goes on where its own view says; inside a site that is replaced, behind it. */
  #give(): void {
    this.#virtual.give();
    this.#inside = undefined;
    this.#inPadding = undefined;
    const { rip } = this.#cpu;
    for (const { site } of this.#sites.values()) {
      const start = BigInt(site.address);
      const end = start + BigInt(site.byteCount);
      if (rip <= start || rip >= end) continue;
      this.#cpu.rip = end;
      this.#inPadding = rip;
    }
  }

  #sensitive(instruction: Instruction, is: Classification): Decision {
    if (is.kind === "systemCall" && instruction.mnemonic === "syscall") {
      if (this.#inside !== undefined && this.#virtual.inKernel) this.#hypercall(instruction);
      else this.#emulate(instruction, "system call", "Xen bounces it to the kernel's entry");
      return "handled";
    }
    // INT's gates are Xen's: it looks up what set_trap_table said. IRET outside a site is one too.
    if (is.kind === "softwareInterrupt" || is.kind === "interruptReturn") {
      this.#emulate(instruction, "gate", "Xen finds the handler that set_trap_table named");
      return "handled";
    }
    // A selector is the guest's own: its descriptors stand in the table that Xen loaded for it.
    if (is.kind === "segment" && instruction.operands[0]?.kind === "segment") {
      this.#onGuestRegisters(instruction);
      return "handled";
    }
    // In the kernel's own place it sees Xen's state instead of the guest's, and nobody notices.
    const unseen = is.sensitivity === "sensitive" && is.kind !== "timestamp";
    if (unseen && this.#virtual.inKernel && this.#inside === undefined)
      this.#noticeSilent(instruction);
    return "native";
  }

  #noticeSilent(instruction: Instruction): void {
    const where = `0x${instruction.address.toString(16)}`;
    this.silentFailures.push(
      `${this.#text(instruction)} at ${where} was not replaced and does not trap`,
    );
  }

  /** SYSCALL of the kernel: Xen does what RAX asks for. */
  #hypercall(instruction: Instruction): void {
    const patch = this.#inside as Patch;
    this.#counts.hypercalls++;
    this.#cpu.rip = nextAddress(instruction);
    const result = this.#xen.call(this.#cpu, patch.original, this.#entered);
    this.steps.push({
      kind: "hypercall",
      address: BigInt(patch.site.address),
      instruction: this.#text(patch.original),
      reason: result.name,
      handledBy: "hypervisor",
      detail: result.detail,
    });
    if (result.moved) this.#give();
  }

  #fault(instruction: Instruction | undefined, exception: CpuException): void {
    try {
      if (exception instanceof TableStore) this.#tableStore(instruction, exception);
      else if (this.#isEmulatedCpuid(exception)) this.#emulateCpuid();
      else if (isEmulated(instruction, exception)) {
        this.#emulate(instruction as Instruction, exception.message, "Xen emulates it");
      } else this.#inject(instruction, exception);
    } catch (error) {
      this.#inject(instruction, asException(error));
    }
  }

  /** Does an instruction on the guest's own registers, by the rules of the processor at its CPL. */
  #emulate(instruction: Instruction, reason: string, detail: string): void {
    this.#onGuestRegisters(instruction);
    this.#counts.traps++;
    this.steps.push({
      kind: "trap",
      address: instruction.address,
      instruction: this.#text(instruction),
      reason,
      handledBy: "hypervisor",
      detail,
    });
  }

  #onGuestRegisters(instruction: Instruction): void {
    const inside = this.#inside;
    this.#virtual.take();
    this.#virtual.processor.execute(instruction);
    this.#give();
    if (WindowedPlatform.holds(this.#cpu.rip)) this.#inside = inside;
  }

  #isEmulatedCpuid(exception: CpuException): boolean {
    if (exception.vector !== VECTOR.invalidOpcode || this.#inside === undefined) return false;
    const { after } = this.#inside;
    return EMULATED_CPUID.every((byte, at) => after[at] === byte);
  }

  #emulateCpuid(): void {
    const { site, original } = this.#inside as Patch;
    this.#emulate(original, "#UD", "Xen finds its prefix and emulates CPUID");
    this.#cpu.rip = BigInt(site.address + site.byteCount);
  }

  /** ptwr: Xen checks the entry that the store makes, and does the store itself if it may. */
  #tableStore(instruction: Instruction | undefined, fault: TableStore): void {
    if (instruction === undefined) throw fault;
    const at = fault.physical - (fault.physical % 8);
    const before = this.#window.read(at, 8);
    this.#emulatingStore = true;
    try {
      this.#processor.execute(instruction);
    } finally {
      this.#emulatingStore = false;
    }
    const level = this.#tables.levelAt(at);
    const refusal = this.#tables.refusal(this.#window.read(at, 8), level);
    this.#counts.tableWrites++;
    this.steps.push({
      kind: "trap",
      address: instruction.address,
      instruction: this.#text(instruction),
      reason: "page-table write",
      handledBy: "hypervisor",
      detail:
        refusal === ""
          ? `Xen checks the level-${level} entry at 0x${at.toString(16)} and writes it`
          : `Xen refuses ${refusal}, and the kernel gets the fault`,
    });
    if (refusal !== "") {
      this.#window.write(at, 8, before);
      throw pageFault(fault.faultAddress, fault.errorCode ?? 0);
    }
    if (level > 1) this.#tables.refresh();
  }

  /** A fault that is the guest's own; in a replacement it is the replaced instruction's. */
  #inject(instruction: Instruction | undefined, exception: CpuException): void {
    const patch = this.#inside;
    if (patch !== undefined) this.#cpu.copyFrom(this.#entered);
    this.#virtual.take();
    const shown = patch?.original ?? instruction;
    this.steps.push(exceptionStep(this.#virtual.state.rip, shown, exception, this.#image));
    this.#counts.exceptions++;
    this.#virtual.processor.raise(this.#atGuestPrivilege(exception));
    this.#give();
  }

  /** The error code as the guest's kernel expects it: its own accesses are not a user's. */
  #atGuestPrivilege(exception: CpuException): CpuException {
    const { vector, errorCode, faultAddress } = exception;
    if (vector !== VECTOR.pageFault || errorCode === undefined) return exception;
    const user = this.#virtual.inKernel ? 0 : PAGE_FAULT.US;
    return pageFault(faultAddress, (errorCode & ~PAGE_FAULT.US) | user);
  }

  #translate(linear: bigint, access: Access, system: boolean): number {
    if (WindowedPlatform.holds(linear) && this.#inside !== undefined) return Number(linear);
    const { state } = this.#virtual;
    const user = !system && state.cpl === 3;
    const physical = translate(this.#window, state, linear, access, user);
    if (access !== "write" || this.#emulatingStore) return physical;
    if (this.#tables.levelAt(physical) > 0) throw new TableStore(linear, physical);
    return physical;
  }

  #text(instruction: Instruction): string {
    return formatInstruction(instruction, symbolsOf(this.#image));
  }
}

/** What Xen emulates: an instruction that faulted because it has no privilege, no hypercall. */
function isEmulated(instruction: Instruction | undefined, { vector }: CpuException): boolean {
  if (instruction === undefined || instruction.mnemonic === "syscall") return false;
  return vector === VECTOR.generalProtection;
}
