// Accesses that no register answers. The chip does what QEMU's does, a row of kind guestError says
// so, and nothing is thrown.
import { expect } from "chai";
import fc from "fast-check";
import { REGISTERS } from "../../../../../engine/devices/rtl8139/registers.ts";
import { AChip } from "../a-chip.ts";

const SEED = 8139;
const ERROR = "register does not answer this access";

describe("Rtl8139 of a guest that accesses registers wrongly", () => {
  const reads: readonly (readonly [what: string, offset: number, size: number, value: number])[] = [
    ["an unknown register", 0x80, 4, 0],
    ["a byte of IMR", 0x3c, 1, 0],
    ["a double word at ISR's word", 0x3c, 4, 0],
    ["a misaligned word", 0x3d, 2, 0],
    ["a misaligned double word", 0x02, 4, 0],
    ["the last byte", 0xff, 1, 0],
  ];
  for (const [what, offset, size, value] of reads) {
    it(`a read of ${what} gives ${value}`, () => {
      const chip = new AChip();
      chip.store(REGISTERS.IMR, 0x80ff);
      expect(chip.read(offset, size)).to.equal(value);
      expect(chip.guestErrors()).to.deep.equal([ERROR]);
    });
  }

  it("a byte written to IMR is lost", () => {
    const chip = new AChip();
    chip.write(0x3c, 1, 0xff);
    expect(chip.load(REGISTERS.IMR)).to.equal(0);
    expect(chip.guestErrors()).to.deep.equal([ERROR]);
  });

  it("a byte of RCR or TCR changes only that byte", () => {
    const chip = new AChip().inCPlusMode();
    chip.store(REGISTERS.RCR, 0xa40e);
    chip.write(0x44, 1, 0x0f);
    expect(chip.load(REGISTERS.RCR)).to.equal(0xa40f);
    chip.store(REGISTERS.TCR, 0x600);
    chip.write(0x40, 1, 0x70);
    expect(chip.load(REGISTERS.TCR)).to.equal(0x74800670);
  });

  it("a word over two byte registers reaches both", () => {
    const chip = new AChip();
    chip.write(0xd8, 2, 0x0003);
    expect(chip.load(REGISTERS.CONFIG5)).to.equal(3);
    expect(chip.read(0x00, 2)).to.equal(0x5452);
    expect(chip.read(0x10, 2)).to.equal(0x2000);
    expect(chip.guestErrors()).to.deep.equal([]);
  });

  it("eight bytes are two double words", () => {
    const chip = new AChip();
    chip.write(0xe4, 8, 0x1_2345_6780);
    expect(chip.load(REGISTERS.RDSAR, 0)).to.equal(0x23456780);
    expect(chip.load(REGISTERS.RDSAR, 1)).to.equal(1);
    expect(chip.read(0xe4, 8)).to.equal(0x1_2345_6780);
  });

  it("read-only registers and bits keep their value", () => {
    const chip = new AChip();
    chip.store(REGISTERS.ANLPAR, 0);
    chip.store(REGISTERS.CBR, 0x1234);
    chip.store(REGISTERS.RERID, 0);
    chip.store(REGISTERS.IDR4, 0xffffffff);
    expect(chip.load(REGISTERS.ANLPAR)).to.equal(0x05e1);
    expect(chip.load(REGISTERS.CBR)).to.equal(0);
    expect(chip.load(REGISTERS.RERID)).to.equal(0x20);
    expect(chip.load(REGISTERS.IDR4)).to.equal(0xffff);
  });

  it("TCR is not written while the transmitter is disabled", () => {
    const chip = new AChip();
    chip.store(REGISTERS.TCR, 0x600);
    expect(chip.load(REGISTERS.TCR)).to.equal(0x74800000);
    expect(chip.guestErrors()).to.deep.equal(["TCR is written while the transmitter is disabled"]);
  });

  it("a locked configuration register keeps its value", () => {
    const chip = new AChip();
    chip.store(REGISTERS.CONFIG3, 0x40);
    expect(chip.load(REGISTERS.CONFIG3)).to.equal(0x01);
    expect(chip.guestErrors()).to.deep.equal(["configuration register is locked"]);
  });

  it(`any accesses at all throw nothing and read unsigned values (seed ${SEED})`, () => {
    const access = fc.record({
      offset: fc.nat(0xff),
      size: fc.constantFrom(1, 2, 4, 8),
      value: fc.nat(0xffffffff),
      write: fc.boolean(),
      frame: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(access, { maxLength: 60 }), (accesses) => {
        const chip = new AChip().inCPlusMode();
        for (const { offset, size, value, write, frame } of accesses) {
          if (write) chip.write(offset, size, value % 256 ** size);
          else expect(chip.read(offset, size)).to.be.within(0, 256 ** size - 1);
          if (frame) chip.arrive(new Uint8Array(64).fill(0xff));
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});
