import { expect } from "chai";
import fc from "fast-check";
import { defineRegisters } from "../../../engine/registers/define.ts";
import { RegisterFile } from "../../../engine/registers/register-file.ts";

const SEED = 20_263;
const common = { fidelity: "modelled", doc: "a register" } as const;

/** One register of each kind; 0x0c, 0x1a and 0x1b are holes. */
const REGISTERS = defineRegisters({
  RW: { ...common, offset: 0x00, bytes: 4, access: "rw", reset: 0x1122_3344 },
  RO: { ...common, offset: 0x04, bytes: 2, access: "ro", reset: 0x8139 },
  W1C: { ...common, offset: 0x06, bytes: 2, access: "w1c", reset: 0xffff },
  RC: { ...common, offset: 0x08, bytes: 2, access: "rc", reset: 0xabcd },
  WO: { ...common, offset: 0x0a, bytes: 2, access: "wo", reset: 0x7777 },
  FIXED: { ...common, offset: 0x0d, bytes: 1, access: "rw", reset: 0xa5, readOnlyMask: 0xf0 },
  BANK: { ...common, offset: 0x10, bytes: 2, access: "rw", banks: { count: 3, stride: 4 } },
  GAP: {
    ...common,
    offset: 0x12,
    bytes: 2,
    access: "ro",
    reset: 7,
    banks: { count: 2, stride: 4 },
  },
});

interface Seen {
  readonly log: string[];
}

function aFile(log: string[] = []): RegisterFile<typeof REGISTERS, Seen> {
  return new RegisterFile(
    REGISTERS,
    {
      RW: { wrote: ({ log }, after, before) => log.push(`RW ${before} to ${after}`) },
      W1C: { wrote: ({ log }, after, before) => log.push(`W1C ${before} to ${after}`) },
      BANK: { wrote: ({ log }, after, _before, bank) => log.push(`BANK[${bank}] = ${after}`) },
    },
    { name: "regs", byteCount: 0x20, device: { log } },
  );
}

/** Storage, byte by byte: the access rules without registers, widths or handlers. */
class Model {
  readonly #bytes = new Map<
    number,
    { value: number; access: string; fixed: number; word: number }
  >();

  constructor() {
    for (const register of Object.values(REGISTERS)) {
      const { offset, bytes, access } = register;
      const banks = "banks" in register ? register.banks : { count: 1, stride: 0 };
      for (let bank = 0; bank < banks.count; bank++) {
        const word = offset + bank * banks.stride;
        for (let i = 0; i < bytes; i++) {
          const value = (("reset" in register ? register.reset : 0) >>> (8 * i)) & 0xff;
          const fixed = "readOnlyMask" in register ? register.readOnlyMask : 0;
          this.#bytes.set(word + i, { value, access, fixed, word });
        }
      }
    }
  }

