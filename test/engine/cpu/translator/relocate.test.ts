// Intel SDM vol. 2A, 2.1.3 "ModR/M and SIB Bytes", 2.2.1.6 "RIP-Relative Addressing".
import { expect } from "chai";
import { anatomyOf, loadOfTarget, relocated } from "../../../../engine/cpu/translator/relocate.ts";
import { decodeBytes } from "../../../../engine/cpu/x86/decode.ts";
import { bytesText, type MemoryOperand } from "../../../../engine/cpu/x86/instruction.ts";
import { bytesOf } from "./a-guest.ts";

function at(address: bigint, text: string) {
  return decodeBytes(Uint8Array.from(bytesOf(text)), address);
}

describe("Relocation of RIP-relative instructions", () => {
  it("finds prefixes, REX, opcode and ModRM", () => {
    expect(anatomyOf(Uint8Array.from(bytesOf("66 65 44 0f b6 05")))).to.deep.equal({
      rexAt: 2,
      opcodeAt: 3,
      modrmAt: 5,
    });
    expect(anatomyOf(Uint8Array.from(bytesOf("8b 05"))).rexAt).to.equal(-1);
  });

  it("keeps the form where a displacement reaches, and the same memory", () => {
    // mov rax, [rip+0x10] at 0x1000: 0x1017
    const instruction = at(0x1000n, "48 8b 05 10 00 00 00");
    const moved = relocated(instruction, instruction.bytes, 0x9000n) as Uint8Array;
    const again = decodeBytes(moved, 0x9000n);
    const { displacement } = again.operands[1] as MemoryOperand;
    expect(0x9000n + 7n + displacement).to.equal(0x1017n);
  });

  it("reaches low memory from the VMM's region, as addresses wrap around", () => {
    const instruction = at(0x1000n, "48 8b 05 10 00 00 00");
    const moved = relocated(instruction, instruction.bytes, 0xffff_ffff_ffd0_0000n) as Uint8Array;
    expect(moved.length).to.equal(7);
  });

  it("takes an absolute displacement where a relative one is too far, and an immediate along", () => {
    // cmp dword [rip-6], 0x11223344 at 0x7fffff00, moved to the top of memory less 3 GiB
    const instruction = at(0x7fff_ff00n, "81 3d fa ff ff ff 44 33 22 11");
    const moved = relocated(instruction, instruction.bytes, 0xffff_ffff_4000_0000n) as Uint8Array;
    expect(bytesText(moved)).to.equal("81 3c 25 04 ff ff 7f 44 33 22 11");
  });

  it("has no form for memory in the middle of nowhere", () => {
    const instruction = at(0x1234_5678_9000n, "48 8b 05 10 00 00 00");
    expect(relocated(instruction, instruction.bytes, 0xffff_ffff_ffd0_0000n)).to.equal(undefined);
  });

  it("loads the target of an indirect branch into RAX with the branch's own operand", () => {
    // call [r9+rcx*8+0x20]; jmp gs:[rax]; jmp r11
    expect(bytesText(loadOfTarget(at(0n, "41 ff 54 c9 20")))).to.equal("49 8b 44 c9 20");
    expect(bytesText(loadOfTarget(at(0n, "65 ff 20")))).to.equal("65 48 8b 00");
    expect(bytesText(loadOfTarget(at(0n, "41 ff e3")))).to.equal("49 8b c3");
  });
});
