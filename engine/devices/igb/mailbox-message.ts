/** Words of mailbox memory per virtual function. */
export const MAILBOX_WORDS = 16;

/** What a mailbox message asks, bits 0 to 15 of its first word; drivers/net/ethernet/intel/igb/e1000_mbx.h. */
export const MESSAGE = {
  reset: 0x01,
  setMacAddress: 0x02,
  setMulticast: 0x03,
  setVlan: 0x04,
  setLongPacket: 0x05,
  setPromiscuous: 0x06,
  /** From the PF: the link or the PF's state may have changed. */
  control: 0x0100,
} as const;

/** Bits of a reply's first word. */
export const REPLY = {
  acknowledged: 0x8000_0000,
  refused: 0x4000_0000,
  clearToSend: 0x2000_0000,
} as const;

/** Argument of a message, in bits 16 to 23 of its first word. */
export const MESSAGE_INFO_SHIFT = 16;
/** Arguments of setMacAddress: manage secondary addresses instead of the first. */
export const MAC_FILTER = { clear: 1 << 16, add: 2 << 16 } as const;
