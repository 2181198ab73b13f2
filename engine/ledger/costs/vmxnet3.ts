import { type CostPrimitive, defineCosts } from "../cost.ts";
import { deviceRecording } from "../sources/device-recording.ts";
import { xenRecording } from "../sources/xen-recording.ts";
import { counted, type InstructionCount } from "./instruction-count.ts";

const MACHINE = "Linux 6.12's vmxnet3 on QEMU's processor model";

function vmxnet3(count: Omit<InstructionCount, "source"> & { where: string }): CostPrimitive {
  return counted(MACHINE, { ...count, source: deviceRecording("vmxnet3", count.where) });
}

/** Instructions of vmxnet3, the guest's driver, and of the backend that answers it. */
export const VMXNET3 = defineCosts({
  vmxnet3Transmit: vmxnet3({
    doc: "vmxnet3_xmit_frame for one frame: header into the data ring, descriptors, until it returns.",
    category: "guestDriver",
    value: { low: 480, typical: 534, high: 600 },
    formula:
      "4084 from send() to TXPROD - 3570 to the driver (virtio_net's first ring access comes at 3614) + 20 to return",
    where: "steady-tx64.insn.jsonl",
  }),
  vmxnet3CleanPacket: vmxnet3({
    doc: "vmxnet3_tq_tx_complete takes one completion: unmapped and freed.",
    category: "guestDriver",
    value: { low: 428, typical: 450, high: 506 },
    formula: "5 + 13 + 410 for one descriptor, 5 + 13 + 488 for two",
    where: "steady-tx64.insn.jsonl; burst-tx.insn.jsonl",
  }),
  vmxnet3ReceivePacket: vmxnet3({
    doc: "vmxnet3_rq_rx_complete takes one frame: completion, new buffer, descriptor given back.",
    category: "guestDriver",
    value: { low: 800, typical: 834, high: 900 },
    formula: "767 to the packet handed up + 35 until the next completion + 32 to hand it up",
    where: "burst-rx.insn.jsonl, vmxnet3_rq_rx_complete",
  }),
  vmxnet3Poll: vmxnet3({
    doc: "One call of vmxnet3_poll_rx_only by the kernel, its frames not counted.",
    category: "guestDriver",
    value: { low: 200, typical: 361, high: 450 },
    formula:
      "205 to the poll (the same kernel under Xen) + 80 + 76 from the last completion to IMR",
    where: "steady-tx64.insn.jsonl",
  }),
  vmxnet3BackendPacket: {
    doc: "The backend for one frame: descriptors read and checked, packet made, completion written; no copy.",
    category: "deviceEmulation",
    unit: "instructions",
    value: { low: 500, typical: 1080, high: 2500 },
    machine: "a hypervisor's kernel that plays the VMXNET3",
    evidence: "assumed",
    why:
      "VMware's backend is not published. Taken is netback's software for the same work, 914 to build " +
      "and 166 to answer a request.",
    source: xenRecording("burst-tx.insn.jsonl, xenvif_tx_build_gops; steady-tx64.insn.jsonl"),
  },
  vmxnet3BackendPoll: {
    doc: "The backend looks at the transmit queues by its timer.",
    category: "deviceEmulation",
    unit: "instructions",
    value: { low: 200, typical: 500, high: 2000 },
    machine: "a hypervisor's kernel that plays the VMXNET3",
    evidence: "assumed",
    why: "VMware's backend is not published. Taken is what netback's poll in dom0 takes without packets.",
    source: xenRecording("steady-tx64.insn.jsonl, 21204 to 21600"),
  },
});
