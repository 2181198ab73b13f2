/**
 * Byte offsets in the driver's shared area, struct Vmxnet3_DriverShared.
 * Source: `drivers/net/vmxnet3/vmxnet3_defs.h`.
 */
export const SHARED = {
  magic: 0,
  driverVersion: 8,
  guestOs: 12,
  revisionsSupported: 16,
  uptVersionsSupported: 20,
  uptFeatures: 24,
  driverDataAddress: 32,
  queueDescAddress: 40,
  driverDataLength: 48,
  queueDescLength: 52,
  mtu: 56,
  maxNumRxSG: 60,
  numTxQueues: 62,
  numRxQueues: 63,
  autoMask: 80,
  numIntrs: 81,
  eventIntrIdx: 82,
  modLevels: 83,
  intrCtrl: 108,
  rxMode: 120,
  mfTableLen: 124,
  mfTablePA: 128,
  vfTable: 136,
  rssConf: 648,
  pmConfVersion: 664,
  pmConfLength: 668,
  pmConfAddress: 672,
  ecr: 696,
} as const;

/** Bytes of the shared area that revision 1 of the device knows. */
export const SHARED_BYTES = 720;
/** Bytes of the VLAN filter table: a bit for each of 4,096 identifiers. */
export const VLAN_TABLE_BYTES = 512;
/** The number that a valid shared area begins with. */
export const MAGIC = 0xbabefee1;

/** Byte offsets in a transmit queue's descriptor, struct Vmxnet3_TxQueueDesc. */
export const TX_QUEUE = {
  txNumDeferred: 0,
  txThreshold: 4,
  txRingAddress: 16,
  dataRingAddress: 24,
  compRingAddress: 32,
  driverDataAddress: 40,
  txRingSize: 56,
  dataRingSize: 60,
  compRingSize: 64,
  intrIdx: 72,
  txDataRingDescSize: 74,
  stopped: 80,
  stats: 88,
} as const;

/** Byte offsets in a receive queue's descriptor, struct Vmxnet3_RxQueueDesc. */
export const RX_QUEUE = {
  updateRxProd: 0,
  rxRing0Address: 16,
  rxRing1Address: 24,
  compRingAddress: 32,
  driverDataAddress: 40,
  rxRing0Size: 56,
  rxRing1Size: 60,
  compRingSize: 64,
  intrIdx: 72,
  stopped: 80,
  stats: 88,
} as const;

/** Bytes of a queue descriptor, transmit or receive. */
export const QUEUE_DESC_BYTES = 256;

/** Feature bits of `uptFeatures`. Source: `drivers/net/vmxnet3/upt1_defs.h`. */
export const FEATURE = { RXCSUM: 1, RSS: 2, RXVLAN: 4, LRO: 8 } as const;
/** Bits of `rxMode`. */
export const RX_MODE = { UCAST: 1, MCAST: 2, BCAST: 4, ALL_MULTI: 8, PROMISC: 16 } as const;
/** Bits of the event register `ecr`. */
export const EVENT = { RQERR: 1, TQERR: 2, LINK: 4, DIC: 8, DEBUG: 16 } as const;
/** Bit of `intrCtrl` that asks for no interrupts at all. */
export const DISABLE_ALL = 1;
/** The `gosType` of Windows: its driver takes no compound receive packets. */
export const GUEST_OS_WINDOWS = 2;
/** Smallest and largest MTU in bytes that an activation accepts. */
export const MTU_BYTES = { min: 60, max: 9000 } as const;
/** Interrupt moderation level "adaptive", as the driver asks for. */
export const MODERATION_ADAPTIVE = 8;
