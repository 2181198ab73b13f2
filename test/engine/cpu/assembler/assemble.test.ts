import { expect } from "chai";
import { InputError } from "../../../../engine/core/input-error.ts";
import { Random } from "../../../../engine/core/random.ts";
import { assemble } from "../../../../engine/cpu/assembler/assemble.ts";
import { LAYOUT } from "../../../../engine/cpu/guest/layout.ts";
import { decodeBytes } from "../../../../engine/cpu/x86/decode.ts";
import { formatInstruction } from "../../../../engine/cpu/x86/format.ts";
import { bytesText, type Instruction } from "../../../../engine/cpu/x86/instruction.ts";
import { OpcodeError } from "../../../../engine/cpu/x86/opcode-error.ts";

/** The bytes of one line at `CODE`, without padding. */
function bytesOf(line: string): string {
  return bytesText(assemble(`start:\n${line}`).lines[1]?.bytes ?? []);
}

describe("assemble", () => {
  it("encodes each kind of operand", () => {
    const lines: readonly (readonly [string, string])[] = [
      ["mov rax, 5", "48 c7 c0 05 00 00 00"],
      ["mov rax, 0x123456789", "48 b8 89 67 45 23 01 00 00 00"],
      ["mov eax, 0xfee00000", "b8 00 00 e0 fe"],
      ["mov byte [rax], 1", "c6 00 01"],
      ["mov [rbx + rcx*4 - 8], r9d", "44 89 4c 8b f8"],
      ["mov al, [rsp]", "8a 04 24"],
      ["mov [rbp], ah", "88 65 00"],
      ["mov sil, [r13]", "41 8a 75 00"],
      ["mov qword [DATA], -1", "48 c7 04 25 00 00 02 00 ff ff ff ff"],
      ["mov rax, gs:[0x10]", "65 48 8b 04 25 10 00 00 00"],
      ["lea rsi, [rel start]", "48 8d 35 f9 ff ff ff"],
      ["mov eax, [ebx]", "67 8b 03"],
      ["add ecx, 1", "83 c1 01"],
      ["add eax, 0x1000", "05 00 10 00 00"],
      ["test al, 4", "a8 04"],
      ["shl rdx, 1", "48 d1 e2"],
      ["shr dword [rax], cl", "d3 28"],
      ["imul eax, ebx, 100", "6b c3 64"],
      ["push 3", "6a 03"],
      ["push 0x202", "68 02 02 00 00"],
      ["push qword [rax]", "ff 30"],
      ["movzx eax, byte [rsi]", "0f b6 06"],
      ["xchg r8, rax", "49 90"],
      ["lock xadd [rdi], eax", "f0 0f c1 07"],
      ["rep movsq", "f3 48 a5"],
      ["repne scasb", "f2 ae"],
      ["in ax, dx", "66 ed"],
      ["out 0x80, al", "e6 80"],
      ["mov cr3, rax", "0f 22 d8"],
      ["mov rax, cr8", "44 0f 20 c0"],
      ["mov ds, ax", "66 8e d8"],
      ["lgdt [rax]", "0f 01 10"],
      ["invlpg [rax]", "0f 01 38"],
      ["iretq", "48 cf"],
      ["sysretq", "48 0f 07"],
      ["pushfq", "9c"],
      ["mfence", "0f ae f0"],
      ["vmcall", "0f 01 c1"],
      ["swapgs", "0f 01 f8"],
      ["safe_halt", "fb f4"],
      ["jmp start", "e9 fb ff ff ff"],
      ["jmp short start", "eb fe"],
      ["jne start", "0f 85 fa ff ff ff"],
      ["loop start", "e2 fe"],
      ["jecxz start", "67 e3 fd"],
      ["call qword [rax]", "ff 10"],
      ['db 1, "ab", 0xff', "01 61 62 ff"],
      ["dq start + 2", "02 00 01 00 00 00 00 00"],
    ];
    expect(lines.map(([line]) => [line, bytesOf(line)])).to.deep.equal(lines);
  });

  it("resolves labels before and after, constants and the names of the layout", () => {
    const image = assemble(`
      COUNT equ 3
      start: mov ecx, COUNT * 2   ; a comment; with a second one
      again: loop again
      jmp done
      org DATA
      table: dd 1, 2
      done: nop
      handler 0x31, done
      handler 0x80, start, user`);
    expect(image.entry).to.equal(LAYOUT.CODE);
    expect(image.symbols.get("again")).to.equal(LAYOUT.CODE + 5);
    expect(image.symbols.get("done")).to.equal(LAYOUT.DATA + 8);
    expect(image.symbols.get("COUNT")).to.equal(3);
    expect([...image.labels]).to.deep.equal(["start", "again", "table", "done"]);
    expect(image.segments.map(({ address, bytes }) => [address, bytesText(bytes)])).to.deep.equal([
      [LAYOUT.CODE, "b9 06 00 00 00 e2 fe e9 fc ff 00 00"],
      [LAYOUT.DATA, "01 00 00 00 02 00 00 00 90"],
    ]);
    expect(image.handlers).to.deep.equal([
      { vector: 0x31, address: LAYOUT.DATA + 8, user: false },
      { vector: 0x80, address: LAYOUT.CODE, user: true },
    ]);
  });

  it("pads sensitive instructions to patch sites, and nothing else", () => {
    const image = assemble("start: inc eax\ncli\nmov eax, [rbx]\nlgdt [DATA]\nhlt");
    expect(bytesText(image.segments[0]?.bytes ?? [])).to.equal(
      "ff c0 fa 0f 1f 80 00 00 00 00 8b 03 0f 01 14 25 00 00 02 00 f4 0f 1f 80 00 00 00 00",
    );
    expect(image.patchSites).to.deep.equal([
      { address: LAYOUT.CODE + 2, instructionBytes: 1, byteCount: 8 },
      { address: LAYOUT.CODE + 12, instructionBytes: 8, byteCount: 8 },
      { address: LAYOUT.CODE + 20, instructionBytes: 1, byteCount: 8 },
    ]);
  });

  it("lists every source line with its address and bytes", () => {
    const { lines } = assemble("start: cli ; off\n\nhlt");
    expect(
      lines.map(({ line, address, bytes, text }) => [line, address, bytesText(bytes), text]),
    ).to.deep.equal([
      [1, 0x10000, "fa", "start: cli ; off"],
      [2, 0x10008, "", ""],
      [3, 0x10008, "f4", "hlt"],
    ]);
  });

  it("names the line and what is wrong with it", () => {
    const errors: readonly (readonly [string, string])[] = [
      [
        "mov [rax], 1",
        "mov does not take these operands, or the size of a memory operand is missing",
      ],
      [
        "mov eax, rbx",
        "mov does not take these operands, or the size of a memory operand is missing",
      ],
      [
        "add eax, 0x123456789",
        "add does not take these operands, or the size of a memory operand is missing",
      ],
      ["mov ah, r8b", "AH, BH, CH and DH cannot stand with these registers"],
      ["vmlaunch", "vmlaunch is not an instruction of the subset"],
      ["jmp nowhere", "nowhere is not defined"],
      ["mov eax, 5 5", '"5 5" is not a constant expression'],
      ["mov eax, [rax + rbx + rcx]", "[rax + rbx + rcx] has more than two registers"],
      ["mov eax, [0xfee00000]", "the address 4276092928 does not fit into 32 signed bits"],
      ["start: nop", "start is defined twice"],
      ["jmp short DATA", "the target is 65534 bytes away, more than the branch can reach"],
    ];
    for (const [line, message] of errors) {
      expect(() => assemble(`start:\n ${line}`), line).to.throw(
        InputError,
        `line 2, "${line}": ${message}`,
      );
    }
    expect(() => assemble("nop")).to.throw(InputError, "the source has no label start");
  });

  it("gives back what the decoder prints, 20,000 random instructions, seed 3", () => {
    const random = new Random(3);
    const different: string[] = [];
    let compared = 0;
    while (compared < 20_000) {
      const bytes = Uint8Array.from({ length: 15 }, () => random.below(256));
      const instruction = tryDecode(bytes);
      if (instruction === undefined || isLeftOut(instruction)) continue;
      compared++;
      const text = formatInstruction(instruction);
      const line = assemble(`start: ${text}`).lines[0];
      const again = decodeBytes(line?.bytes ?? new Uint8Array(), BigInt(LAYOUT.CODE));
      const printed = formatInstruction(again);
      if (printed !== text)
        different.push(`${bytesText(instruction.bytes)}: ${text} -> ${printed}`);
    }
    expect(different.slice(0, 20)).to.deep.equal([]);
  });
});

function tryDecode(bytes: Uint8Array): Instruction | undefined {
  try {
    return decodeBytes(bytes, BigInt(LAYOUT.CODE));
  } catch (error) {
    if (error instanceof OpcodeError) return undefined;
    throw error;
  }
}

/** Absolute addresses of 64 bits, far targets of LOOP, and 32-bit addresses without a register. */
function isLeftOut({ mnemonic, operands, addressBytes }: Instruction): boolean {
  if (/^(?:loop|j.cxz)/.test(mnemonic)) return true;
  return operands.some((it) => {
    if (it.kind === "target") return it.address >> 31n !== 0n;
    if (it.kind !== "memory") return false;
    if (it.base === "rip") return true;
    const bare = it.base === -1 && it.index === -1;
    return bare && (addressBytes === 4 || BigInt.asIntN(32, it.displacement) !== it.displacement);
  });
}
