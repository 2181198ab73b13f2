import { ForwardedInterrupt } from "../crossings/forwarded-interrupt.ts";
import { TrappedAccess } from "../crossings/trapped.ts";
import { directAccess } from "../core/crossing.ts";
import { buildIgbVf } from "../devices/igb/index.ts";
import { APICV_KNOB } from "./common-knob.ts";
import { SRIOV_BYPASS } from "../host/bypass.ts";
import { defineMode } from "./define.ts";
import { IOMMU_KNOB, vfDma } from "./iommu-knob.ts";

/** SR-IOV: a VF of the 82576 in the guest; its interrupts are injected by the hypervisor. */
export const vfInjected = defineMode({
  id: "vf-injected",
  title: "SR-IOV: VF of an 82576, interrupts injected",
  parts: {
    cpu: "VT-x and VT-d",
    driver: "igbvf",
    device: "82576 virtual function",
    control:
      "the VF's registers are mapped into the guest; configuration space and MSI-X table exit",
    doorbell: "mapped: the store reaches the NIC without an exit",
    data: "the NIC's DMA, translated by the IOMMU",
    interrupt: "MSI-X to the host, irqfd, injected on VM entry",
    hostPath: "none: the switch in the NIC",
  },
  knobs: { apicv: APICV_KNOB, iommu: IOMMU_KNOB },
  frameBytesMax: 1514,
  bypass: SRIOV_BYPASS,
  checkedAgainst: "recordings/device/igb-sriov-vf",
  interrupt: (machine, knobs) =>
    new ForwardedInterrupt(machine, { apicv: knobs["apicv"] === true }),
  build: (machine, knobs) =>
    buildIgbVf(
      machine,
      {
        control: directAccess,
        doorbell: directAccess,
        configuration: new TrappedAccess(machine),
      },
      vfDma(machine, knobs),
    ),
});
