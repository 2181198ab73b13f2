import { COPY_RULES } from "./copy.ts";
import { forwardRules } from "./forward.ts";
import { GUEST_RULES } from "./guest.ts";
import { HARDWARE_RULES } from "./hardware.ts";
import { HOST_STACK_RULES } from "./host-stack.ts";
import { IGB_RULES } from "./igb.ts";
import { KVM_RULES } from "./kvm.ts";
import { KVM_INTERRUPT_RULES } from "./kvm-interrupt.ts";
import { POLLING_RULES } from "./polling.ts";
import { QEMU_RULES } from "./qemu.ts";
import type { TariffRule } from "./rule.ts";
import { SCHEDULING_RULES } from "./scheduling.ts";
import { TRANSITION_RULES } from "./transition.ts";
import { TRANSLATION_RULES } from "./translation.ts";
import { VHOST_RULES } from "./vhost.ts";
import { VMXNET3_RULES } from "./vmxnet3.ts";
import { XEN_RULES } from "./xen.ts";

const RULES: readonly TariffRule[] = [
  ...TRANSLATION_RULES,
  ...POLLING_RULES,
  ...XEN_RULES,
  ...VMXNET3_RULES,
  ...IGB_RULES,
  ...GUEST_RULES,
  ...QEMU_RULES,
  ...VHOST_RULES,
  ...HOST_STACK_RULES,
  ...TRANSITION_RULES,
  ...HARDWARE_RULES,
  ...COPY_RULES,
  ...KVM_RULES,
  ...KVM_INTERRUPT_RULES,
  ...SCHEDULING_RULES,
];

/** What every kind of row costs; the first rule that fits decides. */
export const TARIFF: readonly TariffRule[] = [...RULES, ...forwardRules(RULES)];
