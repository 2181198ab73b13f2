import { type CostPrimitive, defineCosts } from "../cost.ts";
import { deviceRecording } from "../sources/device-recording.ts";
import { counted, type InstructionCount } from "./instruction-count.ts";

const MACHINE = "Linux 6.12's igb on QEMU's processor model";

function igb(count: Omit<InstructionCount, "source"> & { where: string }): CostPrimitive {
  return counted(MACHINE, { ...count, source: deviceRecording("igb-pf", count.where) });
}

/** Instructions of igb, the driver of the physical 82576. */
export const IGB = defineCosts({
  igbTransmit: igb({
    doc: "igb_xmit_frame for one frame: context and data descriptor, mapping, until it returns.",
    category: "guestDriver",
    value: { low: 500, typical: 550, high: 620 },
    formula:
      "4083 from send() to TDT - 3570 to the driver (virtio_net's first ring access comes at 3614) + 37 to return",
    where: "steady-tx64.insn.jsonl",
  }),
  igbCleanPacket: igb({
    doc: "igb_poll finds one frame sent: unmapped and freed.",
    category: "guestDriver",
    value: { low: 449, typical: 450, high: 497 },
    formula: "450 from one write-back read to the next",
    where: "burst-tx.insn.jsonl, igb_poll",
  }),
  igbReceivePacket: igb({
    doc: "igb_poll takes one frame: descriptor, buffer, packet made and handed to GRO.",
    category: "guestDriver",
    value: { low: 821, typical: 821, high: 900 },
    formula: "29 + 249 + 14 + 3 + 14 + 6 + 506 from one descriptor to the next",
    where: "burst-rx.insn.jsonl, igb_poll",
  }),
  igbReceiveBuffer: igb({
    doc: "igb_alloc_rx_buffers gives one buffer back, its page used again.",
    category: "guestDriver",
    value: { low: 16, typical: 16, high: 400 },
    formula: "10 + 6; where a page is allocated, 400 after other drivers of the same kernel",
    where: "burst-rx.insn.jsonl, igb_alloc_rx_buffers",
  }),
  igbPoll: igb({
    doc: "One call of igb_poll by the kernel, its frames not counted: start, end, interrupt unmasked.",
    category: "guestDriver",
    value: { low: 280, typical: 400, high: 510 },
    formula:
      "205 from handle_softirqs to the poll (the same kernel under Xen) + 755 - 450 to EIMS (transmit) " +
      "or + 112 + 78 - 117 (receive)",
    where: "burst-tx.insn.jsonl, steady-rx64.insn.jsonl",
  }),
});
