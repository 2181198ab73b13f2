import { expect } from "chai";
import fc from "fast-check";
import { BufferPool } from "../../../engine/memory/buffer-pool.ts";
import { GuestMemory } from "../../../engine/memory/guest-memory.ts";
import { PacketTags } from "../../../engine/memory/packet-tags.ts";

const SEED = 20_270;

describe("GuestMemory", () => {
  it("contains what lies in guest memory to the last byte", () => {
    const memory = new GuestMemory(0x20_0000, 64);
    expect(memory.contains(0x20_0000 - 4, 4)).to.equal(true);
    for (const [address, count] of [
      [0x20_0000 - 3, 4],
      [-1, 4],
      [Number.NaN, 1],
      [2 ** 64, 0],
      [0, -1],
    ] as const) {
      expect(memory.contains(address, count), `${count} at ${address}`).to.equal(false);
    }
  });

  it(`hands out aligned stretches that never overlap, freed ones zeroed again, seed ${SEED}`, () => {
    const request = fc.record({
      byteCount: fc.integer({ min: 1, max: 9000 }),
      alignment: fc.constantFrom(1, 64, 2048, 4096, 8192, 16384),
      free: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
        const memory = new GuestMemory(0x40_0000, 64);
        const taken: { at: number; byteCount: number; alignment: number }[] = [];
        for (const { byteCount, alignment, free } of requests) {
          const at = memory.allocate(byteCount, alignment);
          expect(at % alignment).to.equal(0);
          expect(memory.bytes.subarray(at, at + byteCount).every((byte) => byte === 0)).to.equal(
            true,
          );
          for (const other of taken) {
            expect(at >= other.at + other.byteCount || other.at >= at + byteCount).to.equal(true);
          }
          memory.bytes.fill(0xcc, at, at + byteCount);
          if (free) memory.free(at, byteCount, alignment);
          else taken.push({ at, byteCount, alignment });
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it("tells sizes and large alignments of freed memory apart", () => {
    const memory = new GuestMemory(0x40_0000, 64);
    memory.free(memory.allocate(8193, 8192), 8193, 8192);
    const next = memory.allocate(8192, 16384);
    expect(next % 16384).to.equal(0);
  });

  it("says when guest or host memory is used up", () => {
    const memory = new GuestMemory(0x20_0000, 64);
    expect(() => memory.allocate(0x20_0000)).to.throw("guest memory is full: 2097152 bytes wanted");
    memory.allocateHost(64);
    expect(() => memory.allocateHost(1)).to.throw("host memory is full: 1 bytes wanted");
  });
});

describe("BufferPool", () => {
  it("gives buffers back that were given, and new ones otherwise", () => {
    const pool = new BufferPool(new GuestMemory(0x20_0000, 64), 2048, 2048);
    const [a, b] = [pool.take(), pool.take()];
    expect(Math.abs(b - a)).to.be.at.least(2048);
    pool.give(a);
    expect(pool.take()).to.equal(a);
  });
});

describe("PacketTags", () => {
  it("names the packet of a buffer anywhere in its first 16 bytes, and -1 elsewhere", () => {
    const tags = new PacketTags(0x1000);
    tags.set(0x140, 7);
    expect([0x140, 0x14f, 0x13f, 0x150].map((at) => tags.get(at))).to.deep.equal([7, 7, -1, -1]);
  });

  it("takes addresses that are none", () => {
    const tags = new PacketTags(0x1000);
    for (const address of [-64, 2 ** 40, Number.NaN]) {
      tags.set(address, 1);
      expect(tags.get(address)).to.equal(-1);
    }
  });
});
