import { Kvm, kvmOf } from "../crossings/kvm.ts";
import { KvmAccess } from "../crossings/kvm-access.ts";
import { directAccess } from "../core/crossing.ts";
import { buildIgbVf } from "../devices/igb/index.ts";
import { SRIOV_BYPASS } from "../host/bypass.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { IOMMU_KNOB, vfDma, vfInterrupts } from "./iommu-knob.ts";
import { HOST_KNOBS, kvmOptions } from "./kvm-knob.ts";
import { THROTTLE_KNOB, throttle } from "./throttle-knob.ts";

/** SR-IOV with posted interrupts: nothing of a packet's way leaves the guest. */
export const vfPosted = defineMode({
  ...modeName("vf-posted"),
  parts: {
    cpu: "VT-x and VT-d",
    driver: "igbvf",
    device: "82576 virtual function",
    control:
      "the VF's registers are mapped into the guest; configuration space and MSI-X table exit",
    doorbell: "mapped: the store reaches the NIC without an exit",
    data: "the NIC's DMA, translated by the IOMMU",
    interrupt: "MSI-X posted by the IOMMU, without an exit",
    hostPath: "none: the switch in the NIC",
  },
  knobs: { ...HOST_KNOBS, iommu: IOMMU_KNOB, throttleMicroseconds: THROTTLE_KNOB },
  frameBytesMax: 1514,
  bypass: SRIOV_BYPASS,
  needs: ["iommu", "postedInterrupts"],
  checkedAgainst: "recordings/device/igb-sriov-vf",
  interrupt: (machine, knobs) =>
    new Kvm(machine, {
      ...kvmOptions(knobs),
      interruptsFrom: "iommu",
      remapped: vfInterrupts(machine, knobs, true),
    }),
  build: (machine, knobs) =>
    buildIgbVf(
      machine,
      {
        control: directAccess,
        doorbell: directAccess,
        configuration: new KvmAccess(kvmOf(machine)),
      },
      { ...vfDma(machine, knobs), ...throttle(knobs) },
    ),
});
