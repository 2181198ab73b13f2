import { expect } from "chai";
import fc from "fast-check";
import { DmaPort, type DmaTranslation } from "../../../engine/memory/dma-port.ts";
import { ACTORS } from "../../../engine/trace/actor.ts";
import { aMachine, rowsOf, stepsOf } from "../a-machine.ts";

const SEED = 20_268;
const GUEST_BYTES = 4 << 20;
const PAGE = 4096;

function aPort(actor: number = ACTORS.hardware.code, translation?: DmaTranslation) {
  const machine = aMachine();
  const host = machine.memory.allocateHost(16 * PAGE);
  const purpose = machine.trace.id("test");
  const port: DmaPort = machine.dmaPort(actor, translation);
  return { machine, port, host, purpose, bytes: machine.memory.bytes };
}

/** Pages mapped by number; a page that is absent is refused, 0x80 and up are read-only. */
function pages(map: ReadonlyMap<number, number>): DmaTranslation {
  return {
    translate(iova, byteCount, write) {
      expect((iova % PAGE) + byteCount).to.be.at.most(PAGE);
      const page = map.get(Math.floor(iova / PAGE));
      if (page === undefined || (write && iova >= 0x80 * PAGE)) return -1;
      return page * PAGE + (iova % PAGE);
    },
  };
}

