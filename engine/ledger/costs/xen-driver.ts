import { type CostPrimitive, defineCosts } from "../cost.ts";
import { xenRecording } from "../sources/xen-recording.ts";
import { counted, type InstructionCount } from "./instruction-count.ts";

const MACHINE =
  "Linux 6.12 as a paravirtual guest and as dom0 of Xen 4.20, on QEMU's processor model";

/** Instructions of Linux between two accesses or trace lines of the recording. */
function linux(count: Omit<InstructionCount, "source"> & { where: string }): CostPrimitive {
  return counted(MACHINE, { ...count, source: xenRecording(count.where) });
}

/** Instructions of Linux in domU and dom0 for netfront, netback and what lets them run. */
export const XEN_DRIVER = defineCosts({
  xenEventDispatch: linux({
    doc: "Linux from its event-channel callback to the handlers, softirqs not counted, to its return.",
    category: "interrupt",
    value: { low: 1700, typical: 2250, high: 2450 },
    formula:
      "2721 of the upcall - 248 of netfront's handler - 292 of the EOI = 2181 (domU, transmit); 2384 " +
      "on receive and 2325 in dom0, where the idle loop is left",
    where: "steady-tx64.insn.jsonl, 48218 to 50939; steady-rx64.insn.jsonl, 32711 to 35578",
  }),
  xenLateEoi: linux({
    doc: "xen_irq_lateeoi: the event channel's word is unmasked.",
    category: "interrupt",
    value: { low: 292, typical: 292, high: 341 },
    formula: "277 + 15 (domU), 326 + 15 (dom0)",
    where: "steady-tx64.insn.jsonl, 49646 to 49938 and 30291 to 30632",
  }),
  xenNotify: linux({
    doc: "notify_remote_via_irq, until the hypercall.",
    category: "notification",
    value: { low: 199, typical: 225, high: 257 },
    formula: "199 in domU, 251 in dom0 (257 on receive)",
    where: "steady-tx64.insn.jsonl, 4516 to 4715 and 24243 to 24494",
  }),
  xenThreadSwitch: linux({
    doc: "Linux's scheduler and idle loop around one switch of threads in a paravirtual kernel.",
    category: "scheduling",
    value: { low: 1890, typical: 3270, high: 4500 },
    formula:
      "2300 from __schedule to the end of the switch, Xen's 1619 taken off (1893 to 2960), + " +
      "(1575 to leave the idle loop + 364 to enter it) / 2",
    where: "steady-tx64.insn.jsonl, 11094 to 15519; steady-rx64.insn.jsonl, 41980 to 48151",
  }),
  xenGuestTimer: linux({
    doc: "The guest's timer interrupt: the timer expires and its sleeper is woken.",
    category: "scheduling",
    value: { low: 1800, typical: 2170, high: 2170 },
    formula:
      "29 + 2058 to the next deadline + 79 + the way to the handler's end (1798 for a tick alone)",
    where: "tx.insn.jsonl, xen_timer_interrupt before the third send",
  }),
  xenGuestSleep: linux({
    doc: "clock_nanosleep in the guest's kernel, until it asks the scheduler.",
    category: "guestStack",
    value: 773,
    formula: "773 from the bounce's end to __schedule",
    where: "steady-tx64.insn.jsonl, 10321 to 11094",
  }),
  xennetTransmit: linux({
    doc: "xennet_start_xmit for one frame: grant, request, index; no notification.",
    category: "guestDriver",
    value: { low: 522, typical: 545, high: 600 },
    formula: "3994 to 4516 = 522, and about 25 to return",
    where: "steady-tx64.insn.jsonl",
  }),
  xennetTransmitInterrupt: linux({
    doc: "netfront's transmit interrupt, responses not counted.",
    category: "guestDriver",
    value: { low: 60, typical: 83, high: 100 },
    formula: "248 from xennet_tx_interrupt to the EOI - 165 for one response",
    where: "steady-tx64.insn.jsonl, 49398 to 49646",
  }),
  xennetPoll: linux({
    doc: "netfront's receive interrupt and one call of xennet_poll by the kernel, packets not counted.",
    category: "guestDriver",
    value: { low: 550, typical: 762, high: 900 },
    formula:
      "194 of the interrupt + 205 to the poll + 64 + 32 + 53 of its ends + 214 to its return",
    where: "steady-rx64.insn.jsonl, 34577 to 34771, 35373 to 35642 and 41346 to 41564",
  }),
  xennetEndGrant: linux({
    doc: "netfront takes one response: slot read, grant ended, buffer freed or kept.",
    category: "guestDriver",
    value: { low: 140, typical: 165, high: 340 },
    formula:
      "16 + 2 + 31 + 4 + 90 + the loop's share (transmit); the whole loop on receive has 339",
    where: "steady-tx64.insn.jsonl, 49460 to 49611; burst-rx.insn.jsonl, xennet_poll",
  }),
  xennetReceivePacket: linux({
    doc: "netfront makes a packet of one response: checks, pulls the headers, hands it up.",
    category: "guestDriver",
    value: { low: 900, typical: 1184, high: 1400 },
    formula: "339 of the loop - 165 to end the grant + 1010 until buffers are posted",
    where: "steady-rx64.insn.jsonl, 35642 to 36998; burst-rx.insn.jsonl",
  }),
  xennetReceiveBuffer: linux({
    doc: "netfront posts one receive buffer: allocated, granted, written into the ring.",
    category: "guestDriver",
    value: { low: 742, typical: 900, high: 1114 },
    formula: "747 + 26 for one; (2499873 - 2428567) / 64 = 1114 with the slab's refills",
    where: "steady-rx64.insn.jsonl, 36998 to 37770; burst-rx.insn.jsonl, xennet_alloc_rx_buffers",
  }),
  xenvifTransmitInterrupt: linux({
    doc: "netback's transmit interrupt in dom0: NAPI is scheduled.",
    category: "deviceEmulation",
    value: 326,
    formula: "20878 to 21204",
    where: "steady-tx64.insn.jsonl, xenvif_tx_interrupt",
  }),
  xenvifTransmitPacket: linux({
    doc: "netback takes one request: checked, buffer allocated, response written, packet handed up.",
    category: "deviceEmulation",
    value: { low: 1300, typical: 1500, high: 1700 },
    formula: "914 to build the operations + 166 to submit and answer + 415 to fill and hand up",
    where: "burst-tx.insn.jsonl, 860992 to 861907; steady-tx64.insn.jsonl, 24077 to 26468",
  }),
  xenvifReceiveThread: linux({
    doc: "netback's receive thread: woken by a frame of dom0's stack, looks for work, sleeps again.",
    category: "deviceEmulation",
    value: { low: 3300, typical: 3825, high: 4000 },
    formula: "165 + 1877 + 500 to wake it + 423 to its first request + 860 until it sleeps",
    where: "steady-rx64.insn.jsonl, 4849 to 7391, 11075 to 11498 and 15178 to 16038",
  }),
  xenvifReceivePacket: linux({
    doc: "netback answers one request for a frame to the guest: request, operation, response.",
    category: "deviceEmulation",
    value: { low: 350, typical: 460, high: 520 },
    formula: "165 to queue it + 150 + 37 for request and response + 108 for the batch's share",
    where: "steady-rx64.insn.jsonl, 4849 to 5014 and 11498 to 11746",
  }),
  xenvifMapPacket: linux({
    doc: "dom0's software for one mapped page of a packet: foreign mapping, zero-copy bookkeeping.",
    category: "deviceEmulation",
    value: { low: 1100, typical: 1520, high: 1800 },
    formula:
      "842 + 106 for the mapping (42737 / 64 = 668 in a batch) + 421 + 883 - 330 to fill the packet + 172 at its release",
    where: "steady-tx1400.insn.jsonl, 30232 to 31601; burst-tx.insn.jsonl",
  }),
  xenvifUnmapPacket: linux({
    doc: "dom0's software to give one mapped page back.",
    category: "deviceEmulation",
    value: { low: 59, typical: 100, high: 330 },
    formula: "(2217 + 459 + 3306) / 64 in a batch = 93; 138 + 17 + 81 + 93 alone",
    where: "burst-tx.insn.jsonl, 1494767 to 1557327; steady-tx1400.insn.jsonl",
  }),
  xenvifDeallocThread: linux({
    doc: "netback's thread that unmaps: woken by the last user of a packet, until it sleeps again.",
    category: "deviceEmulation",
    value: { low: 1800, typical: 2200, high: 2500 },
    formula: "68 + 1617 to wake it + 284 to its work + 239 until it sleeps",
    where: "steady-tx1400.insn.jsonl, 34526 to 36211, 45271 to 45555 and 49119 to 49358",
  }),
});
