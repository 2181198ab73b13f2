/** What every recorded line has. */
export interface LineOrigin {
  /** Index of the event in its phase. */
  readonly i: number;
  /** 1-based line of the file it stands on. */
  readonly line: number;
  /** Guest function that made the access, "" where the recording does not say. */
  readonly fn: string;
  /** Guest instructions since the phase began, or -1 where they were not counted. */
  readonly instructions: number;
}

/** A guest access to a register of the NIC. */
export interface RegisterEvent extends LineOrigin {
  readonly op: "mmio_read" | "mmio_write" | "pio_read" | "pio_write";
  /** QEMU's memory region, as `rtl8139` or `msix-table`. */
  readonly region: string;
  /** Offset in the region in bytes. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly value: bigint;
  /** Register name, "" where the recorder was not sure. */
  readonly register: string;
  /** True when QEMU did not trace the access and only the plugin saw it (ioeventfd). */
  readonly pluginOnly: boolean;
}

/** A guest driver's access to a ring or buffer in guest memory. */
export interface RingEvent extends LineOrigin {
  readonly op: "mem_read" | "mem_write";
  /** Name of the block, as `tx_avail`; "" outside every block. */
  readonly block: string;
  /** Offset in the block, or the guest-physical address outside every block. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly value: bigint;
  readonly field: string;
}

/** A guest access to the NIC's PCI configuration space. */
export interface ConfigEvent extends LineOrigin {
  readonly op: "cfg_read" | "cfg_write";
  readonly device: string;
  /** Bus, device and function, as `00:05.0`. */
  readonly bdf: string;
  readonly offset: number;
  readonly value: bigint;
}

/** The INTx line at the IOAPIC pin, or the IOAPIC's end of interrupt. */
export interface LineEvent extends LineOrigin {
  readonly op: "irq_assert" | "irq_deassert" | "ioapic_eoi";
  readonly gsi: number;
}

/** An MSI-X message written by the device. */
export interface MsixEvent extends LineOrigin {
  readonly op: "msix";
  /** Table entry, as `vec1` or `vf.vec0`. */
  readonly vector: string;
  readonly address: bigint;
  readonly data: bigint;
  readonly from: "vcpu-thread" | "main-loop";
}

/** The vCPU takes an interrupt, or ends it at the local APIC. */
export interface VectorEvent extends LineOrigin {
  readonly op: "cpu_intr" | "lapic_eoi";
  /** CPU vector, 0 to 255. */
  readonly vector: number;
  /** `vecN` or `intx` for `cpu_intr`, "" for `lapic_eoi`. */
  readonly source: string;
}

/** A step of QEMU's virtqueue code. */
export interface VirtqueueEvent extends LineOrigin {
  readonly op: "notify" | "vq_pop" | "vq_fill" | "vq_flush" | "vq_interrupt";
  readonly queue: string;
}

/** A frame on the wire, as the far end logged it. */
export interface WireEvent extends LineOrigin {
  readonly op: "wire_tx" | "wire_rx";
  readonly byteCount: number;
  readonly proto: string;
  /** UDP payload bytes, or -1 when it is no UDP. */
  readonly payloadBytes: number;
  /** Sequence number in the payload, or -1. */
  readonly seq: number;
}

/** A mark of the guest's agent. */
export interface MarkEvent extends LineOrigin {
  readonly op: "mark";
  readonly mark: string;
  /** Packet number of the mark, or -1. */
  readonly packet: number;
}

/** A stretch that the recorder cut to one line. */
export interface CollapsedEvent extends LineOrigin {
  readonly op: "collapsed";
  /** Lines left out. */
  readonly count: number;
  readonly family: string;
  /** Left-out lines by `op register`. */
  readonly ops: ReadonlyMap<string, number>;
}

/** Another trace point of QEMU. */
export interface DeviceEvent extends LineOrigin {
  readonly op: "dev";
  readonly event: string;
  readonly text: string;
}

/** A line that says nothing that `verify` compares. */
export interface OtherEvent extends LineOrigin {
  readonly op: "dma_map" | "virtio_status";
}

/** One line of a recording, told apart by `op`. */
export type RecordedEvent =
  | RegisterEvent
  | RingEvent
  | ConfigEvent
  | LineEvent
  | MsixEvent
  | VectorEvent
  | VirtqueueEvent
  | WireEvent
  | MarkEvent
  | CollapsedEvent
  | DeviceEvent
  | OtherEvent;

/** The name of an operation. */
export type RecordedOp = RecordedEvent["op"];
