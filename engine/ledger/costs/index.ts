import type { CostPrimitive } from "../cost.ts";
import { COPY } from "./copy.ts";
import { GUEST_DRIVER } from "./guest-driver.ts";
import { GUEST_STACK } from "./guest-stack.ts";
import { HOST_STACK } from "./host-stack.ts";
import { IGB } from "./igb.ts";
import { IGBVF } from "./igbvf.ts";
import { INTERVAL } from "./interval.ts";
import { KVM } from "./kvm.ts";
import { KVM_INTERRUPT } from "./kvm-interrupt.ts";
import { MITIGATION } from "./mitigation.ts";
import { NIC } from "./nic.ts";
import { PCIE } from "./pcie.ts";
import { POLLED_SWITCH } from "./polled-switch.ts";
import { POLLING } from "./polling.ts";
import { QEMU_COSTS } from "./qemu.ts";
import { SCHEDULING } from "./scheduling.ts";
import { TRANSITION } from "./transition.ts";
import { TRANSLATION } from "./translation.ts";
import { VHOST } from "./vhost.ts";
import { VMXNET3 } from "./vmxnet3.ts";
import { WIRE } from "./wire.ts";
import { XEN } from "./xen.ts";
import { XEN_DRIVER } from "./xen-driver.ts";

/** Every primitive by name. */
export const COSTS = {
  ...COPY,
  ...GUEST_DRIVER,
  ...GUEST_STACK,
  ...HOST_STACK,
  ...IGB,
  ...IGBVF,
  ...INTERVAL,
  ...KVM,
  ...KVM_INTERRUPT,
  ...MITIGATION,
  ...NIC,
  ...PCIE,
  ...POLLED_SWITCH,
  ...POLLING,
  ...QEMU_COSTS,
  ...SCHEDULING,
  ...TRANSITION,
  ...TRANSLATION,
  ...VHOST,
  ...VMXNET3,
  ...WIRE,
  ...XEN,
  ...XEN_DRIVER,
} as const;

/** The name of a primitive. */
export type CostName = keyof typeof COSTS;

/** The primitives as one type: what they have in common. */
export const COST_TABLE: Readonly<Record<CostName, CostPrimitive>> = COSTS;
/** The names of the primitives, in the order of their files. */
export const COST_NAMES = Object.keys(COSTS) as CostName[];
