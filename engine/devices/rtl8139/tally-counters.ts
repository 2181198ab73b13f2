import type { DmaPort } from "../../memory/dma-port.ts";

/**
 * The statistics that the chip writes to memory on command. RealTek RTL8139C+ datasheet 1.6,
 * 5.7 "DTCCR: Dump Tally Counter Command".
 */
export class TallyCounters {
  txOk = 0;
  rxOk = 0;
  txError = 0;
  rxError = 0;
  missedPackets = 0;
  rxOkPhysical = 0;
  rxOkBroadcast = 0;
  rxOkMulticast = 0;

  /** Forgets everything, as a reset does. */
  clear(): void {
    this.txOk = 0;
    this.rxOk = 0;
    this.txError = 0;
    this.rxError = 0;
    this.missedPackets = 0;
    this.rxOkPhysical = 0;
    this.rxOkBroadcast = 0;
    this.rxOkMulticast = 0;
  }

  /** Writes the 64-byte block; what a full-duplex link never counts (collisions …) is 0. */
  dump(dma: DmaPort, address: number, purpose: number): void {
    dma.store64(address, this.txOk, purpose);
    dma.store64(address + 8, this.rxOk, purpose);
    dma.store64(address + 16, this.txError, purpose);
    dma.store32(address + 24, this.rxError, purpose);
    dma.store16(address + 28, this.missedPackets, purpose);
    dma.store16(address + 30, 0, purpose);
    dma.store32(address + 32, 0, purpose);
    dma.store32(address + 36, 0, purpose);
    dma.store64(address + 40, this.rxOkPhysical, purpose);
    dma.store64(address + 48, this.rxOkBroadcast, purpose);
    dma.store32(address + 56, this.rxOkMulticast, purpose);
    dma.store16(address + 60, 0, purpose);
    dma.store16(address + 62, 0, purpose);
  }
}
