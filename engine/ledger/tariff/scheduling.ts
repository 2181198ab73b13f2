import { EXITING_MODES } from "./kvm-modes.ts";
import type { TariffRule } from "./rule.ts";

/** Threads of the host around KVM. */
const THREADS = /^(vCPU|QEMU main loop|vhost worker)$/;

/** What the CPU does that a thread gets: out of its C-state, and the switch. */
export const SWITCH_IN = ["idleExitLatency", "schedulerSwitchIn"] as const;

/**
 * Threads of the host. Who wakes pays for the wake-up; the CPU that a thread gets was idle before,
 * unless the host has one CPU only, and first leaves its C-state.
 */
export const SCHEDULING_RULES: readonly TariffRule[] = [
  { kind: "wakeUp", where: THREADS, mode: EXITING_MODES, parts: ["schedulerWakeUp"] },
  {
    kind: "contextSwitch",
    where: THREADS,
    mode: EXITING_MODES,
    parts: SWITCH_IN,
  },
  { kind: "contextSwitch", where: "idle", mode: EXITING_MODES, parts: ["schedulerSwitchOut"] },
];
