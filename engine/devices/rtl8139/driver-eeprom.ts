import type { Bar } from "../../pci/bar.ts";
import { REGISTERS } from "./registers.ts";

const CONTROL = REGISTERS["9346CR"];
/** EEM = program, chip select. */
const ENABLE = 0x88;
const SELECT = 0x08;
const CLOCK = 0x04;
const DATA_IN = 0x02;
const DATA_OUT = 0x01;
const READ = 6;

/**
 * `read_eeprom`: one word over the four pins of 9346CR, each step followed by a read as a delay.
 * drivers/net/ethernet/realtek/8139cp.c and 8139too.c, read_eeprom.
 * @param location Word address.
 * @param addressBits 6 or 8: the width of an address.
 * @param leadBits Bits sent before the address: 3 by 8139cp, 5 (two of them 0) by 8139too.
 */
export function readEeprom(
  bar: Bar,
  location: number,
  addressBits: number,
  leadBits: number,
): number {
  bar.store(CONTROL, ENABLE & ~SELECT);
  step(bar, ENABLE);
  const command = location | (READ << addressBits);
  for (let bit = leadBits + addressBits - 1; bit >= 0; bit--) {
    const data = ((command >> bit) & 1) === 0 ? 0 : DATA_IN;
    step(bar, ENABLE | data);
    step(bar, ENABLE | data | CLOCK);
  }
  step(bar, ENABLE);
  let word = 0;
  for (let bit = 0; bit < 16; bit++) {
    step(bar, ENABLE | CLOCK);
    word = (word << 1) | (bar.load(CONTROL) & DATA_OUT);
    step(bar, ENABLE);
  }
  step(bar, 0);
  return word;
}

/**
 * The MAC address as both drivers find it: the first word tells how wide addresses are.
 * @param leadBits As for `readEeprom`.
 */
export function readMacAddress(bar: Bar, leadBits: number): Uint8Array {
  const addressBits = readEeprom(bar, 0, 8, leadBits) === 0x8129 ? 8 : 6;
  const mac = new Uint8Array(6);
  for (let i = 0; i < 3; i++) {
    const word = readEeprom(bar, 7 + i, addressBits, leadBits);
    mac[2 * i] = word & 0xff;
    mac[2 * i + 1] = word >> 8;
  }
  return mac;
}

function step(bar: Bar, value: number): void {
  bar.store(CONTROL, value);
  bar.load(CONTROL);
}
