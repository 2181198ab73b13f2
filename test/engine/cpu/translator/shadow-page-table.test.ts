// Adams and Agesen (ASPLOS 2006), 2.1 to 2.3. Guest entries are named by their physical addresses.
import { expect } from "chai";
import { ShadowPageTable } from "../../../../engine/cpu/translator/shadow-page-table.ts";
import { VmmMemory } from "../../../../engine/cpu/translator/vmm-memory.ts";
import { walk } from "../../../../engine/cpu/x86/paging.ts";

const RW = { writable: true, user: false, executable: true };
const ENTRIES = [0x1000, 0x2000, 0x3000, 0x4018];

function aShadow(tableBytes = 1 << 18) {
  const memory = new VmmMemory(tableBytes);
  const shadow = new ShadowPageTable(memory, () => {});
  shadow.load(0x1000n);
  const at = (linear: bigint) => walk(memory, shadow.root, linear);
  return { memory, shadow, at };
}

describe("ShadowPageTable", () => {
  it("maps what was filled for the processor to walk, and nothing else", () => {
    const { shadow, at } = aShadow();
    expect(at(0x3456n)).to.equal(undefined);
    shadow.fill(0x3456n, 0x7456, RW, ENTRIES);
    expect(at(0x3000n)?.physical).to.equal(0x7000);
    expect(at(0x3fffn)?.physical).to.equal(0x7fff);
    expect(at(0x3000n)).to.include({ writable: true, user: false, executable: true });
    expect(at(0x4000n)).to.equal(undefined);
  });

  it("drops what was made from a guest entry when that is written, and only that", () => {
    const { shadow, at } = aShadow();
    shadow.fill(0x3000n, 0x7000, RW, ENTRIES);
    shadow.fill(0x4000n, 0x8000, RW, [0x1000, 0x2000, 0x3000, 0x4020]);
    expect(shadow.written(0x4018, 8)).to.equal(1);
    expect(at(0x3000n)).to.equal(undefined);
    expect(at(0x4000n)?.physical).to.equal(0x8000);
    expect(shadow.written(0x3000, 8), "an entry of a higher level").to.equal(1);
    expect(at(0x4000n)).to.equal(undefined);
  });

  it("hears of a write that only touches a byte of an entry, or two entries", () => {
    const { shadow } = aShadow();
    shadow.fill(0x3000n, 0x7000, RW, ENTRIES);
    shadow.fill(0x4000n, 0x8000, RW, [0x1000, 0x2000, 0x3000, 0x4020]);
    expect(shadow.written(0x401c, 8)).to.equal(2);
    expect(shadow.written(0x401f, 1)).to.equal(0);
  });

  it("traces the pages of the guest's tables: mappings of them lose write access", () => {
    const { shadow, at } = aShadow();
    shadow.fill(0x9000n, 0x4000, RW, [0x1000, 0x2000, 0x3000, 0x5048]);
    expect(at(0x9000n)?.writable).to.equal(true);
    expect(shadow.isTablePage(0x4000)).to.equal(false);
    shadow.fill(0x3000n, 0x7000, RW, ENTRIES);
    expect(shadow.isTablePage(0x4000)).to.equal(true);
    expect(at(0x9000n)?.writable).to.equal(false);
    expect(shadow.counts.protectedCount).to.equal(1);
  });

  it("never maps a table's page writable, even if the walk that maps it is what traces it", () => {
    const { shadow, at } = aShadow();
    shadow.fill(0x4000n, 0x4000, RW, [0x1000, 0x2000, 0x3000, 0x4020]);
    expect(at(0x4000n)?.writable).to.equal(false);
  });

  it("drops one page for INVLPG", () => {
    const { shadow, at } = aShadow();
    shadow.fill(0x3000n, 0x7000, RW, ENTRIES);
    expect(shadow.invalidate(0x3abcn)).to.equal(true);
    expect(shadow.invalidate(0x3abcn)).to.equal(false);
    expect(at(0x3000n)).to.equal(undefined);
  });

  it("keeps the spaces of other CR3s right, so that they are taken up again", () => {
    const { shadow, at } = aShadow();
    shadow.fill(0x3000n, 0x7000, RW, ENTRIES);
    const first = shadow.root;
    shadow.load(0xa000n);
    expect(shadow.root).to.not.equal(first);
    expect(at(0x3000n)).to.equal(undefined);
    shadow.written(0x4018, 8);
    shadow.load(0x1000n);
    expect(shadow.root).to.equal(first);
    expect(at(0x3000n), "dropped while another space was in use").to.equal(undefined);
    expect(shadow.counts).to.include({ builtSpaces: 2, reusedSpaces: 1 });
  });

  it("starts afresh when its memory is used up", () => {
    const { memory, shadow, at } = aShadow(1 << 16);
    for (let n = 0; shadow.hasRoom && n < 100; n++) {
      shadow.fill(BigInt(n) << 30n, 0x7000, RW, ENTRIES);
    }
    expect(shadow.hasRoom).to.equal(false);
    shadow.clear();
    shadow.load(0x1000n);
    expect(at(0n)).to.equal(undefined);
    expect(memory.freePageCount).to.equal(15);
  });
});
