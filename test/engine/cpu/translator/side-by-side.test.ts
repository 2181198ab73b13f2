// What the reader sees of translated code, to the byte.
import { expect } from "chai";
import {
  blockOf,
  blocksToText,
  kindCounts,
} from "../../../../engine/cpu/translator/side-by-side.ts";
import { runTranslated } from "./a-guest.ts";

describe("Source and translation side by side", () => {
  // cli; loop: dec ecx; jnz loop; out 0x80, al; hlt
  const { vmm } = runTranslated("fa ff c9 75 fc e6 80 f4", {}, (_machine, cpu) => {
    cpu.gpr[1] = 3n;
  });
  const symbolOf = (address: bigint) => (address === 0x10001n ? "loop" : undefined);
  const blocks = vmm.cache.fragments.map((it) => blockOf(it, vmm.cache.codeOf(it), symbolOf));

  it("shows each instruction beside its translation, and where exits are chained to", () => {
    const lines = blocksToText(blocks)
      .split("\n")
      .map((line) => line.replaceAll(/ {2,}/g, "  "));
    const loop = lines.slice(lines.indexOf("block 10001, 4 bytes, 2 executions"));
    expect(loop.slice(0, 8)).to.deep.equal([
      "block 10001, 4 bytes, 2 executions",
      "10001  ff c9  dec ecx  ; identical  ffffffffffd00035  ff c9  dec ecx",
      "10003  75 fc  jne loop  ; controlFlow  ffffffffffd00037  0f 85 f8 ff ff ff  jne translation of loop",
      "  ffffffffffd0003d  e9 20 00 00 00  jmp translation of 10005",
      "  ; exit to loop, chained to ffffffffffd00035  ffffffffffd00042  c7 04 25 34 00 c0 ff 02 00 00 00  mov dword [vcpu.exit], 2",
      "  ffffffffffd0004d  e9 ae 0f f0 ff  jmp VMM dispatch",
      "  ; exit to 10005, chained to ffffffffffd00062  ffffffffffd00052  c7 04 25 34 00 c0 ff 03 00 00 00  mov dword [vcpu.exit], 3",
      "  ffffffffffd0005d  e9 9e 0f f0 ff  jmp VMM dispatch",
    ]);
  });

  it("keeps both columns equally long", () => {
    for (const { source, translated } of blocks) expect(source.length).to.equal(translated.length);
  });

  it("counts what instructions became", () => {
    expect(kindCounts(vmm.cache.fragments)).to.deep.equal({
      identical: 2,
      relocated: 0,
      controlFlow: 2,
      inline: 1,
      callout: 2,
    });
  });
});
