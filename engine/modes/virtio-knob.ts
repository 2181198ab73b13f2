import type { VirtioNetOptions } from "../devices/virtio-net/options.ts";
import type { KnobSpecs, KnobValues } from "./knob.ts";

/** What every virtio-net device can be told, whoever moves its frames. */
export const VIRTIO_KNOBS = {
  transport: {
    type: "choice",
    default: "modern",
    choices: ["modern", "legacy"],
    doc: "virtio-pci interface: memory-mapped (1.x) or port I/O (0.9)",
  },
  // Linux stops a queue with fewer free entries than a frame may take (2 + MAX_SKB_FRAGS, 19): one
  // of 16 would never send.
  queueSize: {
    type: "integer",
    default: 256,
    min: 32,
    max: 1024,
    powerOfTwo: true,
    doc: "entries of each virtqueue",
  },
  eventIndex: { type: "boolean", default: true, doc: "VIRTIO_F_EVENT_IDX is offered" },
  mergeable: { type: "boolean", default: true, doc: "VIRTIO_NET_F_MRG_RXBUF is offered" },
  indirect: { type: "boolean", default: true, doc: "VIRTIO_F_INDIRECT_DESC is offered" },
} as const satisfies KnobSpecs;

/** What these knobs say of the device. */
export function virtioOptions(knobs: KnobValues): Partial<VirtioNetOptions> {
  return {
    interface: knobs["transport"] === "legacy" ? "legacy" : "modern",
    queueSize: Number(knobs["queueSize"]),
    eventIndex: knobs["eventIndex"] === true,
    mergeableBuffers: knobs["mergeable"] === true,
    indirect: knobs["indirect"] === true,
  };
}
