// Adams and Agesen, "A Comparison of Software and Hardware Techniques for x86 Virtualization"
// (ASPLOS 2006), 3.1 "Simple binary translation", 3.2.
import { expect } from "chai";
import { translateBlock } from "../../../../engine/cpu/translator/block-translator.ts";
import { TranslationCache } from "../../../../engine/cpu/translator/translation-cache.ts";
import { CACHE_BASE } from "../../../../engine/cpu/translator/vmm-region.ts";
import { decodeBytes } from "../../../../engine/cpu/x86/decode.ts";
import { bytesText } from "../../../../engine/cpu/x86/instruction.ts";
import { bytesOf } from "./a-guest.ts";

function translate(text: string, base = 0x1000n, adapted: readonly bigint[] = []) {
  const code = Uint8Array.from(bytesOf(text));
  const cache = new TranslationCache(new Uint8Array(16384));
  const fragment = translateBlock(
    {
      fetch: (address) => decodeBytes(code, base, Number(address - base)),
      pageOf: (linear) => Number(linear) & ~0xfff,
      isAdapted: (address) => adapted.includes(address),
    },
    cache,
    base,
  );
  const parts = fragment.instructions.map(({ instruction, kind, offset, byteCount }) => ({
    name: instruction.mnemonic,
    kind,
    bytes: bytesText(fragment.code.subarray(offset, offset + byteCount)),
  }));
  return { cache, fragment, parts };
}

describe("translateBlock", () => {
  it("copies harmless code byte for byte", () => {
    const { parts, fragment } = translate("48 01 d8  89 07  66 90  c3");
    expect(parts.slice(0, 3)).to.deep.equal([
      { name: "add", kind: "identical", bytes: "48 01 d8" },
      { name: "mov", kind: "identical", bytes: "89 07" },
      { name: "nop", kind: "identical", bytes: "66 90" },
    ]);
    expect(fragment.cacheAddress).to.equal(CACHE_BASE);
  });

  it("makes CLI and STI one store to the virtual CPU's page, which leaves the flags alone", () => {
    const { parts } = translate("fa fb 90 c3");
    expect(parts[0]).to.deep.equal({
      name: "cli",
      kind: "inline",
      bytes: "c6 04 25 01 00 c0 ff 00",
    });
    expect(parts[1]?.bytes).to.equal("c6 04 25 01 00 c0 ff 02");
  });

  it("makes privileged and sensitive instructions callouts, also those that do not fault", () => {
    for (const text of [
      "0f 22 d8", // mov cr3, rax
      "0f 20 d8", // mov rax, cr3
      "f4",
      "48 cf",
      "cd 80",
      "e4 60",
      "ef",
      "0f 01 00", // sgdt [rax]
      "0f 01 e0", // smsw eax
      "0f 01 38", // invlpg [rax]
      "0f a2",
      "0f 30",
      "0f 31",
      "0f 05",
      "8c c8", // mov eax, cs
      "66 9c", // pushf
    ]) {
      const { parts } = translate(`${text} c3`);
      expect(parts[0]?.kind, text).to.equal("callout");
      expect(parts[0]?.bytes, text).to.match(/^c7 04 25 30 00 c0 ff 00 00 00 00 e9 /);
    }
  });

  it("ends a block at a branch, with an exit for each way", () => {
    const { parts, fragment } = translate("85 c0  74 05  90 c3");
    expect(parts.map(({ name, kind }) => `${name} ${kind}`)).to.deep.equal([
      "test identical",
      "je controlFlow",
    ]);
    expect(fragment.exits.map(({ target }) => target)).to.deep.equal([0x1009n, 0x1004n]);
  });

  it("pushes the guest's return address for a call, in two halves where one is too far", () => {
    expect(translate("e8 00 00 00 00").parts[0]?.bytes).to.match(/^68 05 10 00 00 e9 /);
    const far = translate("e8 00 00 00 00", 0x1234_5678_9000n).parts[0]?.bytes;
    expect(far).to.match(/^68 05 90 78 56 c7 44 24 04 34 12 00 00 e9 /);
  });

  it("goes through a look-up for RET and indirect branches", () => {
    const { parts, fragment } = translate("c3");
    expect(parts[0]?.bytes).to.match(/^8f 04 25 28 00 c0 ff e9 /);
    expect(fragment.exits).to.deep.equal([]);
    expect(translate("c2 08 00").parts[0]?.bytes).to.include("48 8d a4 24 08 00 00 00");
    expect(translate("ff e0").parts[0]?.kind).to.equal("controlFlow");
  });

  it("ends after twelve instructions, and one instruction behind STI", () => {
    const { parts, fragment } = translate("90".repeat(20));
    expect(parts.length).to.equal(12);
    expect(fragment.exits.map(({ target }) => target)).to.deep.equal([0x100cn]);
    expect(translate("fb 90 90 90 c3").parts.length).to.equal(2);
  });

  it("ends where another page begins", () => {
    const { parts, fragment } = translate("90 90 48 01 d8 90", 0x1ffcn);
    expect(parts.length).to.equal(3);
    expect(fragment.pages).to.deep.equal([0x1000, 0x2000]);
    expect(translate("90 90 90 90 90", 0x1ffcn).fragment.pages).to.deep.equal([0x1000]);
  });

  it("makes a callout of an instruction that keeps faulting", () => {
    const { parts } = translate("90 89 07 c3", 0x1000n, [0x1001n]);
    expect(parts.map(({ kind }) => kind)).to.deep.equal(["identical", "callout", "controlFlow"]);
  });

  it("fits the room that is kept for it, whatever it translates", () => {
    const worst = translate("9c".repeat(12));
    expect(worst.parts.length).to.equal(12);
    expect(worst.fragment.code.length).to.be.lessThan(2048);
  });
});

describe("TranslationCache", () => {
  it("chains an exit by its displacement, and cuts the chain when the target is dropped", () => {
    const { cache, fragment } = translate("eb 00 c3");
    const [exit] = fragment.exits;
    if (exit === undefined) throw new Error("no exit");
    cache.chain(fragment, exit, fragment);
    expect(exit.chained).to.equal(fragment);
    cache.invalidate(fragment);
    expect(fragment.valid).to.equal(false);
    expect(cache.find(0x1000n, () => 0x1000)).to.equal(undefined);
    expect(cache.counts.invalidated).to.equal(1);
  });

  it("finds a block only while its address lies in the page that it was read from", () => {
    const { cache, fragment } = translate("90 c3");
    expect(cache.find(0x1000n, () => 0x1000)).to.equal(fragment);
    expect(cache.find(0x1000n, () => 0x5000)).to.equal(undefined);
  });

  it("drops fragments whose bytes were written, and no others of the page", () => {
    const { cache, fragment } = translate("90 c3");
    expect(cache.written(0x1002, 8)).to.deep.equal([]);
    expect(cache.written(0xffc, 5)).to.deep.equal([]);
    expect(cache.written(0x1001, 1)).to.deep.equal([fragment]);
  });
});
