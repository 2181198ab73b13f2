import { Kvm, kvmOf } from "../crossings/kvm.ts";
import { KvmAccess } from "../crossings/kvm-access.ts";
import { buildVmxnet3, buildVmxnet3Pmd } from "../devices/vmxnet3/index.ts";
import { Tap } from "../host/tap.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { connectHostPath, HOST_PATH_KNOBS, HOST_PATH_WORDS } from "./host-path-knob.ts";
import type { KnobValues } from "./knob.ts";
import { APIC_KNOBS, HOST_KNOBS, kvmOptions } from "./kvm-knob.ts";

/** Paravirtualization in VMware's dialect: shared rings, generation bits, one doorbell register. */
export const vmxnet3 = defineMode({
  ...modeName("vmxnet3"),
  parts: {
    cpu: "VT-x",
    driver: "vmxnet3, of Linux or of DPDK",
    device: "VMXNET3",
    control: "VM exit to the backend",
    doorbell: "VM exit on TXPROD, one for txThreshold packets; the backend sends before it returns",
    data: "the backend copies",
    interrupt: "MSI-X or INTx, injected on VM entry",
    hostPath: `TAP, then ${HOST_PATH_WORDS}`,
  },
  knobs: {
    driver: {
      type: "choice",
      default: "kernel",
      choices: ["kernel", "pmd"],
      doc: "the guest's driver: Linux's vmxnet3, or DPDK's, which polls and wants no interrupts",
    },
    txThreshold: {
      type: "integer",
      default: 1,
      min: 1,
      max: 64,
      doc: "packets that may wait for a doorbell; above 1 the backend polls while there is traffic",
    },
    txRingSize: {
      type: "integer",
      default: 512,
      min: 32,
      max: 4096,
      powerOfTwo: true,
      doc: "entries of the transmit ring and its data ring",
    },
    rxRingSize: {
      type: "integer",
      default: 1024,
      min: 32,
      max: 4096,
      powerOfTwo: true,
      doc: "entries of receive ring 0",
    },
    msix: { type: "boolean", default: true, doc: "MSI-X; off: INTx with the ICR register" },
    ...APIC_KNOBS,
    ...HOST_KNOBS,
    ...HOST_PATH_KNOBS,
  },
  frameBytesMax: 1514,
  checkedAgainst: "recordings/device/vmxnet3",
  interrupt: (machine, knobs) =>
    new Kvm(machine, {
      ...kvmOptions(knobs),
      backend: "kernel",
      halts: knobs["driver"] !== "pmd",
    }),
  build(machine, knobs) {
    const access = new KvmAccess(kvmOf(machine));
    const build = knobs["driver"] === "pmd" ? buildVmxnet3Pmd : buildVmxnet3;
    const nic = build(machine, { control: access, doorbell: access }, options(knobs));
    connectHostPath(machine, nic.wire, knobs, (device) => new Tap(machine, device));
    return nic;
  },
});

function options(knobs: KnobValues): Parameters<typeof buildVmxnet3>[2] {
  return {
    interrupts: knobs["msix"] === true ? "msix" : "intx",
    txRingSize: Number(knobs["txRingSize"]),
    rxRingSize: Number(knobs["rxRingSize"]),
    txThreshold: Number(knobs["txThreshold"]),
  };
}
