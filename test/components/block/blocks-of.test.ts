import { KIND } from "#engine";
import { expect } from "chai";
import { blocksOf } from "../../../components/block/blocks-of.ts";
import { aPricedRun, DIRECTIONS, VARIANTS } from "../../support/a-priced-run.ts";

describe("blocksOf", () => {
  for (const variant of VARIANTS) {
    it(`blocksOf: every row of ${variant.name} belongs to one block, in its actor's band`, () => {
      for (const direction of DIRECTIONS) {
        const run = aPricedRun(variant, direction, 3);
        const { blocks, of, memoryOf } = blocksOf(run);
        expect(new Set(blocks.map(({ id }) => id)).size).to.equal(blocks.length);
        for (let row = 0; row < run.trace.length; row++) {
          const block = of(row);
          expect(blocks).to.include(block);
          expect(block.actor).to.equal(run.trace.actor[row]);
          expect(block.kind).to.equal("agent");
          expect(block.agent).to.not.equal("");
          const name = run.trace.names[run.trace.where[row] ?? 0] ?? "";
          if (name !== "") expect(block.names).to.include(name);
          const memory = memoryOf(row);
          if (memory !== undefined) expect(blocks).to.include(memory);
        }
      }
    });
  }

  it("blocksOf: bands come in the order of the actors, and the way out before the way in", () => {
    for (const variant of VARIANTS) {
      const { blocks } = blocksOf(aPricedRun(variant, "echo"));
      const actors = blocks.map(({ actor }) => actor);
      expect(actors).to.deep.equal(actors.toSorted((one, other) => one - other));
      const driver = blocks.filter(({ id }) => id.startsWith("driver-")).map(({ side }) => side);
      expect(driver).to.deep.equal(["send", "receive"]);
    }
  });

  it("blocksOf: every access to a ring is one to memory that is drawn", () => {
    for (const variant of VARIANTS) {
      const run = aPricedRun(variant, "echo");
      const { memoryOf, blocks } = blocksOf(run);
      const rings = new Set(blocks.flatMap((block) => block.rings));
      for (let row = 0; row < run.trace.length; row++) {
        const kind = run.trace.kind[row];
        if (kind !== KIND.ringLoad && kind !== KIND.ringStore) continue;
        const name = run.trace.names[run.trace.where[row] ?? 0] ?? "";
        expect(memoryOf(row)?.rings).to.include(name);
        expect(rings).to.include(name);
      }
    }
  });

  it("blocksOf: a VF's device stands in the hardware, an emulated one in the device model", () => {
    const homes = ["vf-dpdk", "vf-posted", "native", "vtx-rtl8139", "virtio-vhost"].map((id) => {
      const variant = VARIANTS.find(({ name }) => name === id);
      if (variant === undefined) throw new Error(`no mode ${id}`);
      const { blocks } = blocksOf(aPricedRun(variant, "tx"));
      return blocks.find((block) => block.id === "nic" || block.id === "device")?.actor;
    });
    expect(homes).to.deep.equal([5, 5, 5, 3, 3]);
  });
});
