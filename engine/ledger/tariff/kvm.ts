import type { CostName } from "../costs/index.ts";
import type { TariffRule } from "./rule.ts";

/** What every system call costs besides its work: the switch of mode and its mitigations. */
export const EVERY_SYSTEM_CALL: readonly CostName[] = [
  "userKernelSwitch",
  "mitigationPtiPerSystemCall",
  "mitigationBranchPerSystemCall",
  "mitigationBufferClearPerUserReturn",
];

function ioctl(name: string, ...parts: readonly CostName[]): TariffRule {
  return { kind: "systemCall", where: `ioctl ${name}`, parts: [...EVERY_SYSTEM_CALL, ...parts] };
}

/**
 * An exit that goes on to user space, and the calls of QEMU's that end in KVM. The return to user
 * space and the next KVM_RUN are one system call: its switch of mode is on the KVM_RUN row, and with
 * it QEMU's dispatch of the access. What the device behind it does is on rows of its own.
 */
export const KVM_RULES: readonly TariffRule[] = [
  {
    kind: "userExit",
    where: "KVM_EXIT_MMIO",
    parts: ["kvmMmioEmulation", "kvmUserExit", "mitigationRetpolinePerUserExit"],
  },
  {
    kind: "userExit",
    where: "KVM_EXIT_IO",
    parts: ["kvmUserExit", "mitigationRetpolinePerUserExit"],
  },
  ioctl("KVM_RUN", "kvmRun", "mitigationL1dFlushPerEntry", "qemuMmioDispatch"),
  ioctl("KVM_IRQ_LINE", "kvmIrqLine"),
  ioctl("KVM_SIGNAL_MSI", "kvmSignalMsi"),
  { kind: "signal", where: "ioeventfd", parts: ["kvmIoeventfd"] },
  { kind: "signal", where: "irqfd", parts: ["kvmIrqfd"] },
];
