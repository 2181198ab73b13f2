import { InjectedInterrupt } from "../crossings/injected-interrupt.ts";
import { TrappedAccess } from "../crossings/trapped.ts";
import { buildVirtioNet } from "../devices/virtio-net/index.ts";
import { Tap } from "../host/tap.ts";
import { APICV_KNOB } from "./common-knob.ts";
import { defineMode } from "./define.ts";
import { connectHostPath, HOST_PATH_KNOBS, HOST_PATH_WORDS } from "./host-path-knob.ts";
import type { KnobValues } from "./knob.ts";

/** Paravirtualization with virtio, its device in QEMU. */
export const virtioQemu = defineMode({
  id: "virtio-qemu",
  title: "Paravirtual NIC: virtio-net in QEMU",
  parts: {
    cpu: "VT-x",
    driver: "virtio_net",
    device: "virtio-net over virtio-pci",
    control: "VM exit to QEMU",
    doorbell: "VM exit; with ioeventfd the kernel signals QEMU's thread and the guest goes on",
    data: "QEMU copies from and to the guest's buffers",
    interrupt: "MSI-X or INTx, injected on VM entry",
    hostPath: `TAP, then ${HOST_PATH_WORDS}`,
  },
  knobs: {
    ring: {
      type: "choice",
      default: "split",
      choices: ["split", "packed"],
      doc: "layout of the virtqueues",
    },
    transport: {
      type: "choice",
      default: "modern",
      choices: ["modern", "legacy"],
      doc: "virtio-pci interface: memory-mapped (1.x) or port I/O (0.9)",
    },
    queueSize: {
      type: "integer",
      default: 256,
      min: 16,
      max: 1024,
      powerOfTwo: true,
      doc: "entries of each virtqueue",
    },
    eventIndex: { type: "boolean", default: true, doc: "VIRTIO_F_EVENT_IDX is offered" },
    mergeable: { type: "boolean", default: true, doc: "VIRTIO_NET_F_MRG_RXBUF is offered" },
    indirect: { type: "boolean", default: true, doc: "VIRTIO_F_INDIRECT_DESC is offered" },
    ioeventfd: { type: "boolean", default: true, doc: "doorbells are signalled to a host thread" },
    msix: { type: "boolean", default: true, doc: "MSI-X; off: INTx with the ISR register" },
    apicv: APICV_KNOB,
    ...HOST_PATH_KNOBS,
  },
  frameBytesMax: 1514,
  checkedAgainst: "recordings/device/virtio-split, virtio-split-ioeventfd, virtio-legacy",
  interrupt: (machine, knobs) => new InjectedInterrupt(machine, { apicv: knobs["apicv"] === true }),
  build(machine, knobs) {
    const trapped = new TrappedAccess(machine);
    const nic = buildVirtioNet(machine, { control: trapped, doorbell: trapped }, options(knobs));
    connectHostPath(machine, nic.wire, knobs, (device) => new Tap(machine, device));
    return nic;
  },
});

function options(knobs: KnobValues): Parameters<typeof buildVirtioNet>[2] {
  return {
    packed: knobs["ring"] === "packed",
    interface: knobs["transport"] === "legacy" ? "legacy" : "modern",
    queueSize: Number(knobs["queueSize"]),
    eventIndex: knobs["eventIndex"] === true,
    mergeableBuffers: knobs["mergeable"] === true,
    indirect: knobs["indirect"] === true,
    ioeventfd: knobs["ioeventfd"] === true,
    vectors: knobs["msix"] === true ? 3 : 0,
  };
}
