/**
 * Ring entries, 16 bytes each, little-endian; a word is 32 bits. Every entry carries a generation
 * bit: whoever fills a ring writes the bit of its current round, and flips it when the ring wraps,
 * so that the other side sees without any index which entries are new.
 * Source: `drivers/net/vmxnet3/vmxnet3_defs.h`.
 */
export const DESC_BYTES = 16;
/** Bytes of a data ring entry, where headers and small frames are copied. */
export const DATA_DESC_BYTES = 128;
/** The generation a ring starts with. */
export const INIT_GEN = 1;

/** Transmit descriptor: address in words 0 and 1. */
export const TXD = {
  /** Word 2: length (0 means 2^14), generation, offload parameter. */
  lenMask: 0x3fff,
  gen: 1 << 14,
  msscofShift: 18,
  /** Word 3: header length, offload mode, end of packet, completion request, VLAN tag. */
  hlenMask: 0x3ff,
  omShift: 10,
  eop: 1 << 12,
  cq: 1 << 13,
  ti: 1 << 15,
  tciShift: 16,
} as const;

/** Largest buffer of one transmit descriptor in bytes; its length field then holds 0. */
export const TX_BUFFER_BYTES_MAX = 16384;
/** Offload modes of a transmit descriptor. */
export const OFFLOAD = { NONE: 0, ENCAP: 1, CSUM: 2, TSO: 3 } as const;

/** Transmit completion: word 0 holds the index of the end-of-packet descriptor. */
export const TCD = {
  txdIdxMask: 0xfff,
  /** Word 3. */
  genShift: 31,
} as const;

/** Receive descriptor: address in words 0 and 1, word 2 as follows. */
export const RXD = {
  lenMask: 0x3fff,
  /** 0: the head of a packet; 1: what follows. */
  btypeBody: 1 << 14,
  genShift: 31,
} as const;

/** Receive completion. */
export const RCD = {
  /** Word 0: descriptor, end and start of packet, ring, checksum not calculated. */
  rxdIdxMask: 0xfff,
  eop: 1 << 14,
  sop: 1 << 15,
  rqIdShift: 16,
  rqIdMask: 0x3ff,
  cnc: 1 << 30,
  /** Word 2: length, error, stripped tag. */
  lenMask: 0x3fff,
  err: 1 << 14,
  ts: 1 << 15,
  tciShift: 16,
  /** Word 3. */
  genShift: 31,
} as const;

/** Largest number of entries the device accepts in a ring; more is cut. */
export const RING_ENTRIES_MAX = { tx: 4096, txComp: 4096, rx: 4096, rxComp: 8192 } as const;
