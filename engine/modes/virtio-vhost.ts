import { Kvm, kvmOf } from "../crossings/kvm.ts";
import { KvmAccess } from "../crossings/kvm-access.ts";
import { buildVirtioNet, type VirtioNetNic } from "../devices/virtio-net/index.ts";
import { Tap } from "../host/tap.ts";
import { VhostNet } from "../host/vhost-net.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { connectHostPath, HOST_PATH_KNOBS, HOST_PATH_WORDS } from "./host-path-knob.ts";
import { APIC_KNOBS, HOST_KNOBS, kvmOptions } from "./kvm-knob.ts";
import { VIRTIO_KNOBS, virtioOptions } from "./virtio-knob.ts";

/** Paravirtualization with virtio, its data moved by a thread of the host's kernel. */
export const virtioVhost = defineMode({
  ...modeName("virtio-vhost"),
  parts: {
    cpu: "VT-x or SVM",
    driver: "virtio_net",
    device: "virtio-net over virtio-pci; QEMU only sets it up",
    control: "VM exit to QEMU",
    doorbell: "VM exit; the kernel signals the vhost worker by ioeventfd and the guest goes on",
    data: "the vhost worker, a kernel thread, copies between guest buffers and TAP",
    interrupt: "MSI-X by irqfd, without QEMU; posted or injected",
    hostPath: `TAP, then ${HOST_PATH_WORDS}`,
  },
  knobs: { ...VIRTIO_KNOBS, ...APIC_KNOBS, ...HOST_KNOBS, ...HOST_PATH_KNOBS },
  frameBytesMax: 1514,
  checkedAgainst: "recordings/kvm",
  interrupt: (machine, knobs) => new Kvm(machine, { ...kvmOptions(knobs), irqfd: true }),
  build(machine, knobs) {
    const kvm = kvmOf(machine);
    const inKernel = (queue: number): boolean => nic.device.queues[queue]?.notifierEnabled === true;
    const crossings = { control: new KvmAccess(kvm), doorbell: new KvmAccess(kvm, inKernel) };
    const nic: VirtioNetNic = buildVirtioNet(machine, crossings, {
      ...virtioOptions(knobs),
      vectors: 4,
      dataPlane: (device, wire) => new VhostNet(device, wire),
    });
    connectHostPath(machine, nic.wire, knobs, (device) => {
      const tap = new Tap(machine, device);
      // The worker's own copies are the only ones: pages of its own out, guest buffers in.
      tap.gathers = true;
      tap.queued = true;
      return tap;
    });
    return nic;
  },
});