  read(offset: number, sizeBytes: number): number {
    let value = 0;
    const cleared = new Set<number>();
    for (let i = 0; i < sizeBytes; i++) {
      const byte = this.#bytes.get(offset + i);
      if (byte === undefined) continue;
      if (byte.access !== "wo") value += byte.value * 256 ** i;
      if (byte.access === "rc") cleared.add(byte.word);
    }
    for (const byte of this.#bytes.values()) if (cleared.has(byte.word)) byte.value = 0;
    return value;
  }

  write(offset: number, sizeBytes: number, value: number): void {
    for (let i = 0; i < sizeBytes; i++) {
      const byte = this.#bytes.get(offset + i);
      if (byte === undefined || byte.access === "ro" || byte.access === "rc") continue;
      const written = Math.floor(value / 256 ** i) % 256;
      if (byte.access === "w1c") byte.value &= ~written;
      else byte.value = (byte.value & byte.fixed) | (written & ~byte.fixed);
    }
  }
}

describe("RegisterFile", () => {
  it(`agrees with bytes and their access rules at any width and offset, seed ${SEED}`, () => {
    const access = fc.record({
      write: fc.boolean(),
      offset: fc.nat(0x1f),
      sizeBytes: fc.constantFrom(1, 2, 4, 8),
      value: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(fc.array(access, { maxLength: 40 }), (accesses) => {
        const file = aFile();
        const model = new Model();
        for (const { write, offset, sizeBytes, value } of accesses) {
          const given = value % 256 ** sizeBytes;
          if (write) {
            file.write(offset, sizeBytes, given);
            model.write(offset, sizeBytes, given);
          } else {
            const what = `${sizeBytes} bytes at ${offset}`;
            expect(file.read(offset, sizeBytes), what).to.equal(model.read(offset, sizeBytes));
          }
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it("calls each register's handler once for an access that straddles two", () => {
    const log: string[] = [];
    aFile(log).write(0x10, 8, 0xaaaa_bbbb_cccc);
    expect(log).to.deep.equal(["BANK[0] = 52428", "BANK[1] = 43690"]);
  });

  it("merges a narrow write with the bytes that stay", () => {
    const log: string[] = [];
    const file = aFile(log);
    file.write(1, 1, 0xff);
    expect(file.read(0, 4)).to.equal(0x1122_ff44);
    expect(log).to.deep.equal([`RW ${0x1122_3344} to ${0x1122_ff44}`]);
  });

  it("clears only the bits that a narrow write names in a write-1-to-clear register", () => {
    const file = aFile();
    file.write(7, 1, 0x0f);
    expect(file.read(6, 2)).to.equal(0xf0ff);
  });

  it("cuts a value off at the width of the access, negative ones too", () => {
    const file = aFile();
    file.write(0x0, 4, -1);
    file.write(0x10, 2, 0x12345);
    expect(file.read(0, 4)).to.equal(0xffff_ffff);
    expect(file.read(0x10, 2)).to.equal(0x2345);
    file.set(REGISTERS.FIXED, 0x1ff);
    expect(file.get(REGISTERS.FIXED)).to.equal(0xff);
  });

  it("lets the device set what a guest cannot, and resets everything without calling handlers", () => {
    const log: string[] = [];
    const file = aFile(log);
    file.set(REGISTERS.RO, 1);
    file.set(REGISTERS.BANK, 9, 2);
    expect([file.read(4, 2), file.read(0x18, 2)]).to.deep.equal([1, 9]);
    file.reset();
    expect([file.read(4, 2), file.read(0x18, 2)]).to.deep.equal([0x8139, 0]);
    expect(log).to.deep.equal([]);
  });

  it("asks for what no register answers", () => {
    const log: string[] = [];
    const file = new RegisterFile(
      REGISTERS,
      {},
      {
        name: "regs",
        byteCount: 0x20,
        device: { log },
        unknownRead: (offset, sizeBytes) => {
          log.push(`read ${sizeBytes} at ${offset}`);
          return 0xff;
        },
        unknownWrite: (offset, sizeBytes, value) =>
          log.push(`write ${sizeBytes} at ${offset}: ${value}`),
      },
    );
    expect(file.read(0x0c, 1)).to.equal(0xff);
    expect(file.read(0x400, 4)).to.equal(0xff);
    file.write(0x1e, 2, 5);
    expect(log).to.deep.equal(["read 1 at 12", "read 4 at 1024", "write 2 at 30: 5"]);
  });

  it("lets a handler compute a read and replace the rule of a write", () => {
    const file = new RegisterFile(
      REGISTERS,
      {
        RO: { read: (device: { base: number }, stored) => stored + device.base },
        BANK: { write: (_device, before, written, bank) => before + written * (bank + 1) },
      },
      { name: "regs", byteCount: 0x20, device: { base: 1 } },
    );
    expect(file.read(4, 2)).to.equal(0x813a);
    file.write(0x14, 2, 5);
    file.write(0x14, 2, 5);
    expect(file.read(0x14, 2)).to.equal(20);
  });

  it("names registers for people, banks with their number", () => {
    const file = aFile();
    expect([0, 3, 0x0c, 0x15].map((offset) => file.nameOf(offset))).to.deep.equal([
      "RW",
      "RW",
      undefined,
      "BANK[1]",
    ]);
  });

  it("refuses a register outside its region", () => {
    const make = () =>
      new RegisterFile(REGISTERS, {}, { name: "regs", byteCount: 0x10, device: undefined });
    expect(make).to.throw("lies outside regs");
  });
});
