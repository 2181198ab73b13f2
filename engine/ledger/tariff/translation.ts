import { WARM_COPY } from "./copy.ts";
import type { TariffRule } from "./rule.ts";

const MODE = "bt-rtl8139";

/**
 * Dynamic recompilation under a hosted VMM. What an access costs is on the row by which it reaches
 * the VMM (callout, hidden fault) or the VMApp (both world switches); the register access itself,
 * the model's accesses to descriptors and an EOI, which are inside of it, are free. System calls of
 * the VMApp are priced by the host's work that they stand for.
 */
export const TRANSLATION_RULES: readonly TariffRule[] = [
  {
    kind: "callout",
    mode: MODE,
    where: /^(load|store), VMM's device$/,
    parts: ["translatedDeviceCallout"],
  },
  { kind: "callout", mode: MODE, where: /APIC$/, parts: ["translatedApicCallout"] },
  { kind: "callout", mode: MODE, where: /^(HLT|IRET)$/, parts: ["translatedInstructionCallout"] },
  // Accesses that go on to the VMApp, configuration space, ports.
  { kind: "callout", mode: MODE, parts: ["translatedDeviceCallout"] },
  { kind: "exception", mode: MODE, where: /^#PF, hidden/, parts: ["translatedHiddenFault"] },
  { kind: "translation", mode: MODE, parts: ["translatedBlock"] },

  // The guest's kernel: what translated code pays more than code of the CPU's own.
  {
    kind: "copy",
    actor: "guestApplication",
    mode: MODE,
    where: "sendto: user to socket buffer",
    parts: ["guestSend", "guestSendReturn", "translatedPrivileged", ...WARM_COPY],
  },
  {
    kind: "deliver",
    mode: MODE,
    where: "socket",
    parts: ["rtl8139CpReceive", "guestReceive", "guestReceiveCall", "translatedPrivileged"],
  },
  {
    kind: "interruptTaken",
    actor: "guestDriver",
    mode: MODE,
    where: "timer",
    parts: ["guestTimerInterrupt", "guestSleeperWake", "translatedContextSwitch"],
  },

  { kind: "contextSwitch", mode: MODE, where: /^(VMM|host) world/, parts: ["worldSwitch"] },
  { kind: "userExit", mode: MODE, where: "VMApp", parts: ["hostedDispatch"] },
  // The VMDriver's own work is the world switch that follows.
  { kind: "systemCall", mode: MODE, where: /^ioctl\(VMDriver\)/, parts: [] },
  { kind: "systemCall", mode: MODE, where: /^select/, parts: ["hostedSelect"] },
  { kind: "systemCall", mode: MODE, where: /^write\(VMNet\)/, parts: ["vmnetSend"] },
  { kind: "systemCall", mode: MODE, where: /^read\(VMNet\)/, parts: ["vmnetReceive"] },
  // The host's scheduler is within the time of receiving through VMNet.
  { kind: "wakeUp", mode: MODE, where: "VMApp", parts: [] },
  // VMNet is a bridge of its own, within the measured time.
  { kind: "tableLookup", mode: MODE, where: /^bridge FDB/, parts: [] },
  {
    kind: "copy",
    mode: MODE,
    where: "transmit payload",
    parts: ["hostedTransmitEmulation", ...WARM_COPY],
  },
  {
    kind: "copy",
    mode: MODE,
    where: "receive payload",
    parts: ["hostedReceiveEmulation", ...WARM_COPY],
  },

  { kind: "signal", mode: MODE, where: "virtual IRQ", parts: ["virtualIrqRequest"] },
  { kind: "deviceStep", mode: MODE, where: /^the host's timer/, parts: ["hostedTimer"] },
  { kind: "interruptInjected", mode: MODE, parts: ["translatedInterrupt"] },

  { kind: "mmioRead", mode: MODE, parts: [] },
  { kind: "mmioWrite", mode: MODE, parts: [] },
  { kind: "pioRead", mode: MODE, parts: [] },
  { kind: "pioWrite", mode: MODE, parts: [] },
  { kind: "configRead", mode: MODE, parts: [] },
  { kind: "configWrite", mode: MODE, parts: [] },
  { kind: "dmaRead", actor: "deviceModel", mode: MODE, parts: [] },
  { kind: "dmaWrite", actor: "deviceModel", mode: MODE, parts: [] },
  { kind: "lapicEoi", mode: MODE, parts: [] },
  { kind: "ioapicEoi", mode: MODE, parts: [] },
];
