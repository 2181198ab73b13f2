import { InjectedInterrupt } from "../crossings/injected-interrupt.ts";
import { TrappedAccess } from "../crossings/trapped.ts";
import { build8139too } from "../devices/rtl8139/index.ts";
import { Tap } from "../host/tap.ts";
import { APICV_KNOB } from "./common-knob.ts";
import { defineMode } from "./define.ts";
import { connectHostPath, HOST_PATH_KNOBS, HOST_PATH_WORDS } from "./host-path-knob.ts";

/** Full virtualization on VT-x: an emulated RTL8139 in QEMU, driven by 8139too: four transmit slots, one receive ring. */
export const vtxRtl8139too = defineMode({
  id: "vtx-rtl8139too",
  title: "Full virtualization with VT-x: emulated RTL8139, 8139too",
  parts: {
    cpu: "VT-x",
    driver: "8139too",
    device: "RTL8139 with four transmit slots, emulated by QEMU",
    control: "VM exit to QEMU",
    doorbell: "VM exit to QEMU, which sends the frame before it returns",
    data: "QEMU copies",
    interrupt: "INTx through the IOAPIC, injected on VM entry",
    hostPath: `TAP, then ${HOST_PATH_WORDS}`,
  },
  knobs: { apicv: APICV_KNOB, ...HOST_PATH_KNOBS },
  frameBytesMax: 1514,
  checkedAgainst: "recordings/device/rtl8139-8139too",
  interrupt: (machine, knobs) => new InjectedInterrupt(machine, { apicv: knobs["apicv"] === true }),
  build(machine, knobs) {
    const trapped = new TrappedAccess(machine);
    const nic = build8139too(machine, { control: trapped, doorbell: trapped });
    connectHostPath(machine, nic.wire, knobs, (device) => new Tap(machine, device));
    return nic;
  },
});
