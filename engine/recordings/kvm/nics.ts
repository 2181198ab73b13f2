import type { FieldReader } from "../field-reader.ts";

/** What reading a KVM recording must know of a guest's NIC and driver. */
export interface RecordedNic {
  /** Bytes of the register region: a power of two that the region is aligned to. */
  readonly regionBytes: number;
  /** Offset of the doorbell, or -1 where it does not exit. */
  readonly doorbell: number;
  /** Offset of the interrupt status whose bit 0 says that a frame arrived, or -1. */
  readonly interruptStatus: number;
  readonly transmitVector: number;
  readonly receiveVector: number;
  /** The device raises its interrupts itself, through the host's interrupt controller. */
  readonly passedThrough: boolean;
}

/** The first vector that Linux gives a device in the recorded guests (kernel/irq/matrix.c). */
export const FIRST_DEVICE_VECTOR = 0x25;

/** NICs by driver. Vectors are given out in the order of the driver's requests. */
const NICS: Readonly<Record<string, RecordedNic>> = {
  "8139cp": {
    regionBytes: 0x100,
    doorbell: 0xd9,
    interruptStatus: 0x3e,
    transmitVector: FIRST_DEVICE_VECTOR,
    receiveVector: FIRST_DEVICE_VECTOR,
    passedThrough: false,
  },
  // Configuration, input, output; QEMU's modern virtio-pci has its notify region at 0x3000, four
  // bytes a queue.
  virtio_net: {
    regionBytes: 0x4000,
    doorbell: 0x3004,
    interruptStatus: -1,
    transmitVector: FIRST_DEVICE_VECTOR + 2,
    receiveVector: FIRST_DEVICE_VECTOR + 1,
    passedThrough: false,
  },
  igbvf: {
    regionBytes: 0x4000,
    doorbell: -1,
    interruptStatus: -1,
    transmitVector: FIRST_DEVICE_VECTOR,
    receiveVector: FIRST_DEVICE_VECTOR + 1,
    passedThrough: true,
  },
};

/**
 * The NIC of a recording by its driver.
 * @throws InputError naming the driver and those that are known.
 */
export function recordedNic(manifest: FieldReader): RecordedNic {
  const driver = manifest.string("driver");
  const nic = Object.hasOwn(NICS, driver) ? NICS[driver] : undefined;
  if (nic === undefined) throw manifest.wrong("driver", `one of ${Object.keys(NICS).join(", ")}`);
  return nic;
}
