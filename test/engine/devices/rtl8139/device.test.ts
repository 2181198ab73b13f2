// RealTek RTL8139C+ datasheet 1.6, section 5 Register Descriptions; QEMU's hw/net/rtl8139.c decides
// where it differs. Does not cover power management and the CardBus registers.
import { expect } from "chai";
import { REGISTERS } from "../../../../engine/devices/rtl8139/registers.ts";
import { AChip, AT } from "./a-chip.ts";

describe("Rtl8139 after power-on", () => {
  const cases: readonly (readonly [name: keyof typeof REGISTERS, value: number])[] = [
    ["IDR0", 0x12005452],
    ["IDR4", 0x5634],
    ["CR", 0x11],
    ["CAPR", 0xfff0],
    ["TCR", 0x74800000],
    ["TSD0", 0x2000],
    ["TSAD", 0x000f],
    ["CONFIG1", 0x0c],
    ["CONFIG3", 0x01],
    ["MSR", 0xd0],
    ["RERID", 0x20],
    ["BMCR", 0x1000],
    ["BMSR", 0x782d],
    ["ANAR", 0x05e1],
    ["ANLPAR", 0x05e1],
    ["CSCR", 0x0340],
    ["HltClk", 1],
    ["CPCR", 0],
    ["TPPoll", 0],
  ];
  for (const [name, value] of cases) {
    it(`reads ${name} as 0x${value.toString(16)}`, () => {
      expect(new AChip().load(REGISTERS[name])).to.equal(value);
    });
  }
});

describe("Rtl8139 CR", () => {
  it("reset clears itself and leaves the multicast filter and RCR alone", () => {
    const chip = new AChip().inCPlusMode();
    chip.store(REGISTERS.MAR0, 0x80000000);
    chip.store(REGISTERS.IMR, 0x80ff);
    chip.store(REGISTERS.CR, 0x10);
    expect(chip.load(REGISTERS.CR)).to.equal(0x01);
    expect(chip.load(REGISTERS.MAR0)).to.equal(0x80000000);
    expect(chip.load(REGISTERS.RCR)).to.equal(0x0e);
    expect(chip.load(REGISTERS.IMR)).to.equal(0);
    expect(chip.load(REGISTERS.CPCR)).to.equal(0);
    expect(chip.load(REGISTERS.RDSAR)).to.equal(0);
    expect(chip.load(REGISTERS.TSAD0)).to.equal(AT.txRing);
  });

  it("reset by the EEPROM's autoload restores the MAC address", () => {
    const chip = new AChip();
    chip.store(REGISTERS.IDR0, 0x01020304);
    chip.store(REGISTERS["9346CR"], 0x40);
    expect(chip.load(REGISTERS.IDR0)).to.equal(0x12005452);
    expect(chip.load(REGISTERS["9346CR"])).to.equal(0);
  });
});

describe("Rtl8139 ISR", () => {
  it("writing 1 clears the bit and deasserts INTA#", () => {
    const chip = new AChip();
    chip.store(REGISTERS.IMR, 0x20);
    chip.device.chip.setLink(false);
    expect(chip.assertions()).to.equal(1);
    chip.store(REGISTERS.ISR, 0x20);
    expect(chip.load(REGISTERS.ISR)).to.equal(0);
    expect(chip.device.chip.registers.get(REGISTERS.BMSR) & 4).to.equal(0);
  });

  for (const [isrWritePulse, rises] of [
    [true, 2],
    [false, 1],
  ] as const) {
    it(`a write that leaves causes ${isrWritePulse ? "pulses" : "keeps"} the line`, () => {
      const chip = new AChip({ isrWritePulse });
      chip.store(REGISTERS.IMR, 0x20);
      chip.device.chip.setLink(true);
      chip.store(REGISTERS.ISR, 0);
      expect(chip.load(REGISTERS.ISR)).to.equal(0x20);
      expect(chip.assertions()).to.equal(rises);
    });
  }

  it("a masked cause waits until IMR lets it through", () => {
    const chip = new AChip();
    chip.device.chip.setLink(true);
    expect(chip.assertions()).to.equal(0);
    chip.store(REGISTERS.IMR, 0x20);
    expect(chip.assertions()).to.equal(1);
  });
});

