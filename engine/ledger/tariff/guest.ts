import { WARM_COPY } from "./copy.ts";
import type { TariffRule } from "./rule.ts";

/** Not Xen's guest, which has event channels; a translated guest is delivered to by its VMM. */
const LINUX = /^(?!xen)/;
const VIRTIO = /^virtio-/;
const CP = /-rtl8139$/;
const TOO = /-rtl8139too$/;
const DIRECT = /^(native|vf-injected|vf-posted)$/;

type Part = TariffRule["parts"][number];

/** An interrupt up to the driver: hardware, and the kernel's entry. */
const TAKEN: readonly Part[] = ["interruptDelivery", "guestInterruptEntry"];

/** Up to handle_softirqs: what igb's, igbvf's and vmxnet3's polls cost begins there. */
const SOFTIRQ = { cost: "guestSoftirq", times: 2 / 3 } as const;

/** An interrupt of both directions: half of them are taken to bring packets. */
const HALF_OF_WAKES = { cost: "guestReceiverWake", times: 0.5 } as const;

/**
 * The guest's stack. A packet's way down is charged on the copy at its top, its way up on the row
 * that says the socket has it: a driver may deliver fewer packets than it polls. The call by which the
 * application takes it stands on that call's copy. What a sleep costs
 * is on the timer's interrupt, what waking a receiver costs on the interrupt of its queue: a burst has
 * one. The RTL8139 has one interrupt for everything; there it is on the poll, which only receives.
 */
const STACK: readonly TariffRule[] = [
  {
    kind: "copy",
    actor: "guestApplication",
    where: "sendto: user to socket buffer",
    parts: ["guestSend", "guestSendReturn", ...WARM_COPY],
  },
  deliver(VIRTIO, "virtioNetReceive"),
  deliver(CP, "rtl8139CpReceive"),
  deliver(TOO, "rtl8139TooReceive"),
  { kind: "deliver", where: "socket", mode: LINUX, parts: ["guestReceive"] },
  taken("timer", /^bt-/, "guestTimerInterrupt", "guestSleeperWake"),
  taken(/./, /^bt-/, "guestInterruptEntry"),
  taken("timer", LINUX, "interruptDelivery", "guestTimerInterrupt", "guestSleeperWake"),
  taken("vec1", VIRTIO, ...TAKEN, "guestReceiverWake"),
  taken("intx", VIRTIO, ...TAKEN, HALF_OF_WAKES),
  taken(/^(vf\.)?vec1$/, DIRECT, ...TAKEN, SOFTIRQ, "guestReceiverWake"),
  taken(/./, DIRECT, ...TAKEN, SOFTIRQ),
  taken(/./, /^vmxnet3$/, ...TAKEN, SOFTIRQ, HALF_OF_WAKES),
  taken(/./, LINUX, ...TAKEN),
];

/**
 * The drivers of KVM's guests. A function is charged on its `call` row, the loads and stores of
 * rings and the instruction of an access that exits are in it; what a driver does for each packet
 * that it receives is on the row that delivers it (above).
 */
const DRIVERS: readonly TariffRule[] = [
  call("start_xmit", VIRTIO, "virtioNetTransmit", "virtioNetTransmitDone"),
  call("virtnet_poll_tx", VIRTIO, "guestSoftirq", "virtioNetPollTransmit"),
  call("virtnet_poll", VIRTIO, "guestSoftirq", "virtioNetPollReceive"),
  call("cp_start_xmit", CP, "rtl8139CpTransmit"),
  call("cp_interrupt", CP, "rtl8139CpInterrupt"),
  call("cp_tx", CP, "rtl8139CpTransmitDone"),
  call("cp_rx_poll", CP, "guestSoftirq", "rtl8139CpPoll", "guestReceiverWake"),
  call("rtl8139_start_xmit", TOO, "rtl8139TooTransmit"),
  call("rtl8139_interrupt", TOO, "rtl8139TooInterrupt"),
  call("rtl8139_tx_interrupt", TOO, "rtl8139TooTransmitDone"),
  call("rtl8139_poll", TOO, "guestSoftirq", "rtl8139TooPoll", "guestReceiverWake"),
];

/** What the guest's software costs, as far as it is the same for every hypervisor. */
export const GUEST_RULES: readonly TariffRule[] = [...STACK, ...DRIVERS];

/** A packet that the socket has, and what its driver did for it. */
function deliver(mode: RegExp, driver: Part): TariffRule {
  const parts: Part[] = [driver, "guestReceive"];
  return { kind: "deliver", where: "socket", mode, parts };
}

function call(where: string, mode: RegExp, ...parts: Part[]): TariffRule {
  return { kind: "call", actor: "guestDriver", where, mode, parts };
}

function taken(where: string | RegExp, mode: RegExp, ...parts: Part[]): TariffRule {
  return { kind: "interruptTaken", actor: "guestDriver", where, mode, parts };
}
