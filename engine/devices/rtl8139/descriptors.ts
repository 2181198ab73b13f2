/** Bytes of a C+ descriptor: command/status word, VLAN word, 64-bit buffer address. */
export const DESCRIPTOR_BYTES = 16;

/** Offsets in a descriptor. */
export const DESCRIPTOR_OFFSET = { opts1: 0, opts2: 4, address: 8 } as const;

/**
 * Bits of the first word of a C+ descriptor. RealTek RTL8139C+ datasheet 1.6, 9.2.1 "Transmit" and
 * 9.2.2 "Receive" (C+ mode operation).
 */
export const OPTS1 = {
  OWN: 0x80000000,
  EOR: 0x40000000,
  FS: 0x20000000,
  LS: 0x10000000,
  /** Transmit: cut the TCP segment into frames; bits 16 to 26 are then the segment size. */
  LGSEN: 0x08000000,
  /** Transmit: insert the IPv4 header checksum. */
  IPCS: 0x00040000,
  UDPCS: 0x00020000,
  TCPCS: 0x00010000,
  /** Receive: multicast, own address, broadcast. */
  MAR: 0x04000000,
  PAM: 0x02000000,
  BAR: 0x01000000,
  /** Receive: summary of errors, and FIFO overflow (drivers only: the model reports neither). */
  RES: 0x00100000,
  FOVF: 0x00400000,
  /** Transmit: underrun, error summary, out-of-window collision, link failure, collisions. */
  transmitErrors: 0x02f00000,
} as const;

/** Bits of the second word: tag present (receive), insert tag (transmit). */
export const OPTS2 = { TAVA: 0x00010000, TAGC: 0x00020000 } as const;

/** Size field of a transmit descriptor. */
export const TRANSMIT_SIZE_MASK = 0xffff;

/** Size field of a receive descriptor: buffer before, frame with CRC after. */
export const RECEIVE_SIZE_MASK = 0x1fff;

/** Bits of the word before each frame in the C mode receive buffer; its upper half is the size. */
export const RECEIVE_HEADER = { ROK: 0x0001, BAR: 0x2000, PAM: 0x4000, MAR: 0x8000 } as const;
