/** What is compared of a KVM recording, each counted for itself. */
export const KVM_ASPECTS = ["exits", "userExits", "interrupts", "eoi", "threads"] as const;
/** One of {@link KVM_ASPECTS}. */
export type KvmAspect = (typeof KVM_ASPECTS)[number];

/**
 * Threads with an order of their own: what the vCPU does and what happens to it; what QEMU's main
 * loop, QEMU's code in the vCPU thread and vhost's worker do; who is woken.
 */
export const STREAMS = ["vcpu", "main-loop", "vcpu-user", "vhost", "wake-ups"] as const;
/** One of {@link STREAMS}. */
export type Stream = (typeof STREAMS)[number];

/** One happening of either side in the form in which both are compared. */
export interface Token {
  readonly stream: Stream;
  readonly aspect: KvmAspect;
  /** Equal keys match. */
  readonly key: string;
  /** Line of the recording's file, or row of the engine's trace. */
  readonly origin: number;
}

/** A vector, a port, an offset: as both sides print it. */
export function hexText(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** The key of an access to the NIC: KVM's name of the exit, direction, place, width and value. */
export function accessKey(
  reason: string,
  write: boolean,
  offset: number,
  sizeBytes: number,
  value: bigint,
): string {
  const direction = write ? "write" : "read";
  return `${reason} ${direction} ${hexText(offset)}/${sizeBytes} = ${hexText(value)}`;
}

/** The key of a doorbell that KVM answers without decoding the instruction: no width, no value. */
export function fastAccessKey(reason: string, offset: number): string {
  return `${reason} write ${hexText(offset)} on the fast bus`;
}
