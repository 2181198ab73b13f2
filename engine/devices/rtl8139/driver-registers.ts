import type { Bar } from "../../pci/bar.ts";
import type { Register } from "../../registers/define.ts";
import { REGISTERS } from "./registers.ts";

/** 9346CR: configuration registers writable, and locked again. */
export const UNLOCK = 0xc0;
/** 9346CR: normal operation. */
export const LOCK = 0x00;

const BMSR_LINK = 0x0004;
/** A store and a load behind it, which makes sure that the store has arrived. */
export function storeAndFlush(bar: Bar, register: Register, value: number, bank = 0): void {
  bar.store(register, value, bank);
  bar.load(register, bank);
}

/** Writes the MAC address into IDR0 and IDR4, flushed. */
export function storeMacAddress(bar: Bar, mac: Uint8Array): void {
  const view = new DataView(mac.buffer, mac.byteOffset, 6);
  storeAndFlush(bar, REGISTERS.IDR0, view.getUint32(0, true));
  storeAndFlush(bar, REGISTERS.IDR4, view.getUint16(4, true));
}

/**
 * `mii_check_media`: the link bit is latched, so it is read twice; abilities only when the link is
 * up and its state is new or being initialised. drivers/net/mii.c.
 * @param carrier Whether the carrier was on before; undefined while the interface comes up.
 * @returns Whether the link is up.
 */
export function checkMedia(bar: Bar, carrier: boolean | undefined): boolean {
  bar.load(REGISTERS.BMSR);
  const up = (bar.load(REGISTERS.BMSR) & BMSR_LINK) !== 0;
  if (carrier === up || !up) return up;
  bar.load(REGISTERS.ANAR);
  bar.load(REGISTERS.ANLPAR);
  return true;
}

/** Takes the missed packets out of MPC, which a write clears. */
export function takeMissedPackets(bar: Bar): number {
  const missed = bar.load(REGISTERS.MPC) & 0xffffff;
  bar.store(REGISTERS.MPC, 0);
  return missed;
}
