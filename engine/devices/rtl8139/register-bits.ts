/** Bits of ISR and IMR. */
export const INTERRUPT = {
  ROK: 0x0001,
  RER: 0x0002,
  TOK: 0x0004,
  TER: 0x0008,
  RXOVW: 0x0010,
  PUN: 0x0020,
  FOVW: 0x0040,
  TDU: 0x0080,
  timeOut: 0x4000,
  SERR: 0x8000,
} as const;

/** Bits of CR. */
export const COMMAND = { BUFE: 0x01, TE: 0x04, RE: 0x08, RST: 0x10 } as const;

/** Bits of CPCR. */
export const CPLUS_COMMAND = { CPTE: 0x01, CPRE: 0x02, RXVLAN: 0x40 } as const;

/** Bits of RCR. */
export const RECEIVE_CONFIG = { AAP: 0x01, APM: 0x02, AM: 0x04, AB: 0x08, WRAP: 0x80 } as const;

/** Bits of TSD. */
export const TRANSMIT_STATUS = { OWN: 0x2000, TUN: 0x4000, TOK: 0x8000, TABT: 0x40000000 } as const;

/** Both loopback bits of TCR. */
export const LOOPBACK = 0x60000;