describe("DmaPort", () => {
  it("loads and stores little-endian values of 1 to 8 bytes", () => {
    const { port, purpose, bytes } = aPort();
    port.store64(0x1000, 0x0001_0203_0405_06 * 256 + 7, purpose);
    expect([...bytes.subarray(0x1000, 0x1008)]).to.deep.equal([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(port.load8(0x1000, purpose)).to.equal(7);
    expect(port.load16(0x1001, purpose)).to.equal(0x0506);
    expect(port.load32(0x1000, purpose)).to.equal(0x0405_0607);
    expect(port.load64(0x1000, purpose)).to.equal(0x0001_0203_0405_06 * 256 + 7);
    port.store32(0x2000, 0x1_2345_6789, purpose);
    port.store16(0x2004, 0xabcde, purpose);
    port.store8(0x2006, 0x1ff, purpose);
    expect([...bytes.subarray(0x2000, 0x2008)]).to.deep.equal([
      0x89, 0x67, 0x45, 0x23, 0xde, 0xbc, 0xff, 0,
    ]);
  });

  it("calls a chip's payload DMA and a device model's a copy, descriptors DMA in both", () => {
    for (const [actor, payload] of [
      [ACTORS.hardware.code, ["dmaRead test", "dmaWrite test"]],
      [ACTORS.deviceModel.code, ["copy test", "copy test"]],
    ] as const) {
      const { machine, port, host, purpose } = aPort(actor);
      port.fetch(0x1000, host, 16, purpose);
      port.read(0x1000, host, 60, purpose);
      port.write(host, 0x1000, 60, purpose);
      port.put(host, 0x1000, 16, purpose);
      const [read, write] = payload;
      expect(stepsOf(machine.trace.finish())).to.deep.equal([
        "dmaRead test",
        read,
        write,
        "dmaWrite test",
      ]);
    }
  });

  it("answers reads outside guest memory with ones (chip) or zeros (model), drops writes, says so", () => {
    for (const [actor, byte] of [
      [ACTORS.hardware.code, 0xff],
      [ACTORS.deviceModel.code, 0],
    ] as const) {
      const { machine, port, host, purpose, bytes } = aPort(actor);
      bytes.fill(0x55, host, host + 64);
      expect(port.load8(GUEST_BYTES, purpose)).to.equal(byte);
      expect(port.load16(GUEST_BYTES - 1, purpose)).to.equal(byte * 0x101);
      expect(port.load32(2 ** 40, purpose)).to.equal((byte * 0x1010101) >>> 0);
      expect(port.load64(2 ** 64 - 2048, purpose)).to.equal(byte === 0 ? 0 : 2 ** 64);
      expect(port.read(GUEST_BYTES - 10, host, 20, purpose)).to.equal(false);
      expect([...bytes.subarray(host, host + 21)]).to.deep.equal([...Array(20).fill(byte), 0x55]);
      const before = bytes.slice();
      port.store32(GUEST_BYTES - 2, 7, purpose);
      port.store64(GUEST_BYTES, 7, purpose);
      expect(port.write(host, GUEST_BYTES - 1, 2, purpose)).to.equal(false);
      expect(bytes).to.deep.equal(before);
      const errors = rowsOf(machine.trace.finish()).filter((row) => row.startsWith("guestError"));
      expect(errors.length).to.equal(8);
      expect(errors[0]).to.equal(
        `guestError DMA outside guest memory value=${GUEST_BYTES} detail=1`,
      );
    }
  });

  it("translates a transfer page by page, and refuses the pages that it may not touch", () => {
    const map = new Map([
      [0x10, 5],
      [0x11, 3],
      [0x13, 4],
      [0x80, 6],
    ]);
    const { machine, port, host, purpose, bytes } = aPort(ACTORS.hardware.code, pages(map));
    for (let i = 0; i < 3 * PAGE; i++) bytes[host + i] = i % 251;
    expect(port.write(host, 0x10 * PAGE + 4000, 200, purpose)).to.equal(true);
    expect(bytes.slice(5 * PAGE + 4000, 6 * PAGE)).to.deep.equal(bytes.slice(host, host + 96));
    expect(bytes.slice(3 * PAGE, 3 * PAGE + 104)).to.deep.equal(bytes.slice(host + 96, host + 200));
    expect(port.read(0x11 * PAGE, host, 3 * PAGE, purpose)).to.equal(false);
    expect([bytes[host + PAGE], bytes[host + 2 * PAGE - 1]]).to.deep.equal([0xff, 0xff]);
    expect(port.write(host, 0x80 * PAGE, 4, purpose)).to.equal(false);
    // Who translates has reported those; what it maps beyond the guest's memory the port reports.
    map.set(0x14, GUEST_BYTES / PAGE);
    expect(port.load32(0x14 * PAGE, purpose)).to.equal(0xffff_ffff);
    expect(port.read(0x14 * PAGE, host, 8, purpose)).to.equal(false);
    const errors = rowsOf(machine.trace.finish()).filter((row) => row.startsWith("guestError"));
    expect(errors).to.deep.equal([
      `guestError DMA outside guest memory value=${0x14 * PAGE} detail=4`,
      `guestError DMA outside guest memory value=${0x14 * PAGE} detail=8`,
    ]);
  });

  it("puts a value together that lies across two translated pages", () => {
    const map = new Map([
      [0x10, 5],
      [0x11, 3],
    ]);
    const { port, purpose, bytes } = aPort(ACTORS.hardware.code, pages(map));
    port.store32(0x11 * PAGE - 1, 0x4433_2211, purpose);
    port.store16(0x11 * PAGE - 1, 0xbbaa, purpose);
    expect([bytes[6 * PAGE - 1], ...bytes.subarray(3 * PAGE, 3 * PAGE + 4)]).to.deep.equal([
      0xaa, 0xbb, 0x33, 0x44, 0,
    ]);
    port.store64(0x11 * PAGE - 4, 2 ** 40 + 9, purpose);
    expect(port.load64(0x11 * PAGE - 4, purpose)).to.equal(2 ** 40 + 9);
    expect(port.load32(0x11 * PAGE - 2, purpose)).to.equal(0x0100_0000);
    expect(port.load16(0x12 * PAGE - 1, purpose)).to.equal(0xff00);
  });

  it(`touches nothing outside the buffer that it was given, seed ${SEED}`, () => {
    const transfer = fc.record({
      address: fc.integer({ min: 0, max: GUEST_BYTES + 100 }),
      byteCount: fc.nat(2000),
    });
    const { port, host, purpose, bytes } = aPort();
    bytes.fill(0xee, host, host + 2000);
    fc.assert(
      fc.property(transfer, ({ address, byteCount }) => {
        const inside = address + byteCount <= GUEST_BYTES;
        expect(port.write(host, address, byteCount, purpose)).to.equal(inside);
        const around = bytes.slice(
          Math.max(0, address - 8),
          Math.min(address + byteCount + 8, GUEST_BYTES),
        );
        const written = around.filter((byte) => byte === 0xee).length;
        expect(written).to.equal(inside ? byteCount : 0);
        if (inside) bytes.fill(0, address, address + byteCount);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
