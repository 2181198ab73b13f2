import { type CpuException, pageFault } from "../x86/exception.ts";
import { decode } from "../x86/decode.ts";
import { type Instruction, nextAddress } from "../x86/instruction.ts";
import { linearAddress } from "../x86/operand-access.ts";
import { type Access, errorCode, translate } from "../x86/paging.ts";
import type { Platform } from "../x86/platform.ts";
import { asException, Processor, type StepResult } from "../x86/processor.ts";
import type { CpuState } from "../x86/state.ts";
import { AdaptedSites } from "./adapted-site.ts";
import { translateBlock } from "./block-translator.ts";
import type { Fragment } from "./fragment.ts";
import { HostPlatform, TracedPlatform } from "./host-platform.ts";
import { type FaultKind, ShadowFaults } from "./shadow-fault.ts";
import { ShadowPageTable } from "./shadow-page-table.ts";
import { endsBlock } from "./translate-instruction.ts";
import { TranslationCache } from "./translation-cache.ts";
import { VirtualCpu } from "./virtual-cpu.ts";
import { type HiddenFault, noVmmCounts, type VmmListener } from "./vmm-event.ts";
import { VmmMemory, VMM_PHYSICAL } from "./vmm-memory.ts";
import type { VmmOptions } from "./vmm-options.ts";
import { CACHE_BASE, VCPU, VCPU_PAGE, VMM_BASE, VMM_ENTRY } from "./vmm-region.ts";

/** Whose code the real processor executes: the VMM's own, translated kernel code, user code. */
type Running = "vmm" | "translated" | "direct";

/** User code met an instruction that the VMM has to see. */
class HandOver extends Error {
  override readonly name = "HandOver";
}

/**
 * A virtual machine monitor that needs no help from the CPU: kernel code is translated and runs in
 * ring 1, user code runs as it is, memory is seen through shadow page tables. The guest sees ring 0
 * and its own tables. `step` goes on by one real instruction or one act of the VMM.
 */
export class VirtualMachineMonitor {
  readonly cache: TranslationCache;
  readonly shadow: ShadowPageTable;
  readonly adapted: AdaptedSites;
  readonly vcpu: VirtualCpu;
  readonly counts = noVmmCounts();
  /** Hears of what happens. */
  listener: VmmListener = {};
  /** The guest's machine with traces on its memory. */
  readonly #platform: Platform;
  readonly #faults: ShadowFaults;
  /** Executes single instructions as the guest believes to be: emulation. */
  readonly #emulator: Processor;
  /** Executes translated and user code for real. */
  readonly #processor: Processor;
  readonly #chaining: boolean;
  #running: Running = "vmm";
  /** The fragment that runs, or ran last. */
  #current: Fragment | undefined;
  #justEntered = false;
  /** Where the instruction lies that the real processor executes. */
  #executing = 0n;