describe("Rtl8139 configuration registers", () => {
  it("change only while 9346CR unlocks them", () => {
    const chip = new AChip();
    chip.store(REGISTERS.CONFIG1, 0x2d);
    expect(chip.load(REGISTERS.CONFIG1)).to.equal(0x0c);
    chip.store(REGISTERS["9346CR"], 0xc0);
    chip.store(REGISTERS.CONFIG1, 0x2d);
    expect(chip.load(REGISTERS.CONFIG1)).to.equal(0x2d);
  });

  it("TCR keeps the hardware version and takes the rest", () => {
    const chip = new AChip();
    chip.store(REGISTERS.CR, 0x0c);
    chip.store(REGISTERS.TCR, 0x03000600);
    expect(chip.load(REGISTERS.TCR)).to.equal(0x77800600);
    expect(chip.read(0x43, 1)).to.equal(0x77);
  });

  it("MPC is cleared by any write", () => {
    const chip = new AChip().inCPlusMode();
    chip.arrive(new Uint8Array(60).fill(0xff));
    expect(chip.load(REGISTERS.MPC)).to.equal(1);
    chip.store(REGISTERS.MPC, 0x1234);
    expect(chip.load(REGISTERS.MPC)).to.equal(0);
  });
});

describe("Rtl8139 PHY", () => {
  it("a reset restores the advertisement and keeps the link down", () => {
    const chip = new AChip();
    chip.device.chip.setLink(false);
    chip.store(REGISTERS.ANAR, 0x0061);
    chip.store(REGISTERS.BMCR, 0x8000);
    expect(chip.load(REGISTERS.ANAR)).to.equal(0x05e1);
    expect(chip.load(REGISTERS.BMSR)).to.equal(0x7829);
    expect(chip.load(REGISTERS.MSR)).to.equal(0xd4);
    expect(chip.load(REGISTERS.BMCR)).to.equal(0x1000);
  });
});

describe("Rtl8139 timer", () => {
  it("counts 30 ns steps and interrupts at TimerInt", () => {
    const chip = new AChip();
    chip.store(REGISTERS.TCTR, 0);
    chip.store(REGISTERS.IMR, 0x4000);
    chip.store(REGISTERS.TimerInt, 100);
    chip.machine.run(chip.machine.microseconds(2));
    expect(chip.load(REGISTERS.ISR)).to.equal(0);
    chip.machine.run(chip.machine.microseconds(4));
    expect(chip.load(REGISTERS.ISR)).to.equal(0x4000);
    expect(chip.assertions()).to.equal(1);
    chip.store(REGISTERS.TimerInt, 0);
    chip.machine.run();
  });

  it("goes round for ever, and the machine rests while only it waits", () => {
    const chip = new AChip();
    chip.store(REGISTERS.TimerInt, 100);
    chip.machine.run();
    expect(chip.load(REGISTERS.ISR)).to.equal(0);
    chip.machine.run(chip.machine.microseconds(4));
    expect(chip.load(REGISTERS.ISR)).to.equal(0x4000);
    chip.machine.run();
  });
});

describe("Rtl8139 tally counters", () => {
  it("are written to the 64-byte block that DTCCR names", () => {
    const chip = new AChip().inCPlusMode();
    chip.arrive(new Uint8Array(60).fill(0xff));
    chip.store(REGISTERS.TSD0, 0, 1);
    chip.store(REGISTERS.TSD0, AT.buffer | 8, 0);
    expect(chip.load(REGISTERS.TSD0)).to.equal(AT.buffer);
    const { view } = chip;
    const words = [0, 8, 24, 40, 48, 56].map((at) => view.getUint32(AT.buffer + at, true));
    expect(words).to.deep.equal([0, 0, 1, 0, 1, 0]);
    expect(view.getUint16(AT.buffer + 28, true)).to.equal(1);
  });
});
