// Where frames reach a virtio-net: QEMU's trace says it but for the store itself, which comes a
// moment later than the line; what the driver loads decides.
import { expect } from "chai";
import { virtioArrivals } from "../../../engine/recordings/arrivals-virtio.ts";
import type { RecordedEvent } from "../../../engine/recordings/event.ts";

const origin = { i: 0, line: 1, fn: "", instructions: -1 };

function step(op: "vq_pop" | "vq_fill" | "vq_flush", queue = "rx"): RecordedEvent {
  return { ...origin, op, queue };
}

function load(block: string, offset: number, value: number): RecordedEvent {
  const sizeBytes = 2;
  return { ...origin, op: "mem_read", block, offset, sizeBytes, value: BigInt(value), field: "" };
}

const element = [step("vq_pop"), step("vq_fill"), step("vq_flush")];

describe("Arrivals at a virtio-net", () => {
  it("stand where an element is flushed, when no ring is recorded", () => {
    expect(virtioArrivals([...element, ...element])).to.deep.equal([2, 5]);
  });

  it("are those of the receive queue only", () => {
    expect(
      virtioArrivals([step("vq_pop", "tx"), step("vq_flush", "tx"), ...element]),
    ).to.deep.equal([4]);
  });

  it("move behind loads of the used index that do not count them yet", () => {
    const events = [...element, load("rx_used", 2, 0x15), load("rx_used", 2, 0x16)];
    expect(virtioArrivals(events)).to.deep.equal([4]);
    expect(virtioArrivals([...element, load("rx_used", 2, 0x16)])).to.deep.equal([2]);
  });

  it("count the used index modulo 2^16", () => {
    const late = [...element, load("rx_used", 2, 0xffff), load("rx_used", 2, 0)];
    expect(virtioArrivals(late)).to.deep.equal([4]);
    expect(virtioArrivals([...element, load("rx_used", 2, 0)])).to.deep.equal([2]);
  });

  it("move behind loads of a packed descriptor's flags that do not show it used", () => {
    const waiting = load("rx_desc_ring", 16 * 5 + 14, 0x0080);
    const used = load("rx_desc_ring", 16 * 5 + 14, 0x8080);
    const taken = load("rx_desc_ring", 16 * 5 + 12, 5);
    const packed = [step("vq_pop"), step("vq_fill"), step("vq_flush")];
    expect(virtioArrivals([...packed, used, taken])).to.deep.equal([2]);
    expect(virtioArrivals([...packed, waiting, used, taken])).to.deep.equal([4]);
  });
});
