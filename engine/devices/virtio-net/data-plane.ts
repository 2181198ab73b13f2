import type { Wire } from "../../host/wire.ts";
import type { VirtioNetDevice } from "./device.ts";

/**
 * Who moves the frames of a virtio-net device between its rings and the host's network: QEMU itself,
 * or a backend that QEMU hands the two data queues to. The control queue stays with QEMU.
 */
export interface DataPlane {
  /** The backend is told of doorbells by the kernel, without QEMU. */
  readonly hearsDoorbells: boolean;
  /** The driver has agreed: bytes of virtio_net_hdr before each frame, and VIRTIO_NET_F_MRG_RXBUF. */
  negotiated(headerBytes: number, mergeable: boolean): void;
  /** The guest has put frames into the transmit queue. */
  transmitNotified(): void;
  /** The guest has put buffers into the receive queue. */
  receiveNotified(): void;
  /** The device starts or stops to work: DRIVER_OK and link. */
  statusChanged(started: boolean): void;
  /** The transmit queue is reset: what was under way is forgotten. */
  cancel(): void;
  /** The guest broke a ring; true when a backend found it, who reports it in its own way. */
  takeFault?(): boolean;
}

/** Builds a device's data plane. */
export type DataPlaneFactory = (device: VirtioNetDevice, wire: Wire) => DataPlane;
