// Frames that came are compared with what the guest got: lost and waiting ones are right or not.
import { expect } from "chai";
import type { RecordedEvent } from "../../../engine/recordings/event.ts";
import { compareWire } from "../../../engine/recordings/wire-match.ts";

const frame = (n: number): Uint8Array => Uint8Array.from([n, n, n]);

function came(count: number): RecordedEvent[] {
  return Array.from({ length: count }, (_, n) => ({
    op: "wire_rx",
    line: n + 1,
    byteCount: 3,
    proto: "udp",
    payloadBytes: -1,
    seq: -1,
  })) as unknown as RecordedEvent[];
}

interface Got {
  readonly delivered: readonly number[];
  readonly lostCount?: number;
  readonly waitingCount?: number;
}

function compare(count: number, got: Got, waiting: readonly number[] = []): [number, string] {
  const arriving = Array.from({ length: count }, (_, n) => frame(n));
  const engine = {
    transmitted: [],
    delivered: got.delivered.map(frame),
    lostCount: got.lostCount ?? 0,
    waitingCount: got.waitingCount ?? 0,
  };
  const result = compareWire(came(count), undefined, arriving, engine, waiting.map(frame));
  return [result.match.matched, result.firstDivergence?.engine[0] ?? ""];
}

describe("compareWire", () => {
  it("every frame in order matches", () => {
    expect(compare(3, { delivered: [0, 1, 2] })).to.deep.equal([3, ""]);
  });

  it("a frame that nobody dropped is missed", () => {
    expect(compare(3, { delivered: [0, 1] })).to.deep.equal([2, "> no frame reached the guest"]);
  });

  it("other bytes are seen at their frame, and the next is compared with the next", () => {
    expect(compare(3, { delivered: [0, 9, 2] })).to.deep.equal([2, "> other bytes reached it"]);
  });

  it("as many may be lost as the device dropped", () => {
    expect(compare(4, { delivered: [0, 3], lostCount: 2 })).to.deep.equal([4, ""]);
    expect(compare(4, { delivered: [0, 3], lostCount: 1 })[0]).to.be.below(4);
  });

  it("frames at the end may wait in the device, none before", () => {
    expect(compare(3, { delivered: [0], waitingCount: 2 })).to.deep.equal([3, ""]);
    expect(compare(3, { delivered: [1, 2], waitingCount: 1 })[0]).to.be.below(3);
  });

  it("frames of the phase before reach the guest first and have no line of their own", () => {
    expect(compare(2, { delivered: [7, 8, 0, 1] }, [7, 8])).to.deep.equal([2, ""]);
  });

  it("a frame twice is one too many", () => {
    expect(compare(1, { delivered: [0, 0] })[1]).to.equal("> 1 more frames reached the guest");
  });
});
