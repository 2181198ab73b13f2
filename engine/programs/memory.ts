import { defineProgram } from "./define.ts";

/** The guest's kernel manages its own page tables. */
export const memory = defineProgram({
  id: "memory",
  title: "Manage memory: map, remap, protect, and a page on demand",
  shows:
    "Page-table entries are plain memory natively and under EPT. Shadow paging has to see the " +
    "changes, and a paravirtual kernel hands each of them in.",
  source: `
WINDOW  equ 0x100000                    ; a linear page to play with
ENTRY   equ PT + 8 * (WINDOW >> 12)
LATER   equ PT + 8 * (UNMAPPED >> 12)
PRESENT equ 0x63                        ; present, writable, accessed, dirty
READ_ONLY equ 0x61

start:
        mov     dword [BUFFER], 0x11111111
        mov     dword [BUFFER + 0x1000], 0x22222222
; Map the window to one page, then to the next.
        mov     rax, BUFFER | PRESENT
        mov     [ENTRY], rax
        invlpg  [WINDOW]
        mov     ebx, [WINDOW]           ; 0x11111111
        mov     rax, BUFFER + 0x1000 + PRESENT
        mov     [ENTRY], rax
        invlpg  [WINDOW]
        mov     ecx, [WINDOW]           ; 0x22222222
; Protect it, and write: the handler makes it writable again.
        mov     rax, BUFFER + 0x1000 + READ_ONLY
        mov     [ENTRY], rax
        invlpg  [WINDOW]
        mov     dword [WINDOW + 4], 0x33333333
; A page that is not there: the handler maps it.
        mov     dword [UNMAPPED + 8], 0x44444444
        mov     edx, [UNMAPPED + 8]
        cli
        hlt

page_fault:
        push    rax
        push    rdi
        mov     edi, [faults]
        mov     rax, cr2
        mov     [addresses + rdi*8], rax
        mov     rax, [rsp + 16]         ; the error code
        mov     [codes + rdi*8], rax
        inc     dword [faults]
        test    al, 1
        jne     protected
        mov     rax, BUFFER + 0x2000 + PRESENT
        mov     [LATER], rax
        jmp     fixed
protected:
        or      qword [ENTRY], 2
        invlpg  [WINDOW]
fixed:  pop     rdi
        pop     rax
        add     rsp, 8                  ; the error code
        iretq

        handler 14, page_fault

        org     DATA
faults: dq      0                       ; 2
addresses: dq   0, 0
codes:  dq      0, 0                    ; 3 (write, present), 2 (write, not present)
`,
});
