import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { StageId, StageRow, StageSpec } from "./stage.ts";

const DOORBELL_REGISTER = /^(TPPoll|TxPoll|TSD\d|TXPROD|TDT)/;
const TRANSMIT_CALL = /xmit|tx_burst/;
const TRANSMIT_DESCRIPTOR = /^transmit descriptor|^tx_desc/;
const TRANSMIT_STATUS = /^transmit (descriptor|write-back|completion)|^tx_desc_ring/;
const TRANSMIT_PAYLOAD = /^transmit payload|guest buffer to|grant copy to/;
const RECEIVE_STATUS = /^receive (descriptor|write-back|completion)|^rx_desc_ring/;
const RECEIVE_PAYLOAD = /^receive payload|to guest buffer|^payload|grant copy from/;
/** Indices and flags of a ring, which say that something is there but not what. */
const RING_INDEX = /\.(idx|flags|used_event|avail_event)$/;
/** xen/include/public/io/ring.h: the slots of a shared ring begin behind its indices. */
const XEN_SLOTS_AT = 64;

const NOT_OWN = "It was done once for several packets, or did not come before the end of the run.";

const isStep = (where: RegExp) => (row: StageRow) => where.test(row.where);
const isRegisterWrite = (row: StageRow) =>
  row.inGuest && (row.kind === KIND.mmioWrite || row.kind === KIND.pioWrite);
const isMessage = (row: StageRow) =>
  row.kind === KIND.msix ||
  row.kind === KIND.intxAssert ||
  (row.kind === KIND.hypercall && row.where === "dom0: event_channel_op.send");
/** Whether a slot of one of Xen's shared rings is accessed: its indices stand before them. */
const isXenSlot = (row: StageRow, ring: string) => row.where === ring && row.a >= XEN_SLOTS_AT;
/** A driver's look at what the device has left in a ring: an index does not do. */
const isRingLook = (ring: RegExp) => (row: StageRow) =>
  row.inGuest &&
  row.kind === KIND.ringLoad &&
  ring.test(row.where) &&
  (!row.where.endsWith(" ring") || row.a >= XEN_SLOTS_AT) &&
  (row.where.includes("_desc") || !RING_INDEX.test(row.field));

