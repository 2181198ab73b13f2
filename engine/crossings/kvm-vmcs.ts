import { EXIT_REASON, type ExitReason } from "../cpu/exit-reason.ts";
import { EXIT, ENTRY, PIN_BASED, PRIMARY, SECONDARY } from "../cpu/vtx/controls.ts";
import { EVENT_TYPE, interruptionInformation } from "../cpu/vtx/exit-qualification.ts";
import type { PostedInterruptDescriptor } from "../cpu/vtx/posted-interrupt.ts";
import { NOTIFICATION_VECTOR } from "../cpu/vtx/setup.ts";
import { VirtualApic } from "../cpu/vtx/virtual-apic.ts";
import { type ControlField, Vmcs } from "../cpu/vtx/vmcs.ts";
import type { VmcsFieldName } from "../cpu/vtx/vmcs-field.ts";
import type { Machine } from "../machine.ts";
import { PAGE_BYTES } from "../memory/host-page.ts";
import { hostPhysical } from "../memory/host-physical.ts";
import type { Kvm } from "./kvm.ts";
import type { KvmObserver } from "./kvm-observer.ts";

/** Bytes of the instructions that exit and have one encoding only: HLT, RDMSR, WRMSR. */
const LENGTHS: Partial<Record<ExitReason, number>> = {
  [EXIT_REASON.hlt]: 1,
  [EXIT_REASON.rdmsr]: 2,
  [EXIT_REASON.wrmsr]: 2,
};
const VALID = 0x8000_0000n;

/**
 * The VMCS of a guest's vCPU under KVM, and its virtual-APIC page with APICv, as exits, entries and
 * interrupts leave them. Controls are those that KVM sets for this processor and these knobs (Linux
 * 6.12, arch/x86/kvm/vmx/vmx.c, vmx_exec_control, vmx_secondary_exec_control). Guest and host state
 * are not kept, as the guest's code is none: no RIP, no registers. What an exit leaves undefined is
 * not there until an exit defines it again.
 */
export class KvmVmcs implements KvmObserver {
  readonly vmcs = new Vmcs();
  /** Machine address of the virtual-APIC page. */
  readonly apicPage: number;
  readonly apic: VirtualApic;
  /** Hear of changes. */
  onChange: (() => void) | undefined;
  onApicChange: (() => void) | undefined;
  readonly #machine: Machine;
  readonly #kvm: Kvm;
  readonly #virtualized: boolean;
  /** The pins' vectors that the EOI-exit bitmaps were made of: they are the same at most entries. */
  readonly #eoiVectors: number[] = [];

  constructor(machine: Machine, kvm: Kvm) {
    this.#machine = machine;
    this.#kvm = kvm;
    this.#virtualized = kvm.postedDescriptor !== undefined;
    const { memory } = machine;
    this.apicPage = memory.takeLastPage("virtual-APIC page");
    memory.bytes.fill(0, this.apicPage, this.apicPage + PAGE_BYTES);
    this.apic = new VirtualApic(this.vmcs, memory.window(this.apicPage, PAGE_BYTES));
    this.#setControls();
    this.#setAddresses();
  }

