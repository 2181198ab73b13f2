import { expect } from "chai";
import fc from "fast-check";
import { History } from "../../../engine/history/history.ts";
import { memoryMapAt, ownerOf } from "../../../engine/inspect/memory-map.ts";
import { overlay } from "../../../engine/inspect/memory-overlay.ts";
import type { MemoryStretch } from "../../../engine/inspect/memory-stretch.ts";
import { ringsAt } from "../../../engine/inspect/rings/index.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { KIND } from "../../../engine/trace/schema.ts";

const FRAME_BYTES = 200;
const frameBytes = (): number => FRAME_BYTES;

function aRun(modeId: string, direction: "tx" | "rx") {
  const frames = generatePackets({
    count: 3,
    frameBytesWithoutFcs: FRAME_BYTES,
    seed: 2,
    direction,
  });
  const run = simulate({ mode: findMode(modeId), frames, direction, history: true });
  if (run.history === undefined) throw new Error("a run with history has one");
  return { ...run, open: new History(run.history) };
}

function aStretch(address: number, byteCount: number, title: string): MemoryStretch {
  return { address, byteCount, use: "buffer", owner: "driver", title };
}

describe("memoryMapAt", () => {
  for (const modeId of [
    "vtx-rtl8139",
    "vtx-rtl8139too",
    "vmxnet3",
    "virtio-qemu",
    "xen-netfront",
    "vf-injected",
  ]) {
    it(`memoryMapAt: in ${modeId} the whole of memory is covered, each byte once`, () => {
      const { open, places, trace } = aRun(modeId, "rx");
      const window = { address: 0, byteCount: places.memoryBytes };
      for (const row of [-1, trace.length >> 1, trace.length - 1]) {
        let at = 0;
        for (const { address, byteCount } of memoryMapAt(
          places,
          open.at(row),
          window,
          frameBytes,
        )) {
          expect(address).to.equal(at);
          expect(byteCount).to.be.greaterThan(0);
          at += byteCount;
        }
        expect(at).to.equal(places.memoryBytes);
      }
    }).timeout(30_000);
  }

  it("memoryMapAt: a slot's bytes are its owner's, as the ring has it", () => {
    const { open, places } = aRun("vtx-rtl8139", "rx");
    const snapshot = open.at(-1);
    for (const ring of ringsAt(places, snapshot)) {
      for (const slot of ring.slots.slice(0, 8)) {
        const found = ownerOf(places, snapshot, slot.address + slot.byteCount - 1, frameBytes);
        expect([found?.ring, found?.slot, found?.owner]).to.deep.equal([
          ring.id,
          slot.index,
          slot.owner,
        ]);
      }
    }
  });

  it("memoryMapAt: a posted buffer is the device's until the frame in it is handed back, then the driver's", () => {
    const { open, places, trace } = aRun("vtx-rtl8139", "rx");
    const row = trace.kind.findIndex(
      (kind, at) =>
        kind === KIND.copy && trace.names[trace.where[at] as number] === "receive payload",
    );
    const address = trace.b[row] as number;
    const before = ownerOf(places, open.at(row - 1), address, frameBytes);
    expect([before?.use, before?.owner, before?.packet]).to.deep.equal(["frame", "device", 1]);
    const owners = new Set<string>();
    for (let at = row; at < row + 12; at++) {
      owners.add(`${ownerOf(places, open.at(at), address, frameBytes)?.owner}`);
    }
    expect([...owners]).to.deep.equal(["device", "driver"]);
    const last = ownerOf(places, open.at(trace.length - 1), address + FRAME_BYTES - 1, frameBytes);
    expect(last?.use).to.be.oneOf(["frame", "kernel", "buffer"]);
  });

  it("overlay: what is laid over a map covers it and leaves the rest as it was", () => {
    const pieces = fc.array(
      fc.record({
        address: fc.integer({ min: -20, max: 120 }),
        byteCount: fc.integer({ min: 1, max: 40 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, (top) => {
        const ground = [aStretch(0, 60, "low"), aStretch(60, 40, "high")];
        const over = top.map(({ address, byteCount }, i) => aStretch(address, byteCount, `${i}`));
        const map = overlay(ground, over);
        let at = 0;
        for (const stretch of map) {
          expect(stretch.address).to.equal(at);
          at += stretch.byteCount;
        }
        expect(at).to.equal(100);
        for (let byte = 0; byte < 100; byte++) {
          const holders = over.filter((piece) => has(piece, byte)).map(({ title }) => title);
          const title = map.find((piece) => has(piece, byte))?.title ?? "";
          if (holders.length > 0) expect(holders).to.include(title);
          else expect(title).to.equal(byte < 60 ? "low" : "high");
        }
      }),
    );
  });
});

function has({ address, byteCount }: MemoryStretch, byte: number): boolean {
  return byte >= address && byte < address + byteCount;
}
