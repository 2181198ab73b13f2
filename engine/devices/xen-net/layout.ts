/**
 * Layouts in memory that domains and Xen share: xen/include/public/io/ring.h (DEFINE_RING_TYPES),
 * io/netif.h, grant_table.h (struct grant_entry_v1), event_channel.h (FIFO ABI), xen.h.
 */

/** Offsets of a shared ring's indices; the slots follow at 64. */
export const RING = { reqProd: 0, reqEvent: 4, rspProd: 8, rspEvent: 12, slots: 64 } as const;

/** Slots of both rings of netif: the largest power of two that fits into a page. */
export const RING_SLOTS = 256;

/** Size of a page, a grant's unit, in bytes. */
export const PAGE_BYTES = 4096;

/** struct netif_tx_request and netif_tx_response: slot size and offsets in it. */
export const TX_SLOT = {
  bytes: 12,
  gref: 0,
  offset: 4,
  flags: 6,
  id: 8,
  size: 10,
  rspId: 0,
  rspStatus: 2,
} as const;

/** struct netif_rx_request and netif_rx_response: slot size and offsets in it. */
export const RX_SLOT = {
  bytes: 8,
  id: 0,
  gref: 4,
  rspOffset: 2,
  rspFlags: 4,
  rspStatus: 6,
} as const;

/** NETTXF_*: flags of a transmit request. */
export const TX_FLAG = { csumBlank: 1, dataValidated: 2, moreData: 4, extraInfo: 8 } as const;
/** NETRXF_*: flags of a receive response. */
export const RX_FLAG = { dataValidated: 1, csumBlank: 2, moreData: 4, extraInfo: 8 } as const;
/** NETIF_RSP_*: status of a response; a receive response's is its length. */
export const RSP = { okay: 0, error: -1, dropped: -2 } as const;

/** struct grant_entry_v1: size and offsets. */
export const GRANT = { bytes: 8, flags: 0, domid: 2, frame: 4 } as const;
/** GTF_*: flags of a grant entry. */
export const GTF = { permitAccess: 1, typeMask: 3, readonly: 4, reading: 8, writing: 16 } as const;
/** GNTST_*: what Xen answers to a grant operation. */
export const GNTST = {
  okay: 0,
  generalError: -1,
  badDomain: -2,
  badGntref: -3,
  badHandle: -4,
  badPage: -9,
  badCopyArg: -10,
} as const;

/** Bits of a FIFO event word; the low 17 are the next port of the queue. */
export const EVENT = {
  pending: 0x8000_0000,
  masked: 0x4000_0000,
  linked: 0x2000_0000,
  busy: 0x1000_0000,
  linkMask: 0x1_ffff,
} as const;

/** struct evtchn_fifo_control_block: the ready bits, then the head of each of 16 queues. */
export const CONTROL = { bytes: 72, ready: 0, head: 8 } as const;
/** struct vcpu_info: evtchn_upcall_pending and evtchn_upcall_mask. */
export const VCPU_INFO = { bytes: 64, pending: 0, mask: 1 } as const;

/** EVTCHN_FIFO_PRIORITY_MAX (the timer's) and _DEFAULT. */
export const PRIORITY = { timer: 0, normal: 7 } as const;
