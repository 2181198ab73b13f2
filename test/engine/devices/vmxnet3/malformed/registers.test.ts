// How a guest can knock on registers that are not there or in widths that are not theirs, and what
// QEMU's model makes of it (hw/net/vmxnet3.c, vmxnet3_io_bar0_write, vmxnet3_io_bar1_write).
import { expect } from "chai";
import fc from "fast-check";
import { COMMANDS } from "../../../../../engine/devices/vmxnet3/commands.ts";
import { BAR0, BAR1 } from "../../../../../engine/devices/vmxnet3/registers.ts";
import { EVENT, SHARED } from "../../../../../engine/devices/vmxnet3/shared-area.ts";
import { RawGuest } from "../raw-guest.ts";

const SEED = 7;
const BUFFER = 0x80000;

describe("Vmxnet3 registers under a guest that is wrong", () => {
  it("answers registers that do not exist with 0 and says so", () => {
    const guest = new RawGuest();
    for (const offset of [0x48, 0x100, 0xffc])
      expect(guest.device.bar1.read(offset, 4)).to.equal(0);
    guest.device.bar1.write(0x48, 4, 1);
    expect(guest.device.bar0.read(0x700, 4)).to.equal(0);
    expect(guest.errors()).to.have.lengthOf(5);
  });

  it("finds no BAR 1 register between its registers", () => {
    const guest = new RawGuest();
    expect(guest.device.bar1.read(BAR1.MACL.offset, 4)).to.equal(0x12005452);
    expect(guest.device.bar1.read(BAR1.MACL.offset + 4, 4)).to.equal(0);
  });

  it("rings a doorbell by any aligned access within its 8 bytes", () => {
    for (const [offset, sizeBytes] of [
      [0, 1],
      [1, 1],
      [2, 2],
      [4, 4],
      [0, 8],
    ] as const) {
      const guest = new RawGuest();
      guest.activate();
      guest.putFrame(BUFFER, 60);
      guest.txDescriptor(0, BUFFER, 60);
      guest.device.bar0.write(BAR0.TXPROD.offset + offset, sizeBytes, 0);
      expect(guest.sent).to.have.lengthOf(1);
    }
  });

  it("refuses unaligned accesses", () => {
    const guest = new RawGuest();
    guest.activate();
    guest.putFrame(BUFFER, 60);
    guest.txDescriptor(0, BUFFER, 60);
    guest.device.bar0.write(BAR0.TXPROD.offset + 2, 4, 0);
    expect(guest.device.bar1.read(BAR1.VRRS.offset + 1, 2)).to.equal(0);
    expect(guest.sent).to.deep.equal([]);
    expect(guest.errors()).to.deep.equal(Array(2).fill("unaligned register access"));
  });

  it("takes a narrow write as the whole register's value", () => {
    const guest = new RawGuest();
    guest.device.bar1.write(BAR1.CMD.offset, 1, 0x02);
    expect(guest.errors()).to.deep.equal(["unknown command"]);
    expect(guest.device.bar1.read(BAR1.CMD.offset, 4)).to.equal(0);
    expect(guest.device.bar1.read(BAR1.MACL.offset, 2)).to.equal(0x5452);
  });

  it("answers an unknown command with 0 and says so", () => {
    const guest = new RawGuest();
    for (const command of [0, 0xcafe0006, 0xf00d00ff]) expect(guest.command(command)).to.equal(0);
    expect(guest.errors()).to.deep.equal(Array(3).fill("unknown command"));
  });

  it("ignores writes to read-only registers", () => {
    const guest = new RawGuest();
    guest.device.bar1.write(BAR1.VRRS.offset, 4, 0xff);
    guest.device.bar1.write(BAR1.ICR.offset, 4, 1);
    expect(guest.device.bar1.read(BAR1.VRRS.offset, 4)).to.equal(1);
    expect(guest.errors()).to.deep.equal(["write to read-only ICR"]);
  });

  it("loses a write to IMR while it is not active", () => {
    const guest = new RawGuest();
    guest.device.bar0.write(BAR0.IMR.offset, 4, 0);
    expect(guest.device.bar0.read(BAR0.IMR.offset, 4)).to.equal(1);
    guest.activate();
    guest.device.bar0.write(BAR0.IMR.offset, 4, 0);
    expect(guest.device.bar0.read(BAR0.IMR.offset, 4)).to.equal(0);
  });

  it("leaves service when DSAL becomes 0", () => {
    const guest = new RawGuest();
    guest.activate();
    guest.device.bar1.write(BAR1.DSAL.offset, 4, 0);
    expect(guest.device.active).to.equal(false);
  });

  it("goes back to its permanent address at activation", () => {
    const guest = new RawGuest();
    guest.device.bar1.write(BAR1.MACL.offset, 4, 0xaabbccdd);
    guest.device.bar1.write(BAR1.MACH.offset, 4, 0xeeff);
    expect(guest.device.bar1.read(BAR1.MACL.offset, 4)).to.equal(0xaabbccdd);
    guest.activate();
    expect(guest.device.bar1.read(BAR1.MACL.offset, 4)).to.equal(0x12005452);
  });

  it("sets the link event in shared memory, and clears what ECR acknowledges", () => {
    const guest = new RawGuest();
    guest.activate();
    guest.device.setLink(false);
    expect(guest.view.getUint32(guest.shared + SHARED.ecr, true)).to.equal(EVENT.LINK);
    expect(guest.command(COMMANDS.GET_LINK) & 1).to.equal(0);
    guest.device.bar1.write(BAR1.ECR.offset, 4, EVENT.LINK);
    expect(guest.view.getUint32(guest.shared + SHARED.ecr, true)).to.equal(0);
  });

  it(`survives any accesses to both BARs and any shared memory, seed ${SEED}`, () => {
    const access = fc.record({
      bar: fc.constantFrom("bar0", "bar1" as const),
      offset: fc.oneof(fc.nat(0xfff), fc.constantFrom(0x10, 0x18, 0x20, 0x28, 0x600, 0x608, 0)),
      sizeBytes: fc.constantFrom(1, 2, 4, 8),
      write: fc.boolean(),
      value: fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(...Object.values(COMMANDS), 0)),
    });
    fc.assert(
      fc.property(
        fc.array(access, { maxLength: 60 }),
        fc.uint8Array({ maxLength: 200 }),
        (all, noise) => {
          const guest = new RawGuest();
          guest.activate();
          guest.bytes.set(noise, guest.shared + SHARED.guestOs);
          guest.bytes.set(noise, guest.txRing);
          guest.bytes.set(noise, guest.queues + 8);
          for (const { bar, offset, sizeBytes, write, value } of all) {
            const region = bar === "bar0" ? guest.device.bar0 : guest.device.bar1;
            const at = Math.min(offset, region.byteCount - sizeBytes);
            if (write) region.write(at, sizeBytes, value);
            else expect(region.read(at, sizeBytes)).to.be.at.least(0);
          }
        },
      ),
      { seed: SEED, numRuns: 150 },
    );
  });
});
