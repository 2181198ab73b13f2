// netmap, USENIX ATC 2012, section 5.2: 0.25 to 2 cycles per byte. prototype-kernel: memset by size.
import { expect } from "chai";
import { COPY } from "../../../../engine/ledger/costs/copy.ts";
import { MODES } from "../../../../engine/modes/index.ts";
import { generatePackets } from "../../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../../engine/run/simulate.ts";
import { KIND } from "../../../../engine/trace/schema.ts";
import { costsOf, type Row, typicalOf } from "./a-charge.ts";

const VHOST: Row = {
  kind: "copy",
  actor: "deviceModel",
  where: "frame: guest buffer to host page",
  mode: "virtio-vhost",
};

describe("Tariff of copies", () => {
  it("a cold copy of 1500 B takes as many cycles as were published: 0.25 to 2 a byte", () => {
    expect(typicalOf({ ...VHOST, a: 1500 }).cycles).to.be.within(0.25 * 1500, 2 * 1500);
  });

  it("a warm copy is cheaper than a cold one, and no cheaper than storing", () => {
    const payload: Row = { ...VHOST, where: "payload", mode: "vmxnet3" };
    const warm = typicalOf({ ...payload, a: 4096 }).cycles;
    expect(warm).to.be.below(typicalOf({ ...VHOST, a: 4096 }).cycles);
    expect(warm).to.be.above(148);
  });

  it("start and price of a byte give the time of a memset: 36, 52, 148 and 276 cycles", () => {
    const perByte = (276 - 36) / (8192 - 256);
    for (const [bytes, cycles] of [
      [256, 36],
      [1024, 52],
      [4096, 148],
      [8192, 276],
    ] as const) {
      const ours = COPY.copyFixed.value.typical + bytes * perByte;
      expect(ours / cycles, `${bytes} B`).to.be.within(0.9, 1.15);
    }
  });

  it("a copy costs by its bytes, not by the call", () => {
    const small = typicalOf({ ...VHOST, a: 64 }).cycles;
    const large = typicalOf({ ...VHOST, a: 64 * 20 }).cycles;
    expect(large / small).to.be.within(8, 20);
  });

  for (const mode of MODES) {
    it(`every copy of ${mode.id} has a price that counts its bytes`, () => {
      const frames = generatePackets({
        count: 2,
        frameBytesWithoutFcs: 60,
        seed: 1,
        direction: "tx",
      });
      const { trace } = simulate({ mode, frames, direction: "echo" });
      const names = new Set<string>();
      for (let row = 0; row < trace.length; row++) {
        if (trace.kind[row] === KIND.copy)
          names.add(trace.names[trace.where[row] as number] as string);
      }
      names.delete("sendto: user to socket buffer");
      for (const where of names) {
        const costs = costsOf({ kind: "copy", actor: "deviceModel", where, mode: mode.id });
        expect(
          costs.some((cost) => /^copy(Warm|Cold)PerByte$/.test(cost)),
          where,
        ).to.equal(true);
      }
    });
  }
});
