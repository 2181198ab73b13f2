import { directAccess } from "../core/crossing.ts";
import { Kvm, kvmOf } from "../crossings/kvm.ts";
import { KvmAccess } from "../crossings/kvm-access.ts";
import { buildIgbVfPmd } from "../devices/igb/index.ts";
import { SRIOV_BYPASS } from "../host/bypass.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { IOMMU_KNOB, vfDma, vfInterrupts } from "./iommu-knob.ts";

const RING = {
  type: "integer",
  default: 512,
  min: 64,
  max: 4096,
  powerOfTwo: true,
} as const;

/** SR-IOV with DPDK in the guest: nothing of a packet's way exits, and nothing interrupts. */
export const vfDpdk = defineMode({
  ...modeName("vf-dpdk"),
  parts: {
    cpu: "VT-x and VT-d",
    driver: "DPDK igbvf PMD",
    device: "82576 virtual function",
    control:
      "the VF's registers are mapped into the guest; configuration space and MSI-X table exit",
    doorbell: "mapped: one store for a burst reaches the NIC without an exit",
    data: "the NIC's DMA to and from mbufs, translated by the IOMMU",
    interrupt: "none: a vCPU polls the rings and never halts",
    hostPath: "none: the switch in the NIC",
  },
  knobs: {
    txRingSize: { ...RING, doc: "descriptors of the transmit ring" },
    rxRingSize: { ...RING, doc: "descriptors of the receive ring" },
    iommu: IOMMU_KNOB,
  },
  frameBytesMax: 1514,
  bypass: SRIOV_BYPASS,
  needs: ["iommu"],
  checkedAgainst: "the drivers' sources",
  interrupt: (machine, knobs) =>
    new Kvm(machine, {
      interruptsFrom: "iommu",
      remapped: vfInterrupts(machine, knobs, true),
      halts: false,
    }),
  build: (machine, knobs) =>
    buildIgbVfPmd(
      machine,
      {
        control: directAccess,
        doorbell: directAccess,
        configuration: new KvmAccess(kvmOf(machine)),
      },
      {
        vfTxRingSize: Number(knobs["txRingSize"]),
        vfRxRingSize: Number(knobs["rxRingSize"]),
        ...vfDma(machine, knobs),
      },
    ),
});
