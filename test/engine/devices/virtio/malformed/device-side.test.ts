// A device can be wrong too: Linux's driver gives a ring up (BAD_RING) when it is given back a
// buffer that it did not expose (drivers/virtio/virtio_ring.c, virtqueue_get_buf_ctx_split, _packed).
import { expect } from "chai";
import { NO_BUFFER } from "../../../../../engine/devices/virtio/driver-virtqueue.ts";
import { aRingPair, type RingPair } from "../ring-pair.ts";

/** Uses a buffer with this number, whether it was exposed or not. */
function useBuffer(pair: RingPair, number: number): void {
  pair.device.pop(pair.element);
  pair.element.index = number;
  pair.device.push(pair.element, 0);
}

describe("Virtqueue driver before a device that is wrong", () => {
  for (const packed of [false, true]) {
    const layout = packed ? "packed" : "split";

    it(`gives up a ${layout} ring when the number is out of range`, () => {
      const pair = aRingPair({ packed, event: true, indirect: false });
      pair.add(1, [[0x40_0000, 60]], []);
      useBuffer(pair, 8);
      expect(pair.driver.getBuf()).to.equal(NO_BUFFER);
      expect(pair.driver.broken).to.equal(true);
    });

    it(`gives up a ${layout} ring when the buffer was not exposed`, () => {
      const pair = aRingPair({ packed, event: true, indirect: false });
      pair.add(1, [[0x40_0000, 60]], []);
      useBuffer(pair, 5);
      expect(pair.driver.getBuf()).to.equal(NO_BUFFER);
      expect(pair.driver.broken).to.equal(true);
      expect(pair.driver.interruptHasWork()).to.equal(false);
      expect(pair.add(2, [[0x40_0000, 60]], [])).to.equal(false);
    });

    it(`still finds the buffers of a ${layout} ring that were never used`, () => {
      const pair = aRingPair({ packed, event: true, indirect: true });
      pair.add(4, [[0x40_0000, 60]], []);
      pair.add(
        7,
        [
          [0x40_0000, 60],
          [0x40_1000, 9],
        ],
        [],
      );
      pair.add(9, [], [[0x40_0000, 60]]);
      const tokens: number[] = [];
      for (let i = 0; i < 4; i++) tokens.push(pair.driver.detachUnused());
      expect(tokens).to.deep.equal([4, 7, 9, NO_BUFFER]);
      expect(pair.driver.numFree).to.equal(8);
    });
  }

  it("has no room for a chain longer than the ring", () => {
    for (const packed of [false, true]) {
      const pair = aRingPair({ packed, event: false, indirect: false });
      expect(pair.add(1, Array(9).fill([0x40_0000, 1]), [])).to.equal(false);
      expect(pair.driver.numFree).to.equal(8);
      // Linux tells the device, in case that frees something: only its split ring does.
      expect(pair.notifications).to.equal(packed ? 0 : 1);
    }
  });
});
