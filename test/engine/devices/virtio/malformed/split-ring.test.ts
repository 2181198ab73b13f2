// How a guest can break a split ring, and what QEMU's device makes of it (hw/virtio/virtio.c,
// virtqueue_split_pop, virtqueue_split_get_avail_bytes): virtio_error, and no buffer.
import { expect } from "chai";
import fc from "fast-check";
import type { RingFault } from "../../../../../engine/devices/virtio/ring-fault.ts";
import { DESC_F } from "../../../../../engine/devices/virtio/ring-layout.ts";
import { AREA, BUFFER, GUEST_BYTES, NUM, RawRing } from "../raw-ring.ts";

const SEED = 22;
const { NEXT, WRITE, INDIRECT } = DESC_F;

function aRing(): RawRing {
  return new RawRing(false);
}

/** Expects that the one buffer offered breaks the ring in this way. */
function expectFault(ring: RawRing, fault: RingFault): void {
  ring.offer([0]);
  expect(ring.pop()).to.equal(false);
  expect(ring.faults).to.deep.equal([fault]);
  expect(ring.pop()).to.equal(false);
  expect(ring.faults).to.have.lengthOf(1);
  expect(ring.stores).to.equal(0);
}

describe("Split ring under a guest that is wrong", () => {
  it("refuses a head outside the table", () => {
    const ring = aRing();
    ring.offer([NUM]);
    expect(ring.pop()).to.equal(false);
    expect(ring.faults).to.deep.equal(["headRange"]);
  });

  it("refuses a next descriptor outside the table", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 60, flags: NEXT, next: NUM });
    expectFault(ring, "nextRange");
  });

  it("refuses a chain that comes back to itself", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 1, flags: NEXT, next: 1 });
    ring.descriptor(1, { byteCount: 1, flags: NEXT, next: 0 });
    expectFault(ring, "loop");
  });

  it("takes a chain as long as the table", () => {
    const ring = aRing();
    for (let i = 0; i < NUM; i++) {
      ring.descriptor(i, { byteCount: 1, flags: i < NUM - 1 ? NEXT : 0, next: i + 1 });
    }
    ring.offer([0]);
    expect(ring.pop()).to.equal(true);
    expect(ring.element.outCount).to.equal(NUM);
    expect(ring.faults).to.deep.equal([]);
  });

  it("refuses a descriptor of no bytes", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 0 });
    expectFault(ring, "zeroLength");
  });

  it("refuses a readable descriptor after a writable one", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 8, flags: NEXT | WRITE, next: 1 });
    ring.descriptor(1, { byteCount: 8 });
    expectFault(ring, "wrongOrder");
  });

  it("refuses more bytes outside memory than its bounce buffer holds", () => {
    const ring = aRing();
    ring.descriptor(0, { address: GUEST_BYTES, byteCount: 4097 });
    expectFault(ring, "strayBuffer");
  });

  it("takes few bytes outside memory: they read as 0, and stores vanish", () => {
    const ring = aRing();
    ring.descriptor(0, { address: GUEST_BYTES - 4, byteCount: 4100, flags: WRITE });
    ring.offer([0]);
    expect(ring.pop()).to.equal(true);
    expect([...ring.element.lengths.subarray(0, 2)]).to.deep.equal([4, 4096]);
    ring.device.push(ring.element, 8);
    ring.offer([0, 0]);
    expect(ring.pop()).to.equal(true);
    expect(ring.faults).to.deep.equal([]);
  });

  it("refuses addresses at the very end of 64 bits", () => {
    const ring = aRing();
    ring.descriptor(0, { address: 2 ** 64 - 2048, byteCount: 8192 });
    expectFault(ring, "strayBuffer");
  });

  for (const byteCount of [0, 8, 24, 17]) {
    it(`refuses an indirect table of ${byteCount} bytes`, () => {
      const ring = aRing();
      ring.descriptor(0, { byteCount, flags: INDIRECT });
      expectFault(ring, "indirectSize");
    });
  }

  it("refuses an indirect table outside memory", () => {
    const ring = aRing();
    ring.descriptor(0, { address: GUEST_BYTES - 16, byteCount: 32, flags: INDIRECT });
    expectFault(ring, "indirectUnmapped");
  });

  it("takes no table within a table: the flag counts for nothing there", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 16, flags: INDIRECT });
    ring.descriptor(0, { address: BUFFER + 256, byteCount: 32, flags: INDIRECT }, BUFFER);
    ring.offer([0]);
    expect(ring.pop()).to.equal(true);
    expect([ring.element.addresses[0], ring.element.lengths[0]]).to.deep.equal([BUFFER + 256, 32]);
  });

  it("refuses a chain that leaves its indirect table", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 32, flags: INDIRECT });
    ring.descriptor(0, { byteCount: 4, flags: NEXT, next: 2 }, BUFFER);
    expectFault(ring, "nextRange");
  });

  it("refuses more pieces than it can hold", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 16 * 1025, flags: INDIRECT });
    for (let i = 0; i < 1025; i++) {
      ring.descriptor(i, { byteCount: 1, flags: i < 1024 ? NEXT : 0, next: i + 1 }, BUFFER);
    }
    expectFault(ring, "tooManySegments");
  });

  it("refuses more buffers in use than it has entries", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 4 });
    ring.offer(Array(NUM).fill(0), NUM + 1);
    for (let i = 0; i < NUM; i++) expect(ring.pop()).to.equal(true);
    expect(ring.pop()).to.equal(false);
    expect(ring.faults).to.deep.equal(["sizeExceeded"]);
  });

  it("refuses an available index that jumped when it counts what waits", () => {
    const ring = aRing();
    const found = { inBytes: 0, outBytes: 0, opaque: 0 };
    ring.offer([], NUM + 1);
    ring.device.availableBytes(found, 100, 100);
    expect(found.inBytes + found.outBytes).to.equal(0);
    expect(ring.faults).to.deep.equal(["indexJump"]);
  });

  it("refuses loops and bad heads when it counts what waits", () => {
    const cases: [RingFault, (ring: RawRing) => void][] = [
      ["headRange", (ring) => ring.offer([NUM])],
      ["nextRange", (ring) => ring.descriptor(0, { byteCount: 1, flags: NEXT, next: 99 })],
      ["loop", (ring) => ring.descriptor(0, { byteCount: 1, flags: NEXT, next: 0 })],
      ["indirectSize", (ring) => ring.descriptor(0, { byteCount: 1, flags: INDIRECT })],
    ];
    for (const [fault, prepare] of cases) {
      const ring = aRing();
      const found = { inBytes: 0, outBytes: 0, opaque: 0 };
      ring.offer([0]);
      prepare(ring);
      ring.device.availableBytes(found, 5000, 5000);
      expect(ring.faults).to.deep.equal([fault]);
    }
  });

  it("refuses areas outside memory", () => {
    for (const [desc, avail, used, fault] of [
      [GUEST_BYTES - 127, AREA.avail, AREA.used, "descUnmapped"],
      [AREA.desc, GUEST_BYTES, AREA.used, "availUnmapped"],
      [AREA.desc, AREA.avail, 2 ** 63, "usedUnmapped"],
    ] as const) {
      const ring = aRing();
      ring.device.setRings(desc, avail, used);
      expect(ring.faults).to.deep.equal([fault]);
      expect(ring.device.mapped).to.equal(false);
      expect(ring.pop()).to.equal(false);
      ring.device.setNotification(true);
      ring.device.push(ring.element, 0);
      expect(ring.device.shouldNotify()).to.equal(true);
    }
  });

  it(`throws at no bytes whatever, seed ${SEED}`, () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16 * NUM, maxLength: 16 * NUM }),
        fc.uint8Array({ minLength: 4 + 2 * NUM, maxLength: 4 + 2 * NUM }),
        fc.boolean(),
        (table, available, tame) => {
          const ring = aRing();
          const { memory } = ring.machine;
          // Tame bytes have small addresses and lengths, so that they get past the first checks.
          const bytes = tame ? table.map((value, i) => (tameByte(i) ? value & 7 : 0)) : table;
          memory.bytes.set(bytes, AREA.desc);
          memory.bytes.set(
            available.map((value) => (tame ? value & 7 : value)),
            AREA.avail,
          );
          const found = { inBytes: 0, outBytes: 0, opaque: 0 };
          ring.device.availableBytes(found, 1000, 1000);
          for (let i = 0; i < 2 * NUM && ring.pop(); i++) ring.device.push(ring.element, 0);
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });
});

/** Low bytes of length, flags and next. */
function tameByte(at: number): boolean {
  return [8, 12, 14].includes(at % 16);
}
