import { InjectedInterrupt } from "../crossings/injected-interrupt.ts";
import { TrappedAccess } from "../crossings/trapped.ts";
import { buildVmxnet3 } from "../devices/vmxnet3/index.ts";
import { Tap } from "../host/tap.ts";
import { APICV_KNOB } from "./common-knob.ts";
import { defineMode } from "./define.ts";

/** Paravirtualization in VMware's dialect: shared rings, generation bits, one doorbell register. */
export const vmxnet3 = defineMode({
  id: "vmxnet3",
  title: "Paravirtual NIC of VMware: vmxnet3",
  parts: {
    cpu: "VT-x",
    driver: "vmxnet3",
    device: "VMXNET3",
    control: "VM exit to the backend",
    doorbell: "VM exit on TXPROD; the backend sends before it returns",
    data: "the backend copies",
    interrupt: "MSI-X, injected on VM entry",
    hostPath: "TAP",
  },
  knobs: { apicv: APICV_KNOB },
  frameBytesMax: 1514,
  checkedAgainst: "recordings/device/vmxnet3",
  interrupt: (machine, knobs) => new InjectedInterrupt(machine, { apicv: knobs["apicv"] === true }),
  build(machine) {
    const trapped = new TrappedAccess(machine);
    const nic = buildVmxnet3(machine, { control: trapped, doorbell: trapped });
    nic.wire.hostPath = new Tap(machine);
    return nic;
  },
});
