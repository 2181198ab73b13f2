// The 82576's registers as a guest sees them, apart from packets.
import { expect } from "chai";
import { CHIP_IGB, QEMU_IGB } from "../../../../engine/devices/igb/behaviour.ts";
import { CAPABILITY } from "../../../../engine/devices/igb/config.ts";
import { EVENTS } from "../../../../engine/trace/schema.ts";
import { SRIOV } from "../../../../engine/pci/sriov-capability.ts";
import { aFrame, aPf, aSwitch, FAR_END, type Port } from "./a-nic.ts";

const OFFSET = { EERD: 0x14, MDIC: 0x20, GPTC: 0x4080, GPRC: 0x4074, STATUS: 8, VFLRE: 0xc88 };
const READ = 2 << 26;
const READY = 1 << 28;
const ERROR = 1 << 30;

describe("Igb82576", () => {
  it("clears a statistics register when it is read", () => {
    const nic = aPf();
    nic.send(nic.pf, aFrame(FAR_END, nic.pf.address));
    nic.arrive(aFrame(nic.pf.address, FAR_END));
    for (const counter of [OFFSET.GPTC, OFFSET.GPRC]) {
      expect(nic.device.mmio.read(counter, 4)).to.equal(1);
      expect(nic.device.mmio.read(counter, 4)).to.equal(0);
    }
  });

  it("keeps its address in the EEPROM", () => {
    const { device, pf } = aPf();
    const words = [0, 1, 2].map((word) => {
      device.mmio.write(OFFSET.EERD, 4, (word << 2) | 1);
      return device.mmio.read(OFFSET.EERD, 4) >>> 16;
    });
    const bytes = words.flatMap((word) => [word & 0xff, word >>> 8]);
    expect(bytes).to.deep.equal([...pf.address]);
  });

  it("answers for its PHY, and refuses registers that the PHY does not have", () => {
    const { mmio } = aPf().device;
    mmio.write(OFFSET.MDIC, 4, READ | (1 << 21) | (2 << 16));
    expect(mmio.read(OFFSET.MDIC, 4) & 0xffff).to.equal(0x2a8);
    expect(mmio.read(OFFSET.MDIC, 4) & READY).to.not.equal(0);
    mmio.write(OFFSET.MDIC, 4, READ | (3 << 21) | (2 << 16));
    expect(mmio.read(OFFSET.MDIC, 4) & ERROR).to.not.equal(0);
  });

  it("interrupts a second time for nothing when EITR's interval ends, where QEMU is modelled", () => {
    for (const [behaviours, messages] of [
      [QEMU_IGB, 2],
      [CHIP_IGB, 1],
    ] as const) {
      const nic = aSwitch(1, behaviours);
      const vf = nic.vfs[0] as Port;
      const before = nic.machine.trace.length;
      nic.arrive(aFrame(vf.address, FAR_END));
      const trace = nic.machine.trace.finish();
      let count = 0;
      for (let row = before; row < trace.length; row++) {
        const vector = trace.names[trace.where[row] as number];
        if (vector === "vf.vec1" && trace.kind[row] === EVENTS.msix.code) count++;
      }
      expect(count).to.equal(messages);
    }
  });

  it("holds NumVFs while VFs are enabled, and has as many as were enabled", () => {
    const nic = aSwitch(2);
    const { config, sriov } = nic.device;
    expect(sriov.vfCount).to.equal(2);
    config.write(CAPABILITY.sriov + SRIOV.vfCount, 2, 5);
    expect(config.get(CAPABILITY.sriov + SRIOV.vfCount, 2)).to.equal(2);
    config.write(CAPABILITY.sriov + SRIOV.control, 2, 0);
    expect(sriov.vfCount).to.equal(0);
    config.write(CAPABILITY.sriov + SRIOV.vfCount, 2, 5);
    config.write(CAPABILITY.sriov + SRIOV.control, 2, 9);
    expect(sriov.vfCount).to.equal(5);
  });

  it("enables no VFs when NumVFs is beyond TotalVFs", () => {
    const { config, sriov } = aPf().device;
    config.write(CAPABILITY.sriov + SRIOV.vfCount, 2, 9);
    config.write(CAPABILITY.sriov + SRIOV.control, 2, 9);
    expect(sriov.vfCount).to.equal(0);
  });

  it("lays the VFs' BARs end to end behind the address in the capability", () => {
    const { config, sriov } = aPf().device;
    config.write(CAPABILITY.sriov + SRIOV.bar0, 4, 0xfea0_0000);
    expect(sriov.barAddress(0, 0)).to.equal(0xfea0_0000);
    expect(sriov.barAddress(0, 3)).to.equal(0xfea0_c000);
  });

  it("comes to rest when VFs are removed, and carries packets for the PF again", () => {
    const nic = aSwitch(2);
    nic.machine.kernel.runProcess(() => {
      for (const driver of nic.vfDrivers) {
        driver.stop();
        driver.remove();
      }
      nic.pfDriver.disableVfs();
    });
    nic.machine.run();
    expect(nic.device.sriov.vfCount).to.equal(0);
    nic.send(nic.pf, aFrame(FAR_END, nic.pf.address));
    nic.arrive(aFrame(nic.pf.address, FAR_END));
    expect(nic.sent).to.have.length(1);
    expect(nic.pf.received).to.have.length(1);
  });

  it("goes down and up again and carries packets as before", () => {
    const nic = aSwitch(1);
    const vf = nic.vfs[0] as Port;
    for (let round = 0; round < 3; round++) {
      nic.send(vf, aFrame(FAR_END, vf.address, 100, round));
      nic.arrive(aFrame(vf.address, FAR_END, 100, round));
      nic.machine.kernel.runProcess(() => {
        nic.vfDrivers[0]?.stop();
        nic.vfDrivers[0]?.open();
      });
      nic.machine.run();
    }
    expect(nic.sent).to.have.length(3);
    expect(vf.received).to.have.length(3);
  });
});
