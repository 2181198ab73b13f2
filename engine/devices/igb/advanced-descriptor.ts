/** Bytes of a descriptor, receive and transmit. */
export const DESCRIPTOR_BYTES = 16;

/** Offsets in a transmit data descriptor (Intel 82576EB datasheet 2.63, 7.2.2.3). */
export const TX_DATA = { address: 0, command: 8, status: 12 } as const;

/** Offsets in a transmit context descriptor (7.2.2.2). */
export const TX_CONTEXT = { lengths: 0, seed: 4, type: 8, segment: 12 } as const;

/** Bits of a transmit descriptor's command, as Linux names them (E1000_ADVTXD_...). */
export const TX_COMMAND = {
  endOfPacket: 0x0100_0000,
  insertCrc: 0x0200_0000,
  reportStatus: 0x0800_0000,
  extended: 0x2000_0000,
  data: 0x0030_0000,
  context: 0x0020_0000,
  /** Context: the transport layer is TCP. */
  tcp: 0x0000_0800,
} as const;

/** Bits of a data descriptor's last word. */
export const TX_STATUS = { done: 1, insertTransportChecksum: 0x200, payloadShift: 14 } as const;
/** Where a context's MAC header length lies in its first word. */
export const MAC_LENGTH_SHIFT = 9;

/** Offsets in a receive descriptor as the device writes it back (7.1.5.2). */
export const RX_WRITTEN = {
  type: 0,
  headerInfo: 2,
  hash: 4,
  status: 8,
  length: 12,
  vlan: 14,
} as const;
/** Offsets in a receive descriptor as the driver fills it. */
export const RX_FILLED = { packet: 0, header: 8 } as const;

/** Bits of a receive descriptor's status and error word. */
export const RX_STATUS = {
  done: 1,
  endOfPacket: 2,
  vlan: 8,
  timeStampInPacket: 1 << 15,
  /** Frame errors: no skb is made of such a frame. */
  frameErrors: 0x9700_0000,
} as const;

/** Offset of the network header in frames without tags. */
export const NETWORK_OFFSET = 14;
/** Where TCP keeps its checksum: tells TCP from UDP by the skb's `checksumOffset`. */
export const TCP_CHECKSUM_OFFSET = 16;
