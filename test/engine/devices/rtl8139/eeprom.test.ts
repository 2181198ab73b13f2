// Atmel AT93C46, Functional Description: READ. Does not cover write and erase, which the model ignores.
import { expect } from "chai";
import { Eeprom } from "../../../../engine/devices/rtl8139/eeprom.ts";
import { MAC } from "./a-chip.ts";

/** Clocks bits in, most significant first, and returns the last `out` bits that came out. */
function transfer(eeprom: Eeprom, bits: string, out: number): string {
  let read = "";
  eeprom.drive(false, false, 0);
  eeprom.drive(true, false, 0);
  for (const bit of bits) {
    eeprom.drive(true, false, Number(bit));
    eeprom.drive(true, true, Number(bit));
  }
  for (let i = 0; i < out; i++) {
    eeprom.drive(true, false, 0);
    eeprom.drive(true, true, 0);
    read += eeprom.dataOut;
  }
  return read;
}

const bits16 = (word: number): string => word.toString(2).padStart(16, "0");

describe("Eeprom", () => {
  it("gives the identification word at address 0, most significant bit first", () => {
    expect(transfer(new Eeprom(MAC), "110000000", 16)).to.equal(bits16(0x8129));
  });

  it("holds the MAC address in words 7 to 9, low byte first", () => {
    const eeprom = new Eeprom(MAC);
    expect(transfer(eeprom, "110000111", 16)).to.equal(bits16(0x5452));
    expect(transfer(eeprom, "110001000", 16)).to.equal(bits16(0x1200));
    expect(transfer(eeprom, "110001001", 16)).to.equal(bits16(0x5634));
  });

  it("waits for the start bit, however many zeros come before it", () => {
    expect(transfer(new Eeprom(MAC), "000110000001", 16)).to.equal(bits16(0x10ec));
  });

  it("takes a new command after 16 bits without being deselected", () => {
    const eeprom = new Eeprom(MAC);
    transfer(eeprom, "110000001", 16);
    let read = "";
    for (const bit of "110000010") {
      eeprom.drive(true, false, Number(bit));
      eeprom.drive(true, true, Number(bit));
    }
    for (let i = 0; i < 16; i++) {
      eeprom.drive(true, false, 0);
      eeprom.drive(true, true, 0);
      read += eeprom.dataOut;
    }
    expect(read).to.equal(bits16(0x8139));
  });

  it("drives nothing while it is not selected", () => {
    const eeprom = new Eeprom(MAC);
    transfer(eeprom, "110000000", 1);
    expect(eeprom.dataOut).to.equal(1);
    eeprom.drive(false, false, 0);
    expect(eeprom.dataOut).to.equal(0);
  });

  it("ignores a write command and keeps its words", () => {
    const eeprom = new Eeprom(MAC);
    transfer(eeprom, "1010001111111111111111111", 0);
    expect(eeprom.word(7)).to.equal(0x5452);
  });
});
