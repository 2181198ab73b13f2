import { type CostPrimitive, defineCosts } from "../cost.ts";
import { deviceRecording } from "../sources/device-recording.ts";
import { counted, type InstructionCount } from "./instruction-count.ts";

const MACHINE = "Linux 6.12's igbvf on QEMU's processor model";

function igbvf(count: Omit<InstructionCount, "source"> & { where: string }): CostPrimitive {
  return counted(MACHINE, { ...count, source: deviceRecording("igb-sriov-vf", count.where) });
}

/** Instructions of igbvf, the driver of a virtual function of the 82576. */
export const IGBVF = defineCosts({
  igbvfTransmit: igbvf({
    doc: "igbvf_xmit_frame for one frame: context and data descriptor, mapping, until it returns.",
    category: "guestDriver",
    value: { low: 560, typical: 612, high: 660 },
    formula:
      "4162 from send() to TDT - 3570 to the driver (virtio_net's first ring access comes at 3614) + 20 to return",
    where: "steady-tx64.insn.jsonl",
  }),
  igbvfCleanPacket: igbvf({
    doc: "igbvf_clean_tx_irq finds one frame sent: unmapped, and freed by a softirq.",
    category: "guestDriver",
    value: { low: 199, typical: 449, high: 500 },
    formula:
      "16 + 26 + 157 from one write-back to the next, + 250 to free it as igb does within its 450",
    where: "burst-tx.insn.jsonl, igbvf_clean_tx_irq",
  }),
  igbvfCleanCall: igbvf({
    doc: "One call of igbvf_clean_tx_irq by the interrupt, its frames not counted.",
    category: "guestDriver",
    value: { low: 58, typical: 70, high: 120 },
    formula: "58 from the last descriptor to VTEIMS + about 12 to the first",
    where: "steady-tx64.insn.jsonl",
  }),
  igbvfReceivePacket: igbvf({
    doc: "igbvf_poll takes one frame: descriptor, buffer, packet handed to GRO.",
    category: "guestDriver",
    value: { low: 643, typical: 643, high: 700 },
    formula: "12 + 5 + 624 + 2 from one descriptor to the next",
    where: "burst-rx.insn.jsonl, igbvf_poll",
  }),
  igbvfReceiveBuffer: igbvf({
    doc: "igbvf_alloc_rx_buffers posts one buffer: allocated, mapped, written into the ring.",
    category: "guestDriver",
    value: { low: 495, typical: 495, high: 532 },
    formula: "493 + 2 from one buffer to the next; 530 + 2 for the first",
    where: "burst-rx.insn.jsonl, igbvf_alloc_rx_buffers",
  }),
  igbvfPoll: igbvf({
    doc: "One call of igbvf_poll by the kernel, its frames not counted: start, end, interrupt unmasked.",
    category: "guestDriver",
    value: { low: 100, typical: 150, high: 400 },
    formula:
      "205 to the poll + 112 + 47 to the end as igb's, - 214 that the last look at the ring carries",
    where: "recording device/igb-pf, steady-rx64.insn.jsonl: the neighbour's poll",
  }),
});
