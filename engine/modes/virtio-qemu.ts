import { Kvm, kvmOf } from "../crossings/kvm.ts";
import { KvmAccess } from "../crossings/kvm-access.ts";
import { buildVirtioNet, type VirtioNetNic } from "../devices/virtio-net/index.ts";
import type { VirtioNetOptions } from "../devices/virtio-net/options.ts";
import { queuedTap } from "../host/tap-reader.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { connectHostPath, HOST_PATH_KNOBS, HOST_PATH_WORDS } from "./host-path-knob.ts";
import type { KnobValues } from "./knob.ts";
import { APIC_KNOBS, HOST_KNOBS, kvmOptions } from "./kvm-knob.ts";
import { VIRTIO_KNOBS, virtioOptions } from "./virtio-knob.ts";

/** Paravirtualization with virtio, its device in QEMU. */
export const virtioQemu = defineMode({
  ...modeName("virtio-qemu"),
  parts: {
    cpu: "VT-x or SVM",
    driver: "virtio_net",
    device: "virtio-net over virtio-pci",
    control: "VM exit to QEMU",
    doorbell: "VM exit; with ioeventfd the kernel signals QEMU's main loop and the guest goes on",
    data: "QEMU's main loop copies from and to the guest's buffers",
    interrupt: "MSI-X or INTx, asked for by an ioctl of QEMU's; posted or injected",
    hostPath: `TAP, then ${HOST_PATH_WORDS}`,
  },
  knobs: {
    ring: {
      type: "choice",
      default: "split",
      choices: ["split", "packed"],
      doc: "layout of the virtqueues",
    },
    ...VIRTIO_KNOBS,
    ioeventfd: { type: "boolean", default: true, doc: "doorbells are signalled to a host thread" },
    msix: { type: "boolean", default: true, doc: "MSI-X; off: INTx with the ISR register" },
    ...APIC_KNOBS,
    ...HOST_KNOBS,
    ...HOST_PATH_KNOBS,
  },
  frameBytesMax: 1514,
  checkedAgainst:
    "recordings/device/virtio-split, virtio-split-ioeventfd, virtio-legacy; recordings/kvm",
  interrupt: (machine, knobs) => new Kvm(machine, kvmOptions(knobs)),
  build(machine, knobs) {
    const kvm = kvmOf(machine);
    const inKernel = (queue: number): boolean => nic.device.queues[queue]?.notifierEnabled === true;
    const crossings = { control: new KvmAccess(kvm), doorbell: new KvmAccess(kvm, inKernel) };
    const nic: VirtioNetNic = buildVirtioNet(machine, crossings, options(knobs));
    connectHostPath(machine, nic.wire, knobs, (device) => {
      const tap = queuedTap(machine, nic.wire, device);
      tap.gathers = true;
      return tap;
    });
    return nic;
  },
});

function options(knobs: KnobValues): Partial<VirtioNetOptions> {
  return {
    ...virtioOptions(knobs),
    packed: knobs["ring"] === "packed",
    ioeventfd: knobs["ioeventfd"] === true,
    vectors: knobs["msix"] === true ? 4 : 0,
  };
}
