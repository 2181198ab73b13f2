import type { SharedBlock } from "../../memory/shared-block.ts";
import { DATA_DESC_BYTES } from "./descriptors.ts";
import type { DriverReceiveQueue } from "./driver-receive.ts";
import type { DriverTransmitQueue } from "./driver-transmit.ts";
import {
  DISABLE_ALL,
  FEATURE,
  MAGIC,
  MODERATION_ADAPTIVE,
  QUEUE_DESC_BYTES,
  RX_QUEUE,
  SHARED,
  TX_QUEUE,
} from "./shared-area.ts";

/** Version of the driver in Linux 6.12: 1.9.0.0. */
const DRIVER_VERSION = 0x01090000;
/** 64-bit Linux: two bits of width, four of type. */
const GUEST_OS = 2 | (1 << 2);
/** sizeof(struct vmxnet3_adapter), which only a debugger would read. */
const DRIVER_DATA_BYTES = 0x9640;
/** A head and MAX_SKB_FRAGS bodies. */
const RX_FRAGMENTS_MAX = 18;
const ALL_ONES_LOW = 0xffffffff;

/** What the driver tells the device of itself at activation. */
export interface SharedAreaContents {
  readonly queueDesc: SharedBlock;
  readonly tx: Pick<DriverTransmitQueue, "ring" | "completions">;
  readonly rx: Pick<DriverReceiveQueue, "rings" | "completions">;
  readonly dataRingAddress: number;
  /** Address of the driver's private data. */
  readonly driverDataAddress: number;
  readonly mtuBytes: number;
  readonly interruptCount: number;
  readonly eventInterrupt: number;
}

/**
 * Lays the shared area and the queue descriptors down.
 * drivers/net/vmxnet3/vmxnet3_drv.c, vmxnet3_setup_driver_shared.
 */
export function setupDriverShared(shared: SharedBlock, contents: SharedAreaContents): void {
  const { queueDesc } = contents;
  shared.store32(SHARED.magic, MAGIC);
  shared.store32(SHARED.driverVersion, DRIVER_VERSION);
  shared.store32(SHARED.guestOs, GUEST_OS);
  shared.store32(SHARED.revisionsSupported, 1);
  shared.store32(SHARED.uptVersionsSupported, 1);
  shared.store64(SHARED.driverDataAddress, contents.driverDataAddress);
  shared.store32(SHARED.driverDataLength, DRIVER_DATA_BYTES);
  shared.store64(SHARED.uptFeatures, FEATURE.RXCSUM | FEATURE.LRO | FEATURE.RXVLAN);
  shared.store16(SHARED.maxNumRxSG, RX_FRAGMENTS_MAX);
  shared.store32(SHARED.mtu, contents.mtuBytes);
  shared.store64(SHARED.queueDescAddress, queueDesc.base);
  shared.store32(SHARED.queueDescLength, 2 * QUEUE_DESC_BYTES);
  shared.store8(SHARED.numTxQueues, 1);
  setupTransmitQueue(contents);
  shared.store8(SHARED.numRxQueues, 1);
  setupReceiveQueue(contents);
  shared.store8(SHARED.autoMask, 1);
  shared.store8(SHARED.numIntrs, contents.interruptCount);
  for (let i = 0; i < contents.interruptCount; i++) {
    shared.store8(SHARED.modLevels + i, MODERATION_ADAPTIVE);
  }
  shared.store8(SHARED.eventIntrIdx, contents.eventInterrupt);
  shared.store32(SHARED.intrCtrl, shared.load32(SHARED.intrCtrl) | DISABLE_ALL);
  shared.store32(SHARED.rxMode, 0);
}

function setupTransmitQueue(contents: SharedAreaContents): void {
  const { queueDesc, tx } = contents;
  queueDesc.store64(TX_QUEUE.txRingAddress, tx.ring.block.base);
  queueDesc.store64(TX_QUEUE.dataRingAddress, contents.dataRingAddress);
  queueDesc.store64(TX_QUEUE.compRingAddress, tx.completions.block.base);
  queueDesc.storeHalves(TX_QUEUE.driverDataAddress, ALL_ONES_LOW, ALL_ONES_LOW);
  queueDesc.store32(TX_QUEUE.txRingSize, tx.ring.size);
  queueDesc.store32(TX_QUEUE.dataRingSize, tx.ring.size);
  queueDesc.store16(TX_QUEUE.txDataRingDescSize, DATA_DESC_BYTES);
  queueDesc.store32(TX_QUEUE.compRingSize, tx.completions.size);
  queueDesc.store8(TX_QUEUE.intrIdx, 0);
}

function setupReceiveQueue(contents: SharedAreaContents): void {
  const { queueDesc, rx } = contents;
  const [ring0, ring1] = rx.rings;
  const at = QUEUE_DESC_BYTES;
  queueDesc.store64(at + RX_QUEUE.rxRing0Address, ring0.block.base);
  queueDesc.store64(at + RX_QUEUE.rxRing1Address, ring1.block.base);
  queueDesc.store64(at + RX_QUEUE.compRingAddress, rx.completions.block.base);
  queueDesc.storeHalves(at + RX_QUEUE.driverDataAddress, ALL_ONES_LOW, ALL_ONES_LOW);
  queueDesc.store32(at + RX_QUEUE.rxRing0Size, ring0.size);
  queueDesc.store32(at + RX_QUEUE.rxRing1Size, ring1.size);
  queueDesc.store32(at + RX_QUEUE.compRingSize, rx.completions.size);
  queueDesc.store8(at + RX_QUEUE.intrIdx, 0);
}
