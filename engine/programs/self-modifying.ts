import { defineProgram } from "./define.ts";

/** Code that changes code: its own, and the page it runs in. */
export const selfModifying = defineProgram({
  id: "self-modifying",
  title: "Change one's own code",
  shows:
    "What a translator has translated is no longer what the guest would execute: it must notice.",
  source: `
start:
        xor     eax, eax
        mov     ecx, 3
again:  call    patched
        add     byte [patched + 1], 1   ; the constant in the ADD below
        loop    again
; And a whole instruction: INC becomes DEC.
        call    turn
        mov     byte [turn + 1], 0xcb   ; FF C3 is INC EBX, FF CB is DEC EBX
        call    turn
        call    turn
        cli
        hlt

patched:
        db      0x05, 1, 0, 0, 0        ; add eax, 1: then 2, then 3
        ret
turn:   inc     ebx
        ret
`,
});
