import { Kvm, kvmOf } from "../crossings/kvm.ts";
import { KvmAccess } from "../crossings/kvm-access.ts";
import { directAccess } from "../core/crossing.ts";
import { buildIgbVf } from "../devices/igb/index.ts";
import { SRIOV_BYPASS } from "../host/bypass.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { IOMMU_KNOB, vfDma, vfInterrupts } from "./iommu-knob.ts";
import { HOST_KNOBS, INJECTION_KNOBS, kvmOptions } from "./kvm-knob.ts";
import { THROTTLE_KNOB, throttle } from "./throttle-knob.ts";

/** SR-IOV: a VF of the 82576 in the guest; its interrupts are injected by the hypervisor. */
export const vfInjected = defineMode({
  ...modeName("vf-injected"),
  parts: {
    cpu: "VT-x and VT-d",
    driver: "igbvf",
    device: "82576 virtual function",
    control:
      "the VF's registers are mapped into the guest; configuration space and MSI-X table exit",
    doorbell: "mapped: the store reaches the NIC without an exit",
    data: "the NIC's DMA, translated by the IOMMU",
    interrupt: "MSI-X to a handler of the host, irqfd; posted or injected by KVM",
    hostPath: "none: the switch in the NIC",
  },
  knobs: {
    ...INJECTION_KNOBS,
    ...HOST_KNOBS,
    iommu: IOMMU_KNOB,
    throttleMicroseconds: THROTTLE_KNOB,
  },
  frameBytesMax: 1514,
  bypass: SRIOV_BYPASS,
  needs: ["iommu"],
  checkedAgainst: "recordings/device/igb-sriov-vf; recordings/kvm",
  interrupt: (machine, knobs) =>
    new Kvm(machine, {
      ...kvmOptions(knobs),
      interruptsFrom: "vfio",
      remapped: vfInterrupts(machine, knobs, false),
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
