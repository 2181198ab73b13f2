import { defineProgram } from "./define.ts";

/** POPF clears IF natively; at CPL 3 it does not, and says nothing. */
export const popf = defineProgram({
  id: "popf",
  title: "Switch interrupts off with POPF, and lose an update where that fails",
  shows:
    "POPF at CPL 3 leaves IF alone and does not trap. Deprivileged without help, the interrupt comes " +
    "in the middle of the critical section and its update is lost: 1 instead of 101.",
  source: `
EOI     equ 0xb0
ICR     equ 0x300

start:
        mov     ebp, APIC
        sti
        pushfq
        pop     rbx                     ; flags with IF
        mov     rax, rbx
        and     rax, ~0x200
        push    rax
        popfq                           ; interrupts off, as local_irq_restore does it
; Critical section: nobody may change the counter between load and store.
        mov     eax, [counter]
        mov     dword [rbp + ICR], 0x31 ; the interrupt is requested now
        nop
        add     eax, 1
        mov     [counter], eax
        push    rbx
        popfq                           ; interrupts on again: now it comes
        nop
        pushfq
        pop     rax
        and     eax, 0x200
        mov     [flags], eax
        cli
        hlt

add_hundred:
        add     dword [counter], 100
        mov     dword [rbp + EOI], 0
        iretq

        handler 0x31, add_hundred

        org     DATA
counter: dd     0                       ; 101
flags:  dd      0                       ; 0x200
`,
});
