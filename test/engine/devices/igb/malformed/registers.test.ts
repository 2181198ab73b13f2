// Registers that do not exist, odd widths, a VF where only the PF may go, and noise everywhere.
import { expect } from "chai";
import fc from "fast-check";
import { aFrame, aSwitch, BROADCAST, FAR_END, type Port } from "../a-nic.ts";

const RCTL = 0x100;
const UNKNOWN_OF_VF = 0x100;

describe("Igb82576 of a guest that misuses registers", () => {
  it("reads nothing from a register that is not there, and ignores writes", () => {
    const nic = aSwitch(1);
    expect(nic.device.mmio.read(0x1f_ffc, 4)).to.equal(0);
    nic.device.mmio.write(0x1f_ffc, 4, 1);
    expect(nic.guestErrors()).to.deep.equal([
      "read of an unknown register",
      "write to an unknown register",
    ]);
  });

  it("says so when a register is accessed with another width than its own", () => {
    const nic = aSwitch(1);
    const whole = nic.device.mmio.read(RCTL, 4);
    expect(nic.device.mmio.read(RCTL, 1)).to.equal(whole & 0xff);
    expect(nic.device.mmio.read(RCTL, 2)).to.equal(whole & 0xffff);
    expect(nic.guestErrors()).to.deep.equal([
      "register access of an odd width",
      "register access of an odd width",
    ]);
  });

  it("lets a VF change nothing that is the PF's", () => {
    const nic = aSwitch(1);
    const vf = nic.device.vfs[0]?.mmio;
    const before = nic.device.mmio.read(RCTL, 4);
    vf?.write(UNKNOWN_OF_VF, 4, 0);
    vf?.write(8, 4, 0xffff_ffff);
    expect(vf?.read(UNKNOWN_OF_VF, 4)).to.equal(0);
    expect(nic.device.mmio.read(RCTL, 4)).to.equal(before);
    expect(nic.guestErrors()).to.have.length(3);
  });

  it("keeps the VFs apart and the PF going when one VF writes noise into all its registers", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat({ max: 0xfff }),
            fc.constantFrom(1, 2, 4, 8),
            fc.integer({ min: 0, max: 0xffff_ffff }),
          ),
          { minLength: 1, maxLength: 60 },
        ),
        (writes) => {
          const nic = aSwitch(2);
          const [a, b] = nic.vfs as [Port, Port];
          const noisy = nic.device.vfs[0]?.mmio;
          for (const [word, width, value] of writes) {
            noisy?.write(word * 4, width, value);
            noisy?.read(word * 4, width);
          }
          nic.machine.run();
          nic.arrive(aFrame(BROADCAST, FAR_END));
          nic.arrive(aFrame(b.address, FAR_END));
          nic.send(b, aFrame(FAR_END, b.address));
          expect(b.received).to.have.length(2);
          expect(nic.pf.received).to.have.length(1);
          expect(nic.sent.at(-1)).to.deep.equal(aFrame(FAR_END, b.address));
          expect(a.received.length).to.be.at.most(1);
        },
      ),
      { seed: 5, numRuns: 20 },
    );
  });

  it("comes to rest after noise in the PF's registers", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat({ max: 0x7fff }),
            fc.constantFrom(1, 2, 4, 8),
            fc.integer({ min: 0, max: 0xffff_ffff }),
          ),
          { minLength: 1, maxLength: 100 },
        ),
        (writes) => {
          const nic = aSwitch(1);
          for (const [word, width, value] of writes) {
            nic.device.mmio.write(word * 4, width, value);
            nic.device.mmio.read(word * 4, width);
          }
          nic.machine.run();
        },
      ),
      { seed: 6, numRuns: 20 },
    );
  });
});
