import { ExtendedPageTables, type TableMemory } from "../../memory/ept.ts";
import { LAYOUT } from "../guest/layout.ts";
import { MSR } from "../x86/msr.ts";
import { ENTRY, EXIT, PIN_BASED, PRIMARY, SECONDARY } from "./controls.ts";
import { APIC_ACCESS_HPA, GUEST_BASE_HPA } from "./ept-platform.ts";
import type { VtxSettings } from "./settings.ts";
import { Vmcs } from "./vmcs.ts";

const PAGE_BYTES = 4096;
const TABLE_BYTES = 64 * PAGE_BYTES;
const ALL = { read: true, write: true, execute: true };

/** CR0.NE must be 1 in VMX operation (SDM vol. 3D, A.7 "VMX-Fixed Bits in CR0"). */
export const CR0_REQUIRED = 1n << 5n;
/** CR4.VMXE must be 1 in VMX operation (SDM vol. 3D, A.8 "VMX-Fixed Bits in CR4"). */
export const CR4_REQUIRED = 1n << 13n;
/** The bits of CR0 and CR4 that KVM leaves to the guest under EPT (KVM_POSSIBLE_CR0_GUEST_BITS, …). */
const CR0_GUEST_OWNED = (1n << 3n) | (1n << 16n);
const CR4_GUEST_OWNED = 0x1_078en;

/** MSRs that KVM lets the guest reach (arch/x86/kvm/vmx/vmx.c, vmx_possible_passthrough_msrs). */
export const PASSED_MSRS: ReadonlySet<number> = new Set([
  MSR.TSC,
  MSR.STAR,
  MSR.LSTAR,
  MSR.FMASK,
  MSR.FS_BASE,
  MSR.GS_BASE,
  MSR.KERNEL_GS_BASE,
]);

/** Host memory that holds the extended page tables. */
class EptMemory implements TableMemory {
  readonly #view = new DataView(new ArrayBuffer(TABLE_BYTES));
  #next = PAGE_BYTES;

  read64(address: number): bigint {
    return this.#view.getBigUint64(address, true);
  }

  write64(address: number, value: bigint): void {
    this.#view.setBigUint64(address, value, true);
  }

  allocatePage(): number {
    const at = this.#next;
    this.#next += PAGE_BYTES;
    return at;
  }
}

/**
 * Extended page tables for the guest's 2 MiB, its APIC and its network card. With `lazyEpt` nothing is mapped: each page is, at its
 * first EPT violation, as on a hypervisor that has just started the guest.
 */
export function buildEpt(settings: VtxSettings): ExtendedPageTables {
  const ept = new ExtendedPageTables(new EptMemory());
  if (settings.lazyEpt) return ept;
  for (let gpa = 0; gpa < LAYOUT.MEMORY_BYTES; gpa += PAGE_BYTES) {
    ept.map(gpa, GUEST_BASE_HPA + gpa, ALL);
  }
  ept.map(LAYOUT.APIC, APIC_ACCESS_HPA, ALL);
  ept.markMmio(LAYOUT.NIC);
  return ept;
}

/** A VMCS with the controls that KVM sets for a guest with EPT (arch/x86/kvm/vmx/vmx.c, init_vmcs). */
export function buildVmcs(settings: VtxSettings, ept: ExtendedPageTables): Vmcs {
  const vmcs = new Vmcs();
  const set = (field: Parameters<Vmcs["setBit"]>[0], bits: readonly (number | false)[]): void => {
    for (const bit of bits) if (bit !== false) vmcs.setBit(field, bit, true);
  };
  const { apicv } = settings;
  const { externalInterruptExiting, nmiExiting, virtualNmis } = PIN_BASED;
  set("pinBasedControls", [externalInterruptExiting, nmiExiting, virtualNmis]);
  set("pinBasedControls", [
    apicv && PIN_BASED.processPostedInterrupts,
    settings.preemptionTimer > 0 && PIN_BASED.activatePreemptionTimer,
  ]);
  set("primaryControls", [
    PRIMARY.useTscOffsetting,
    PRIMARY.hltExiting,
    settings.rdtscExiting && PRIMARY.rdtscExiting,
    PRIMARY.mwaitExiting,
    PRIMARY.monitorExiting,
    PRIMARY.movDrExiting,
    PRIMARY.unconditionalIoExiting,
    PRIMARY.useMsrBitmaps,
    PRIMARY.useTprShadow,
    PRIMARY.activateSecondaryControls,
  ]);
  set("secondaryControls", [
    SECONDARY.enableEpt,
    SECONDARY.enableVpid,
    SECONDARY.unrestrictedGuest,
    SECONDARY.wbinvdExiting,
    SECONDARY.virtualizeApicAccesses,
    settings.descriptorTableExiting && SECONDARY.descriptorTableExiting,
    apicv && SECONDARY.apicRegisterVirtualization,
    apicv && SECONDARY.virtualInterruptDelivery,
  ]);
  set("exitControls", [EXIT.hostAddressSpaceSize, apicv && EXIT.acknowledgeInterruptOnExit]);
  set("entryControls", [ENTRY.ia32eModeGuest, ENTRY.loadIa32Efer]);
  vmcs.write("eptPointer", ept.pointer);
  vmcs.write("virtualProcessorIdentifier", 1);
  vmcs.write("preemptionTimerValue", settings.preemptionTimer);
  vmcs.write("cr0GuestHostMask", BigInt.asUintN(32, ~CR0_GUEST_OWNED));
  vmcs.write("cr4GuestHostMask", BigInt.asUintN(32, ~CR4_GUEST_OWNED));
  vmcs.write("postedInterruptNotificationVector", NOTIFICATION_VECTOR);
  return vmcs;
}

/** Linux's POSTED_INTR_VECTOR (arch/x86/include/asm/irq_vectors.h). */
export const NOTIFICATION_VECTOR = 0xf2;
