// The kernel's memcpy into a shared block: arch/x86/lib/memcpy_64.S, memcpy_orig.
import { expect } from "chai";
import { copyIntoBlock } from "../../../../engine/devices/vmxnet3/memory-copy.ts";
import { Machine } from "../../../../engine/machine.ts";
import { accesses } from "./a-nic.ts";

const BLOCK = 0x1000;

/** Offset and width of each store of a copy from an address with this low byte. */
function stores(byteCount: number, sourceLowByte: number): string[] {
  const machine = new Machine({ guestBytes: 1 << 20 });
  const block = machine.block("block", BLOCK, 256);
  const source = 0x2000 + sourceLowByte;
  const data = Uint8Array.from({ length: byteCount }, (_, i) => i + 1);
  machine.memory.bytes.set(data, source);
  copyIntoBlock(block, 0, machine.memory, source, byteCount);
  const copied = machine.memory.bytes.slice(BLOCK, BLOCK + byteCount + 1);
  expect([...copied]).to.deep.equal([...data, 0]);
  return accesses(machine).map((line) => line.split(" ")[1]?.slice("block+".length) as string);
}

describe("copyIntoBlock", () => {
  it("copies any length of any low byte right, and nothing behind it", () => {
    for (let byteCount = 0; byteCount <= 160; byteCount++) {
      for (const low of [0x02, 0x42, 0x82, 0xc2]) stores(byteCount, low);
    }
  });

  it("goes forward 32 bytes a turn, then from both ends of what is left", () => {
    expect(stores(42, 0x02)).to.deep.equal(["0/8", "8/8", "10/8", "18/8", "20/8", "22/8"]);
    expect(stores(60, 0x42).join(" ")).to.equal("0/8 8/8 10/8 18/8 20/8 28/8 2c/8 34/8");
  });

  it("goes backward when the source's low byte, signed, is the lower one", () => {
    expect(stores(42, 0x82)).to.deep.equal(["22/8", "1a/8", "12/8", "a/8", "0/8", "2/8"]);
  });

  it("ends with 4-byte and 1-byte stores for short rests", () => {
    expect(stores(37, 0x02).slice(4)).to.deep.equal(["20/4", "21/4"]);
    expect(stores(35, 0x02).slice(4)).to.deep.equal(["21/1", "22/1", "20/1"]);
    expect(stores(34, 0x02).slice(4)).to.deep.equal(["21/1", "21/1", "20/1"]);
    expect(stores(33, 0x02).slice(4)).to.deep.equal(["20/1"]);
    expect(stores(0, 0x02)).to.deep.equal([]);
  });
});
