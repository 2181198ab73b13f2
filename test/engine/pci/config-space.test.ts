// PCI Local Bus 3.0, 6.1 "Configuration Space Organization", 6.7 "Capabilities List".
import { expect } from "chai";
import fc from "fast-check";
import { CONFIG, ConfigSpace } from "../../../engine/pci/config-space.ts";

const SEED = 20_264;

describe("ConfigSpace", () => {
  it("lets a guest write the bits that are writable and no other", () => {
    const space = new ConfigSpace();
    space.set(CONFIG.command, 2, 0x0100).allowWrites(CONFIG.command, 2, 0x0407);
    space.write(CONFIG.command, 2, 0xffff);
    expect(space.read(CONFIG.command, 2)).to.equal(0x0507);
    space.write(CONFIG.command + 1, 1, 0);
    expect(space.read(CONFIG.command, 2)).to.equal(0x0107);
  });

  it("clears status bits that a guest writes as 1 and keeps the others", () => {
    const space = new ConfigSpace();
    space.set(CONFIG.status, 2, 0xf210).clearOnOne(CONFIG.status, 2, 0xf900);
    space.write(CONFIG.status, 2, 0x9000);
    expect(space.read(CONFIG.status, 2)).to.equal(0x6210);
  });

  it("answers a BAR's size when ones are written to it", () => {
    const space = new ConfigSpace();
    space.set(CONFIG.bar0, 4, 1).allowWrites(CONFIG.bar0, 4, 2 ** 32 - 0x100);
    space.write(CONFIG.bar0, 4, 0xffff_ffff);
    expect(space.read(CONFIG.bar0, 4)).to.equal(0xffff_ff01);
    space.write(CONFIG.bar0, 4, 0xc000);
    expect(space.read(CONFIG.bar0, 4)).to.equal(0xc001);
  });

  it("links capabilities from the last added to the first and says that there are some", () => {
    const space = new ConfigSpace();
    expect(space.get(CONFIG.status, 2) & 0x10).to.equal(0);
    space.addCapability(0x05, 0x50, 24);
    space.addCapability(0x11, 0x70, 12);
    const walk: [number, number][] = [];
    for (let at = space.read(CONFIG.capabilities, 1); at !== 0; at = space.read(at + 1, 1)) {
      walk.push([space.read(at, 1), at]);
    }
    expect(walk).to.deep.equal([
      [0x11, 0x70],
      [0x05, 0x50],
    ]);
    expect(space.get(CONFIG.status, 2) & 0x10).to.equal(0x10);
    expect(() => space.addCapability(1, 0x3c, 8)).to.throw("0x40 to 0xff");
  });

  it("reads ones beyond its end, ignores writes there, and tells the device of each write", () => {
    const space = new ConfigSpace();
    const written: string[] = [];
    space.onWrite((offset, sizeBytes) => written.push(`${offset}/${sizeBytes}`));
    space.allowWrites(0xfc, 4, 0xffff_ffff);
    expect(space.read(0x100, 4)).to.equal(0xffff_ffff);
    space.write(0xfe, 4, 0x0403_0201);
    expect(space.read(0xfc, 4)).to.equal(0x0201_0000);
    expect(written).to.deep.equal(["254/4"]);
  });

  it(`keeps every read-only bit whatever is written, seed ${SEED}`, () => {
    const write = fc.record({
      offset: fc.nat(255),
      sizeBytes: fc.constantFrom(1, 2, 4),
      value: fc.nat(0xffff_ffff),
    });
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 256, maxLength: 256 }),
        fc.uint8Array({ minLength: 256, maxLength: 256 }),
        fc.array(write, { maxLength: 30 }),
        (initial, writable, writes) => {
          const space = new ConfigSpace();
          const expected = initial.slice();
          for (let i = 0; i < 256; i++) {
            space.set(i, 1, initial[i] as number).allowWrites(i, 1, writable[i] as number);
          }
          for (const { offset, sizeBytes, value } of writes) {
            space.write(offset, sizeBytes, value);
            for (let i = 0; i < sizeBytes && offset + i < 256; i++) {
              const may = writable[offset + i] as number;
              const byte = Math.floor(value / 256 ** i) % 256;
              expected[offset + i] = ((expected[offset + i] as number) & ~may) | (byte & may);
            }
          }
          expect(space.bytes).to.deep.equal(expected);
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });
});
