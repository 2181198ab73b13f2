import { chargeShares, findMode, generatePackets, rowCycles, simulate } from "#engine";
import { expect } from "chai";

describe("chargeShares", () => {
  for (const modeId of ["vtx-rtl8139", "virtio-vhost", "vf-dpdk"]) {
    it(`chargeShares: ${modeId}: the shares of every row are its cycles`, () => {
      const frames = generatePackets({
        frameBytesWithoutFcs: 300,
        seed: 2,
        direction: "tx",
        count: 4,
      });
      const { trace, costs } = simulate({ mode: findMode(modeId), direction: "tx", frames });
      if (costs === undefined) throw new Error("A run with prices has costs.");
      const shares = costs.charges.map((charge) => chargeShares(charge, costs.prices));
      for (let row = 0; row < trace.length; row++) {
        const a = trace.a[row] ?? 0;
        const sum = (shares[trace.cost[row] ?? 0] ?? []).reduce(
          (all, { rowCycles: once, byteCycles, lineCycles }) =>
            all + once + byteCycles * a + (lineCycles === 0 ? 0 : lineCycles * Math.ceil(a / 64)),
          0,
        );
        expect(sum).to.be.closeTo(rowCycles(trace, row, costs.charges), 1 / 256);
      }
    });
  }
});
