import { defineProgram } from "./define.ts";

/** Nothing but harmless code: what everyone runs at full speed. */
export const checksum = defineProgram({
  id: "checksum",
  title: "Copy a frame and compute its Internet checksum",
  shows:
    "There is nothing sensitive in it but the end: only a translator has work, once, and afterwards " +
    "its blocks are chained.",
  source: `
BYTES   equ 256

start:
        mov     edi, BUFFER             ; fill
        xor     eax, eax
        mov     ecx, BYTES
fill:   mov     [rdi], al
        add     al, 7
        inc     rdi
        loop    fill
        mov     esi, BUFFER             ; copy
        mov     edi, BUFFER + 0x1000
        mov     ecx, BYTES >> 3
        rep movsq
        mov     esi, BUFFER + 0x1000    ; sum of words, carries folded
        mov     ecx, BYTES >> 1
        call    sum
        mov     [result], eax
        cli
        hlt

sum:    xor     eax, eax
next:   movzx   edx, word [rsi]
        add     eax, edx
        add     rsi, 2
        dec     ecx
        jne     next
        mov     edx, eax
        shr     edx, 16
        and     eax, 0xffff
        add     eax, edx
        mov     edx, eax
        shr     edx, 16
        add     eax, edx
        not     eax
        and     eax, 0xffff
        ret

        org     DATA
result: dd      0
`,
});
