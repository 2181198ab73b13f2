import { Kvm, kvmOf } from "../crossings/kvm.ts";
import { KvmAccess } from "../crossings/kvm-access.ts";
import { build8139cp } from "../devices/rtl8139/index.ts";
import { queuedTap } from "../host/tap-reader.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { connectHostPath, HOST_PATH_KNOBS, HOST_PATH_WORDS } from "./host-path-knob.ts";
import { APIC_KNOBS, HOST_KNOBS, kvmOptions, Q35_PIN } from "./kvm-knob.ts";

/** Full virtualization on VT-x: an emulated RTL8139 C+ in QEMU, driven by 8139cp. */
export const vtxRtl8139 = defineMode({
  ...modeName("vtx-rtl8139"),
  parts: {
    cpu: "VT-x or SVM",
    driver: "8139cp",
    device: "RTL8139 C+, emulated by QEMU",
    control: "VM exit to QEMU",
    doorbell: "VM exit to QEMU, which sends the frame before it returns",
    data: "QEMU copies",
    interrupt: "INTx through the IOAPIC by ioctls of QEMU's; posted or injected",
    hostPath: `TAP, then ${HOST_PATH_WORDS}`,
  },
  knobs: { ...APIC_KNOBS, ...HOST_KNOBS, ...HOST_PATH_KNOBS },
  frameBytesMax: 1514,
  checkedAgainst: "recordings/device/rtl8139-8139cp; recordings/kvm",
  interrupt: (machine, knobs) => new Kvm(machine, kvmOptions(knobs)),
  build(machine, knobs) {
    const access = new KvmAccess(kvmOf(machine));
    const nic = build8139cp(machine, { control: access, doorbell: access }, { gsi: Q35_PIN });
    connectHostPath(machine, nic.wire, knobs, (device) => queuedTap(machine, nic.wire, device));
    return nic;
  },
});
