// How a guest can break a packed ring, and what QEMU's device makes of it (hw/virtio/virtio.c,
// virtqueue_packed_pop, virtqueue_packed_get_avail_bytes): virtio_error, and no buffer.
import { expect } from "chai";
import fc from "fast-check";
import type { RingFault } from "../../../../../engine/devices/virtio/ring-fault.ts";
import { DESC_F } from "../../../../../engine/devices/virtio/ring-layout.ts";
import { AREA, BUFFER, GUEST_BYTES, NUM, RawRing } from "../raw-ring.ts";

const SEED = 23;
const { NEXT, WRITE, INDIRECT, AVAIL, USED } = DESC_F;

function aRing(): RawRing {
  return new RawRing(true);
}

function expectFault(ring: RawRing, fault: RingFault): void {
  expect(ring.pop()).to.equal(false);
  expect(ring.faults).to.deep.equal([fault]);
  expect(ring.pop()).to.equal(false);
  expect(ring.faults).to.have.lengthOf(1);
  expect(ring.stores).to.equal(0);
}

describe("Packed ring under a guest that is wrong", () => {
  it("sees no buffer in a descriptor of another lap", () => {
    for (const flags of [0, USED, AVAIL | USED]) {
      const ring = aRing();
      ring.descriptor(0, { byteCount: 60, flags });
      expect(ring.pop()).to.equal(false);
      expect(ring.faults).to.deep.equal([]);
    }
  });

  it("refuses a chain that never ends", () => {
    const ring = aRing();
    for (let i = 0; i < NUM; i++) ring.descriptor(i, { byteCount: 1, flags: AVAIL | NEXT });
    expectFault(ring, "loop");
  });

  it("takes a chain as long as the ring", () => {
    const ring = aRing();
    for (let i = 0; i < NUM; i++) {
      ring.descriptor(i, { byteCount: 1, flags: AVAIL | (i < NUM - 1 ? NEXT : 0), next: 5 });
    }
    expect(ring.pop()).to.equal(true);
    expect([ring.element.descriptorCount, ring.element.index]).to.deep.equal([NUM, 5]);
  });

  it("refuses a descriptor of no bytes", () => {
    const ring = aRing();
    ring.descriptor(0, { flags: AVAIL });
    expectFault(ring, "zeroLength");
  });

  it("refuses a readable descriptor after a writable one", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 8, flags: AVAIL | NEXT | WRITE });
    ring.descriptor(1, { byteCount: 8, flags: AVAIL });
    expectFault(ring, "wrongOrder");
  });

  it("refuses more bytes outside memory than its bounce buffer holds", () => {
    const ring = aRing();
    ring.descriptor(0, { address: GUEST_BYTES, byteCount: 4097, flags: AVAIL });
    expectFault(ring, "strayBuffer");
  });

  for (const byteCount of [0, 8, 24]) {
    it(`refuses an indirect table of ${byteCount} bytes`, () => {
      const ring = aRing();
      ring.descriptor(0, { byteCount, flags: AVAIL | INDIRECT });
      expectFault(ring, "indirectSize");
    });
  }

  it("refuses an indirect table outside memory", () => {
    const ring = aRing();
    ring.descriptor(0, { address: GUEST_BYTES, byteCount: 32, flags: AVAIL | INDIRECT });
    expectFault(ring, "indirectUnmapped");
  });

  it("takes no table within a table: the flag counts for nothing there", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 16, flags: AVAIL | INDIRECT, next: 3 });
    ring.descriptor(0, { address: BUFFER + 256, byteCount: 32, flags: INDIRECT }, BUFFER);
    expect(ring.pop()).to.equal(true);
    expect([ring.element.addresses[0], ring.element.lengths[0]]).to.deep.equal([BUFFER + 256, 32]);
    expect(ring.element.index).to.equal(3);
  });

  it("takes every entry of an indirect table, whatever its NEXT flags say", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 48, flags: AVAIL | INDIRECT });
    for (let i = 0; i < 3; i++) ring.descriptor(i, { byteCount: 4 + i }, BUFFER);
    expect(ring.pop()).to.equal(true);
    expect(ring.element.outBytes).to.equal(15);
  });

  it("gives back any buffer id: ids are the driver's own", () => {
    const ring = aRing();
    ring.descriptor(0, { byteCount: 60, flags: AVAIL, next: 0xfffe });
    expect(ring.pop()).to.equal(true);
    ring.device.push(ring.element, 0);
    expect(ring.machine.memory.view.getUint16(AREA.desc + 12, true)).to.equal(0xfffe);
    expect(ring.faults).to.deep.equal([]);
  });

  it("refuses bad tables and endless chains when it counts what waits", () => {
    const cases: [RingFault, number, number][] = [
      ["indirectSize", AVAIL | INDIRECT, 24],
      ["indirectUnmapped", AVAIL | INDIRECT, GUEST_BYTES],
      ["loop", AVAIL | NEXT, 1],
    ];
    for (const [fault, flags, byteCount] of cases) {
      const ring = aRing();
      for (let i = 0; i < NUM; i++) ring.descriptor(i, { byteCount, flags });
      const found = { inBytes: 0, outBytes: 0, opaque: 0 };
      ring.device.availableBytes(found, 5000, 5000);
      expect(ring.faults).to.deep.equal([fault]);
    }
  });

  it("refuses areas outside memory", () => {
    for (const [desc, avail, used, fault] of [
      [GUEST_BYTES - 127, AREA.avail, AREA.used, "descUnmapped"],
      [AREA.desc, GUEST_BYTES - 3, AREA.used, "availUnmapped"],
      [AREA.desc, AREA.avail, 2 ** 63, "usedUnmapped"],
    ] as const) {
      const ring = aRing();
      ring.device.setRings(desc, avail, used);
      expect(ring.faults).to.deep.equal([fault]);
      expect(ring.pop()).to.equal(false);
      ring.device.setNotification(true);
      ring.device.push(ring.element, 0);
      expect(ring.device.shouldNotify()).to.equal(false);
    }
  });

  it(`throws at no bytes whatever, seed ${SEED}`, () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16 * NUM, maxLength: 16 * NUM }),
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        fc.boolean(),
        (table, event, tame) => {
          const ring = aRing();
          const { memory } = ring.machine;
          const bytes = tame ? table.map((value, i) => tameByte(i, value)) : table;
          memory.bytes.set(bytes, AREA.desc);
          memory.bytes.set(event, AREA.avail);
          const found = { inBytes: 0, outBytes: 0, opaque: 0 };
          ring.device.availableBytes(found, 1000, 1000);
          for (let i = 0; i < 2 * NUM && ring.pop(); i++) {
            ring.device.push(ring.element, 0);
            ring.device.shouldNotify();
          }
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });
});

/** Small lengths, and flags that mostly make a descriptor available. */
function tameByte(at: number, value: number): number {
  if (at % 16 === 8) return value & 7;
  if (at % 16 === 14) return (value & 3) | ((value & 0x70) === 0 ? 0 : AVAIL);
  return at % 16 === 12 ? value : 0;
}