  /** @param guest The virtual CPU's state as the guest sees it. */
  constructor(guest: CpuState, platform: Platform, options: VmmOptions = {}) {
    const cacheBytes = options.cacheBytes ?? 256 << 10;
    const memory = new VmmMemory(4096 + cacheBytes + (options.tableBytes ?? 1 << 20));
    const page = memory.allocatePages(1);
    const cachePages = cacheBytes / 4096;
    const cachePhysical = memory.allocatePages(cachePages);
    const cacheAt = cachePhysical - VMM_PHYSICAL;
    this.cache = new TranslationCache(memory.bytes.subarray(cacheAt, cacheAt + cacheBytes));
    this.vcpu = new VirtualCpu(guest, memory, page);
    this.shadow = new ShadowPageTable(memory, (root, table) => {
      table.mapVmmPage(root, VCPU_PAGE, page);
      for (let n = 0; n < cachePages; n++) {
        table.mapVmmPage(root, CACHE_BASE + BigInt(4096 * n), cachePhysical + 4096 * n);
      }
    });
    this.#faults = new ShadowFaults(this.shadow, this.cache, guest, platform);
    this.adapted = new AdaptedSites(options.adaptive ?? true, options.faultsMax ?? 4);
    this.#chaining = options.chaining ?? true;
    this.#platform = new TracedPlatform(platform, (at, bytes) => this.#written(at, bytes));
    this.#emulator = new Processor(guest, this.#platform);
    const { real } = this.vcpu;
    const host = new HostPlatform(platform, memory);
    this.#processor = new Processor(real, host, {
      sensitive: (_instruction, is) => {
        if (this.#running === "direct" && is.sensitivity === "sensitive") throw new HandOver();
        return "native";
      },
      translate: (linear, access) => {
        if (linear >= VMM_BASE && access !== "fetch") this.#guardVmm(linear, access);
        return translate(host, real, linear, access, real.cpl === 3);
      },
    });
  }

  /** Whether the guest executed HLT and waits. */
  get halted(): boolean {
    return this.#running === "vmm" && this.vcpu.guest.halted;
  }

  /** The valid fragment of the block at a guest address, if there is one. */
  fragmentAt(guestAddress: bigint): Fragment | undefined {
    return this.cache.find(guestAddress, (linear) => this.#codePage(linear));
  }

  /** Goes on by one real instruction, or by one act of the VMM. */
  step(): StepResult {
    if (this.#running === "translated") return this.#stepTranslated();
    if (this.#running === "direct") return this.#stepDirect();
    if (this.#interruptPending()) return this.#takeInterrupt();
    const { guest } = this.vcpu;
    if (guest.halted) return "halted";
    if (guest.cpl === 3) {
      this.#enter("direct", guest.rip);
      return "executed";
    }
    try {
      this.#runFragment(this.#findOrTranslate(guest.rip));
      return "executed";
    } catch (error) {
      return this.#reflect(error);
    }
  }

  #interruptPending(): boolean {
    return this.#emulator.interruptible && this.#platform.pendingVector(this.vcpu.guest) >= 0;
  }

  #takeInterrupt(): StepResult {
    const at = this.vcpu.guest.rip;
    this.counts.interrupts++;
    const vector = this.#emulator.takeInterrupt();
    this.listener.interrupted?.(vector, at);
    return "interrupt";
  }

  /** Delivers the guest's own exception. */
  #reflect(error: unknown): StepResult {
    const exception = asException(error);
    this.counts.reflected++;
    this.listener.reflected?.(exception.vector, exception.errorCode, this.vcpu.guest.rip);
    this.#emulator.raise(exception);
    return "exception";
  }

  /** The translation of the block at a guest address; what fetching it raises is thrown. */
  #findOrTranslate(address: bigint): Fragment {
    const known = this.fragmentAt(address);
    if (known !== undefined) return known;
    const fragment = translateBlock(
      {
        fetch: (at) => this.#fetch(at),
        pageOf: (linear) => this.#codePage(linear),
        isAdapted: (at) => this.adapted.has(at),
      },
      this.cache,
      address,
    );
    for (const page of fragment.pages) this.shadow.protect(page);
    const again = fragment.instructions.some((it) => this.adapted.has(it.instruction.address));
    this.listener.translated?.(fragment, again ? "again, with a callout" : "first execution");
    return fragment;
  }

  #fetch(address: bigint): Instruction {
    return decode(this.#emulator.memory.code(address), address);
  }

  #codePage(linear: bigint): number {
    const { guest } = this.vcpu;
    const physical = translate(this.#platform, guest, linear, "fetch", false);
    return physical - (physical % 4096);
  }

  #runFragment(fragment: Fragment): void {
    this.#current = fragment;
    this.#enter("translated", fragment.cacheAddress);
    this.#justEntered = true;
  }

  #enter(running: Running, rip: bigint): void {
    if (!this.shadow.hasRoom) this.shadow.clear();
    this.shadow.load(this.vcpu.guest.cr3);
    this.vcpu.enter(rip, this.shadow.root);
    this.#running = running;
  }

  #leave(guestRip: bigint): void {
    this.vcpu.leave(guestRip);
    this.#running = "vmm";
  }

  #stepTranslated(): StepResult {
    const { real } = this.vcpu;
    if (real.rip < CACHE_BASE) return this.#enteredVmm(real.rip);
    const begun = this.cache.beginningAt(real.rip);
    if (begun !== undefined) {
      this.#current = begun;
      if (!this.#justEntered && this.#pendsAtBoundary()) {
        this.#leave(begun.guestAddress);
        return "executed";
      }
      this.#justEntered = false;
      begun.enteredCount++;
      this.counts.entered++;
    }
    this.#executing = real.rip;
    try {
      this.#processor.execute(this.#processor.fetch());
      return "executed";
    } catch (error) {
      return this.#faulted(asException(error));
    }
  }

  /** The segments of ring 1 and 3 end below the VMM: only what the translator made reaches it. */
  #guardVmm(linear: bigint, access: Access): void {
    const kind = this.#current?.at(this.#executing)?.kind;
    if (this.#running === "translated" && kind !== "identical" && kind !== "relocated") return;
    throw pageFault(linear, errorCode(false, access, this.vcpu.real.cpl === 3));
  }

  #pendsAtBoundary(): boolean {
    return this.vcpu.interruptsEnabled && this.#platform.pendingVector(this.vcpu.guest) >= 0;
  }

  /** Translated code jumped to an entry point of the VMM. */
  #enteredVmm(entry: bigint): StepResult {
    if (entry === VMM_ENTRY.callout) return this.#callout();
    if (entry === VMM_ENTRY.lookup) return this.#lookUp();
    this.counts.dispatched++;
    const { fragment, exit } = this.cache.exit(this.vcpu.field(VCPU.exit));
    this.#leave(exit.target);
    if (this.#interruptPending()) return this.#takeInterrupt();
    try {
      const to = this.#findOrTranslate(exit.target);
      if (this.#mayChain(fragment, exit.target)) {
        this.cache.chain(fragment, exit, to);
        this.listener.chained?.(fragment, exit, to);
      }
      this.#runFragment(to);
      return "executed";
    } catch (error) {
      return this.#reflect(error);
    }
  }

  /**
   * A chained jump is taken without asking, so it stays in the page it was made in: whatever maps
   * code elsewhere comes by the VMM.
   */
  #mayChain(from: Fragment, target: bigint): boolean {
    return this.#chaining && from.valid && from.guestAddress >> 12n === target >> 12n;
  }

  #lookUp(): StepResult {
    const { target } = this.vcpu;
    this.#leave(target);
    this.counts.lookups++;
    try {
      const hit = this.fragmentAt(target) !== undefined;
      if (hit) this.counts.lookupHits++;
      this.listener.lookedUp?.(target, hit);
      if (this.#interruptPending()) return this.#takeInterrupt();
      this.#runFragment(this.#findOrTranslate(target));
      return "executed";
    } catch (error) {
      return this.#reflect(error);
    }
  }

  #callout(): StepResult {
    const { fragment, instruction } = this.cache.callout(this.vcpu.field(VCPU.callout));
    this.counts.callouts++;
    this.#leave(instruction.address);
    this.listener.calledOut?.(instruction);
    return this.#emulate(instruction, fragment);
  }

  /**
   * Executes one guest instruction as the guest believes to be, and goes on behind it: in the same
   * fragment if that is still right, or through the VMM.
   */
  #emulate(instruction: Instruction, fragment: Fragment | undefined): StepResult {
    const { guest } = this.vcpu;
    const { cr0, cr3, cr4, efer } = guest;
    try {
      this.#emulator.execute(instruction);
    } catch (error) {
      return this.#reflect(error);
    }
    if (guest.cr0 !== cr0 || guest.cr4 !== cr4 || guest.efer !== efer) this.shadow.clear();
    if (instruction.mnemonic === "invlpg") this.#invalidatePage(instruction);
    const resume =
      fragment?.valid === true ? this.#resumeAddress(instruction, fragment) : undefined;
    if (resume === undefined || guest.cr3 !== cr3) return "executed";
    this.#current = fragment;
    this.#enter("translated", resume);
    this.#justEntered = true;
    return "executed";
  }

  #resumeAddress(instruction: Instruction, fragment: Fragment): bigint | undefined {
    const { guest } = this.vcpu;
    // An interrupt that the instruction itself caused comes right behind it: the state is complete.
    if (this.#interruptPending()) return undefined;
    if (guest.halted || guest.cpl !== 0 || guest.interruptShadow) return undefined;
    const repeats = guest.rip === instruction.address;
    if (!repeats && (guest.rip !== nextAddress(instruction) || endsBlock(instruction))) {
      return undefined;
    }
    return fragment.translationOf(guest.rip);
  }

  #invalidatePage(instruction: Instruction): void {
    const [operand] = instruction.operands;
    if (operand?.kind !== "memory") return;
    this.shadow.invalidate(linearAddress(this.vcpu.guest, instruction, operand));
  }

  /** The real processor faulted in translated code. */
  #faulted(exception: CpuException): StepResult {
    const { rip } = this.vcpu.real;
    const current = this.#current;
    const fragment = current?.at(rip) === undefined ? this.cache.holding(rip) : current;
    const translated = fragment?.at(rip);
    if (fragment === undefined || translated === undefined) throw exception;
    const { instruction } = translated;
    const kind = this.#faults.classify(exception, false);
    if (kind === "fill") return this.#fill(exception, false, instruction.address);
    this.#leave(instruction.address);
    if (kind !== "guest") this.#countHidden(kind, exception, instruction, fragment);
    return this.#emulate(instruction, fragment);
  }

  #stepDirect(): StepResult {
    const { real, guest } = this.vcpu;
    if (this.vcpu.interruptsEnabled && this.#platform.pendingVector(guest) >= 0) {
      this.#leave(real.rip);
      return this.#takeInterrupt();
    }
    try {
      this.#processor.execute(this.#processor.fetch());
      this.counts.direct++;
      return "executed";
    } catch (error) {
      if (error instanceof HandOver) return this.#handOver();
      const exception = asException(error);
      const kind = this.#faults.classify(exception, true);
      if (kind === "fill") return this.#fill(exception, true, real.rip);
      return this.#handOver(exception, kind);
    }
  }

  /** User code needs the VMM: for what enters the kernel, faults, or is hidden from it. */
  #handOver(exception?: CpuException, kind: FaultKind = "guest"): StepResult {
    this.#leave(this.vcpu.real.rip);
    try {
      const instruction = this.#emulator.fetch();
      if (exception === undefined) this.listener.handedOver?.(instruction);
      else if (kind !== "guest" && kind !== "fill") {
        this.#countHidden(kind, exception, instruction, undefined);
      }
      return this.#emulate(instruction, undefined);
    } catch (error) {
      return this.#reflect(error);
    }
  }

  #fill(exception: CpuException, user: boolean, at: bigint): StepResult {
    const linear = this.#faults.fill(exception, user);
    this.vcpu.real.cr3 = this.shadow.root;
    this.counts.filledFaults++;
    this.listener.shadowFilled?.(linear, at);
    return "executed";
  }

  #countHidden(
    kind: HiddenFault,
    exception: CpuException,
    instruction: Instruction,
    fragment: Fragment | undefined,
  ): void {
    this.counts.emulatedFaults++;
    this.listener.hiddenFault?.(kind, exception.faultAddress, instruction);
    if (fragment === undefined || !this.adapted.faulted(instruction.address)) return;
    this.counts.adapted++;
    this.cache.invalidate(fragment);
    this.listener.invalidated?.([fragment]);
  }

  /** The guest's memory was written by emulation: whatever was made from it goes. */
  #written(physical: number, byteCount: number): void {
    this.shadow.written(physical, byteCount);
    const dropped = this.cache.written(physical, byteCount);
    if (dropped.length > 0) this.listener.invalidated?.(dropped);
  }
}
