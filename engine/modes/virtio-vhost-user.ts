import { Kvm, kvmOf } from "../crossings/kvm.ts";
import { KvmAccess } from "../crossings/kvm-access.ts";
import type { Nic } from "../devices/nic.ts";
import type { VirtioNetDevice } from "../devices/virtio-net/device.ts";
import { buildVirtioNet, buildVirtioNetPmd } from "../devices/virtio-net/index.ts";
import type { VirtioNetOptions } from "../devices/virtio-net/options.ts";
import { VhostUserDataPlane } from "../devices/virtio-net/vhost-user-data-plane.ts";
import { PmdThread } from "../host/pmd-thread.ts";
import { PolledUplink } from "../host/polled-uplink.ts";
import type { Wire } from "../host/wire.ts";
import type { Machine } from "../machine.ts";
import { SHARED_MEMORY_BYPASS } from "../host/bypass.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { connectHostPath, DPDK_HOST_PATH_KNOBS, DPDK_HOST_PATH_WORDS } from "./host-path-knob.ts";
import type { KnobValues } from "./knob.ts";
import { APIC_KNOBS, HOST_KNOBS, kvmOptions } from "./kvm-knob.ts";

/** Paravirtualization with virtio, its device a DPDK process that polls shared memory. */
export const virtioVhostUser = defineMode({
  ...modeName("virtio-vhost-user"),
  parts: {
    cpu: "VT-x or SVM",
    driver: "virtio_net, or DPDK's virtio PMD",
    device: "virtio-net over virtio-pci, its data queues in a DPDK process",
    control: "VM exit to QEMU",
    doorbell: "not wanted: a host core polls the rings and never sleeps",
    data: "the DPDK process copies from and to the guest's buffers",
    interrupt: "the process writes an eventfd if the driver wants interrupts; none with the PMD",
    hostPath: DPDK_HOST_PATH_WORDS,
  },
  knobs: {
    driver: {
      type: "choice",
      default: "kernel",
      choices: ["kernel", "pmd"],
      doc: "the guest's driver: Linux's virtio_net, or DPDK's, which polls and wants no interrupts",
    },
    ring: {
      type: "choice",
      default: "split",
      choices: ["split", "packed"],
      doc: "layout of the virtqueues",
    },
    queueSize: {
      type: "integer",
      default: 256,
      min: 64,
      max: 1024,
      powerOfTwo: true,
      doc: "entries of each virtqueue",
    },
    eventIndex: { type: "boolean", default: true, doc: "VIRTIO_F_EVENT_IDX is offered" },
    mergeable: { type: "boolean", default: true, doc: "VIRTIO_NET_F_MRG_RXBUF is offered" },
    ...APIC_KNOBS,
    ...HOST_KNOBS,
    hostCpus: {
      ...HOST_KNOBS.hostCpus,
      min: 2,
      doc: "CPUs of the host; one of them is the polling thread's alone, NIC and all",
    },
    ...DPDK_HOST_PATH_KNOBS,
  },
  frameBytesMax: 1514,
  bypass: SHARED_MEMORY_BYPASS,
  checkedAgainst: "the sources of DPDK and Linux",
  interrupt: (machine, knobs) =>
    new Kvm(machine, { ...kvmOptions(knobs), irqfd: true, halts: knobs["driver"] !== "pmd" }),
  build(machine, knobs) {
    const kvm = kvmOf(machine);
    const inKernel = (queue: number): boolean => nic.device.queues[queue]?.notifierEnabled === true;
    let plane: VhostUserDataPlane | undefined;
    const build = knobs["driver"] === "pmd" ? buildVirtioNetPmd : buildVirtioNet;
    const nic: Nic & { readonly device: VirtioNetDevice } = build(
      machine,
      { control: new KvmAccess(kvm), doorbell: new KvmAccess(kvm, inKernel) },
      {
        ...options(knobs),
        dataPlane: (device, wire) => (plane = new VhostUserDataPlane(device, wire)),
      },
    );
    startBackend(machine, nic.wire, knobs, plane as unknown as VhostUserDataPlane);
    return nic;
  },
});

/** The DPDK process: its switch before the wire, and its thread that polls guest and NIC. */
function startBackend(
  machine: Machine,
  wire: Wire,
  knobs: KnobValues,
  plane: VhostUserDataPlane,
): void {
  connectHostPath(machine, wire, knobs);
  const uplink = new PolledUplink(machine, wire.hostPath, plane);
  wire.hostPath = uplink;
  new PmdThread(machine, [plane, uplink]).start();
}

function options(knobs: KnobValues): Partial<VirtioNetOptions> {
  return {
    packed: knobs["ring"] === "packed",
    queueSize: Number(knobs["queueSize"]),
    eventIndex: knobs["eventIndex"] === true,
    mergeableBuffers: knobs["mergeable"] === true,
    ioeventfd: true,
    vectors: 3,
  };
}
