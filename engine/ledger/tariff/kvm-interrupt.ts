import { EXITING_MODES } from "./kvm-modes.ts";
import type { TariffRule } from "./rule.ts";

/** Modes whose guest takes interrupts from a local APIC: exiting ones, and none at all. */
const APIC_MODES = /^(native$|vtx-|virtio-|vf-|vmxnet3$)/;

/**
 * Interrupts on their way into the guest. A line or message of the device model (intxAssert,
 * intxDeassert, msix) is free by itself: the ioctl, irqfd or posting that follows it is a row of
 * its own. Only VMware's backend has none. An IOAPIC's EOI is part of the exit that reports it.
 */
export const KVM_INTERRUPT_RULES: readonly TariffRule[] = [
  { kind: "msix", actor: "deviceModel", mode: "vmxnet3", parts: ["kvmIrqfd"] },
  {
    kind: "intxAssert",
    actor: "deviceModel",
    mode: "vmxnet3",
    parts: ["kvmIrqLine"],
  },
  {
    kind: "intxDeassert",
    actor: "deviceModel",
    mode: "vmxnet3",
    parts: ["kvmIrqLine"],
  },
  {
    kind: "interruptPosted",
    actor: "hypervisor",
    mode: EXITING_MODES,
    parts: ["kvmPostInterrupt", "kvmPostNotification"],
  },
  {
    kind: "interruptPosted",
    actor: "hardware",
    mode: EXITING_MODES,
    parts: ["postedByIommuLatency"],
  },
  {
    kind: "interruptInjected",
    actor: "hypervisor",
    mode: EXITING_MODES,
    parts: ["kvmInjectInterrupt"],
  },
  { kind: "signal", where: "kick (reschedule IPI)", parts: ["kvmKickIpi"] },
  { kind: "deviceStep", actor: "hypervisor", where: "PV EOI", parts: ["kvmPvEoi"] },
  {
    kind: "deviceStep",
    actor: "hypervisor",
    where: "vfio_msihandler",
    parts: ["interruptDelivery", "vfioMsiHandler"],
  },
  {
    kind: "deviceStep",
    actor: "hypervisor",
    where: "local APIC timer expires",
    parts: ["interruptDelivery", "kvmTimerExpiry"],
  },
  {
    kind: "interruptTaken",
    actor: "guestDriver",
    mode: APIC_MODES,
    parts: ["interruptDelivery", "interruptEntrySoftware"],
  },
  { kind: "lapicEoi", actor: "guestDriver", mode: APIC_MODES, parts: ["localApicEoi"] },
];