/** A packet's way out: the path forward, and the completion, which can overtake it. */
export const TRANSMIT_STAGES: readonly StageSpec[] = [
  {
    id: "send",
    label: "The application sends",
    after: [],
    is: isStep(/^sendto|^frame written into an mbuf/),
    absent: () => "The packet did not set out.",
  },
  {
    id: "driver",
    label: "The driver has it",
    after: ["send"],
    is: (row) => row.inGuest && row.kind === KIND.call && TRANSMIT_CALL.test(row.where),
    absent: () => NOT_OWN,
  },
  {
    id: "descriptor",
    label: "The descriptor is ready",
    after: ["driver"],
    lastBefore: ["doorbell", "host", "wire"],
    is: ({ inGuest, kind, where }) =>
      inGuest &&
      ((kind === KIND.ringStore && !/queue_desc|event|vcpu/.test(where)) ||
        (kind === KIND.copy && where === "skb_copy_and_csum_dev")),
    absent: () => NOT_OWN,
  },
  {
    id: "doorbell",
    label: "The doorbell rings",
    after: ["driver"],
    before: ["wire"],
    is: (row) =>
      (isRegisterWrite(row) && (DOORBELL_REGISTER.test(row.field) || /notify/.test(row.where))) ||
      (row.inGuest && row.kind === KIND.hypercall && row.where === "event_channel_op.send"),
    absent: ({ doorbell }) =>
      doorbell.startsWith("not wanted")
        ? `No doorbell: ${doorbell.replace(/^not wanted: /, "")}.`
        : `The host asked for none now. ${NOT_OWN}`,
  },
  {
    id: "host",
    label: "The host has it",
    after: ["driver"],
    before: ["wire"],
    is: (row) =>
      !row.inGuest &&
      ((row.kind === KIND.dmaRead && TRANSMIT_DESCRIPTOR.test(row.where)) ||
        (row.kind === KIND.copy && TRANSMIT_PAYLOAD.test(row.where)) ||
        (row.kind === KIND.ringLoad && isXenSlot(row, "tx ring"))),
    absent: () => `Its descriptor was read together with another packet's. ${NOT_OWN}`,
  },
  {
    id: "path",
    label: "On the host's path",
    after: ["host"],
    before: ["wire"],
    is: (row) =>
      (row.kind === KIND.systemCall && !row.inGuest && /^writev? ?\((TAP|VMNet)/.test(row.where)) ||
      (row.kind === KIND.deviceStep && row.where === "tun_sendmsg") ||
      (row.kind === KIND.tableLookup && row.actor === ACTORS.hostNetwork.code),
    absent: ({ hostPath }) =>
      hostPath.startsWith("none") ? "The NIC fetches the frame itself: no host software." : NOT_OWN,
  },
  {
    id: "wire",
    label: "On the wire",
    after: ["driver"],
    is: ({ kind }) => kind === KIND.wireTransmit,
    absent: () => "It never left: it was dropped on the way.",
  },
  {
    id: "completion",
    label: "Completion written",
    after: ["send", "driver", "host"],
    is: (row) =>
      !row.inGuest &&
      ((row.kind === KIND.dmaWrite && TRANSMIT_STATUS.test(row.where)) ||
        (row.kind === KIND.dmaWrite && row.where === "tx_used" && row.a >= 4) ||
        (row.kind === KIND.ringStore && isXenSlot(row, "tx ring"))),
    absent: ({ driver }) =>
      driver === "8139too"
        ? "Nothing in memory: the status stands in the register TSD, which the driver reads."
        : NOT_OWN,
  },
  {
    id: "interrupt",
    label: "Completion interrupt",
    after: ["host", "completion"],
    before: ["arrival"],
    is: isMessage,
    absent: ({ driver }) =>
      /DPDK|poll/.test(driver)
        ? `None asked for, or one for several packets: the driver is ${driver}.`
        : `None asked for. ${NOT_OWN}`,
  },
  {
    id: "freed",
    label: "The buffer is free",
    after: ["host", "completion", "interrupt"],
    is: (row) =>
      isRingLook(/^tx|tx_ring|tx_comp/)(row) ||
      ((row.kind === KIND.mmioRead || row.kind === KIND.pioRead) && row.field.startsWith("TSD")),
    absent: () => "The driver frees it when it sends again, with the steps of that packet.",
  },
];

/** A packet's way in, in one order. */
export const RECEIVE_STAGES: readonly StageSpec[] = [
  {
    id: "arrival",
    label: "On the wire",
    after: ["wire"],
    is: ({ kind }) => kind === KIND.wireReceive,
    absent: () => "It never came.",
  },
  {
    id: "taken",
    label: "The host has it",
    after: ["arrival"],
    is: ({ inGuest, kind, actor, where }) =>
      !inGuest &&
      actor !== ACTORS.wire.code &&
      kind !== KIND.wakeUp &&
      kind !== KIND.contextSwitch &&
      !where.endsWith("empty polls:"),
    absent: () => NOT_OWN,
  },
  {
    id: "inMemory",
    label: "In guest memory",
    after: ["taken"],
    is: (row) =>
      !row.inGuest &&
      ((row.kind === KIND.copy && RECEIVE_PAYLOAD.test(row.where)) ||
        (row.kind === KIND.dmaWrite && row.where === "received frame")),
    absent: () => "It never reached the guest: it was dropped on the way.",
  },
  {
    id: "rxCompletion",
    label: "Completion written",
    after: ["inMemory"],
    is: (row) =>
      !row.inGuest &&
      ((row.kind === KIND.dmaWrite && RECEIVE_STATUS.test(row.where)) ||
        (row.kind === KIND.dmaWrite && row.where === "rx_used" && row.a >= 4) ||
        (row.kind === KIND.ringStore && row.where === "rx ring")),
    absent: ({ driver }) =>
      driver === "8139too"
        ? "Nothing behind the frame: the status stands before it, the end in the register CBR."
        : NOT_OWN,
  },
  {
    id: "rxInterrupt",
    label: "Interrupt raised",
    after: ["inMemory", "rxCompletion"],
    before: ["delivered"],
    is: isMessage,
    absent: ({ driver }) =>
      /DPDK|poll/.test(driver)
        ? `None asked for, or one for several packets: the driver is ${driver}.`
        : NOT_OWN,
  },
  {
    id: "rxTaken",
    label: "Interrupt taken",
    after: ["inMemory", "rxCompletion", "rxInterrupt"],
    before: ["delivered"],
    is: ({ kind, where }) =>
      kind === KIND.interruptTaken || (kind === KIND.upcall && !where.startsWith("dom0")),
    absent: () => "The driver looked without one, or one was taken for several packets.",
  },
  {
    id: "rxDriver",
    label: "The driver has it",
    after: ["inMemory", "rxCompletion", "rxInterrupt", "rxTaken"],
    before: ["delivered"],
    is: isRingLook(/^rx|rx_ring|rx_comp/),
    absent: () => NOT_OWN,
  },
  {
    id: "delivered",
    label: "The application has it",
    after: ["inMemory"],
    is: ({ kind }) => kind === KIND.deliver,
    absent: () => "It never reached the application: it was dropped on the way.",
  },
];

/** The stages whose rows stand in this order in each packet's trace, whatever the mode. */
export const FORWARD_ORDER: readonly StageId[] = [
  "send",
  "driver",
  "descriptor",
  "doorbell",
  "host",
  "path",
  "wire",
];

/** The completion's own order: it starts when the host has the packet, and may overtake the wire. */
export const COMPLETION_ORDER: readonly StageId[] = ["host", "completion", "interrupt", "freed"];

/** The way in, in the order of its rows. */
export const RECEIVE_ORDER: readonly StageId[] = RECEIVE_STAGES.map(({ id }) => id);
