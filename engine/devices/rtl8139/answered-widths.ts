/** Widths in bytes at which the chip answers a register: reads and writes. */
export interface AnsweredWidths {
  readonly offset: number;
  readonly byteCount: number;
  /** Sum of the widths 1, 2 and 4 that a read may have. */
  readonly read: number;
  /** Sum of the widths 1, 2 and 4 that a write may have. */
  readonly write: number;
}

/**
 * Which access widths the model answers, by offset; an access of another width falls apart into
 * bytes, and a byte nobody answers reads 0. hw/net/rtl8139.c, rtl8139_io_readb to rtl8139_io_writel.
 */
export const ANSWERED_WIDTHS: readonly AnsweredWidths[] = [
  { offset: 0x00, byteCount: 16, read: 1, write: 1 },
  { offset: 0x10, byteCount: 16, read: 1 + 4, write: 4 },
  { offset: 0x20, byteCount: 16, read: 2 + 4, write: 4 },
  { offset: 0x30, byteCount: 4, read: 4, write: 4 },
  { offset: 0x37, byteCount: 1, read: 1, write: 1 },
  { offset: 0x38, byteCount: 2, read: 2, write: 2 },
  { offset: 0x3a, byteCount: 2, read: 2, write: 0 },
  { offset: 0x3c, byteCount: 4, read: 2, write: 2 },
  { offset: 0x40, byteCount: 1, read: 4, write: 1 + 4 },
  { offset: 0x43, byteCount: 1, read: 1, write: 0 },
  { offset: 0x44, byteCount: 1, read: 4, write: 1 + 4 },
  { offset: 0x48, byteCount: 8, read: 4, write: 4 },
  { offset: 0x50, byteCount: 3, read: 1, write: 1 },
  { offset: 0x54, byteCount: 4, read: 4, write: 4 },
  { offset: 0x58, byteCount: 4, read: 1, write: 1 },
  { offset: 0x5c, byteCount: 2, read: 2, write: 2 },
  { offset: 0x5e, byteCount: 1, read: 1, write: 0 },
  { offset: 0x60, byteCount: 2, read: 2, write: 0 },
  { offset: 0x62, byteCount: 10, read: 2, write: 2 },
  { offset: 0x74, byteCount: 2, read: 2, write: 0 },
  { offset: 0xd8, byteCount: 1, read: 1, write: 1 },
  { offset: 0xd9, byteCount: 1, read: 0, write: 1 },
  { offset: 0xe0, byteCount: 4, read: 2, write: 2 },
  { offset: 0xe4, byteCount: 8, read: 4, write: 4 },
  { offset: 0xec, byteCount: 1, read: 1, write: 1 },
];