  #setControls(): void {
    const { x2apic } = this.#kvm.options;
    const apicv = this.#virtualized;
    this.#set("pinBasedControls", [
      PIN_BASED.externalInterruptExiting,
      PIN_BASED.nmiExiting,
      PIN_BASED.virtualNmis,
      apicv && PIN_BASED.processPostedInterrupts,
    ]);
    this.#set("primaryControls", [
      PRIMARY.useTscOffsetting,
      PRIMARY.hltExiting,
      PRIMARY.mwaitExiting,
      PRIMARY.rdpmcExiting,
      PRIMARY.useTprShadow,
      PRIMARY.movDrExiting,
      PRIMARY.unconditionalIoExiting,
      PRIMARY.useMsrBitmaps,
      PRIMARY.monitorExiting,
      PRIMARY.activateSecondaryControls,
    ]);
    this.#set("secondaryControls", [
      !x2apic && SECONDARY.virtualizeApicAccesses,
      SECONDARY.enableEpt,
      x2apic && SECONDARY.virtualizeX2apicMode,
      SECONDARY.enableVpid,
      SECONDARY.unrestrictedGuest,
      apicv && SECONDARY.apicRegisterVirtualization,
      apicv && SECONDARY.virtualInterruptDelivery,
    ]);
    this.#set("exitControls", [EXIT.hostAddressSpaceSize, EXIT.acknowledgeInterruptOnExit]);
    this.#set("entryControls", [ENTRY.ia32eModeGuest]);
  }

  #setAddresses(): void {
    const { vmcs } = this;
    const { mapping, postedDescriptor } = this.#kvm;
    vmcs.write("virtualProcessorIdentifier", 1);
    vmcs.write("eptPointer", mapping.pointer);
    vmcs.write("virtualApicAddress", hostPhysical(this.apicPage));
    if (mapping.apicAccessAddress >= 0) {
      vmcs.write("apicAccessAddress", mapping.apicAccessAddress);
    }
    if (postedDescriptor === undefined) return;
    vmcs.write("postedInterruptNotificationVector", NOTIFICATION_VECTOR);
    vmcs.write("postedInterruptDescriptorAddress", hostPhysical(postedDescriptor.address));
    vmcs.write("guestInterruptStatus", 0);
    this.#setEoiBitmaps();
  }

  exited(reason: ExitReason, qualification: number, guestPhysical: number): void {
    const { vmcs } = this;
    this.#record("exitReason", reason);
    this.#record("exitQualification", qualification);
    this.#record("guestPhysicalAddress", guestPhysical >= 0 ? guestPhysical : undefined);
    this.#record(
      "exitInstructionLength",
      LENGTHS[reason] ?? this.#portLength(reason, qualification),
    );
    // Nothing was on its way into the guest: an injected interrupt is taken first.
    this.#record("idtVectoringInformation", 0);
    this.#record(
      "exitInterruptionInformation",
      reason === EXIT_REASON.externalInterrupt ? undefined : 0,
    );
    // 28.2.3: the valid bit of what was injected is cleared.
    if (vmcs.isKnown("entryInterruptionInformation")) {
      const injected = vmcs.read("entryInterruptionInformation");
      vmcs.record("entryInterruptionInformation", injected & ~VALID);
    }
    this.onChange?.();
  }

  injected(vector: number): void {
    const event = interruptionInformation(vector, EVENT_TYPE.externalInterrupt);
    this.vmcs.write("entryInterruptionInformation", event);
    this.onChange?.();
  }

  entered(): void {
    if (this.#virtualized) this.#setEoiBitmaps();
    else {
      const { apic } = this.#machine.vcpu;
      // kvm_check_and_inject_events: more waits than the entry can take (enable_irq_window).
      const waits = apic.deliverable && apic.highestRequested !== this.#kvm.injectedVector;
      this.vmcs.setBit("primaryControls", PRIMARY.interruptWindowExiting, waits);
    }
    this.vmcs.launched = true;
    this.onChange?.();
  }

  notificationChanged(): void {
    this.onApicChange?.();
  }

  synchronized(descriptor: PostedInterruptDescriptor): void {
    descriptor.process(this.apic);
    this.#apicChanged();
  }

  taken(): void {
    if (!this.#virtualized) return;
    this.apic.deliver();
    this.#apicChanged();
  }

  ended(): void {
    if (!this.#virtualized) return;
    this.apic.eoi();
    this.#apicChanged();
  }

  #apicChanged(): void {
    this.onApicChange?.();
    this.onChange?.();
  }

  /** `vcpu_load_eoi_exitmap`: the vectors of level-triggered pins exit. */
  #setEoiBitmaps(): void {
    const { pins } = this.#machine;
    if (!this.#pinsMoved(pins)) return;
    const words = [0n, 0n, 0n, 0n];
    for (const { vector } of pins.values()) {
      if (vector < 0) continue;
      words[vector >> 6] = (words[vector >> 6] as bigint) | (1n << BigInt(vector & 63));
    }
    words.forEach((bits, word) => {
      this.vmcs.write(`eoiExitBitmap${word}` as VmcsFieldName, bits);
    });
  }

  /** Whether a pin has another vector than when this was last asked, or is new. */
  #pinsMoved(pins: Machine["pins"]): boolean {
    const known = this.#eoiVectors;
    let moved = known.length === 0;
    let at = 0;
    for (const { vector } of pins.values()) {
      if (known[at] !== vector) moved = true;
      known[at++] = vector;
    }
    return moved;
  }

  /** IN and OUT through DX: one byte, and the prefix of 16 bits. */
  #portLength(reason: ExitReason, qualification: number): number | undefined {
    if (reason !== EXIT_REASON.ioInstruction) return undefined;
    return (qualification & 7) === 1 ? 2 : 1;
  }

  #record(field: VmcsFieldName, value: number | undefined): void {
    if (value === undefined) this.vmcs.forget(field);
    else this.vmcs.record(field, value);
  }

  #set(field: ControlField, bits: readonly (number | false)[]): void {
    for (const bit of bits) if (bit !== false) this.vmcs.setBit(field, bit, true);
  }
}
