import { defineProgram } from "./define.ts";

/** Interrupts by timer and by oneself, with priorities and EOI. */
export const interrupt = defineProgram({
  id: "interrupt",
  title: "Take interrupts: timer, IPI, priorities, EOI",
  shows:
    "The handlers run in the order of their priorities and each ends with a store to the local " +
    "APIC; HLT gives the processor away until the timer comes.",
  source: `
ICR     equ 0x300
TIMER   equ 0x320
INITIAL equ 0x380
EOI     equ 0xb0

start:
        mov     ebp, APIC
        mov     edi, log
; Two interrupts to oneself while IF is clear: the higher vector is taken first.
        cli
        mov     dword [rbp + ICR], 0x31
        mov     dword [rbp + ICR], 0x61
        sti
        nop                             ; STI lets one more instruction pass
        nop
; The task priority holds the low one back.
        mov     eax, 5
        mov     cr8, rax
        mov     dword [rbp + ICR], 0x31
        mov     byte [rdi], '-'
        inc     rdi
        xor     eax, eax
        mov     cr8, rax
; Sleep until the timer runs out.
        mov     dword [rbp + TIMER], 0x71
        mov     dword [rbp + INITIAL], 1000
        cli
        safe_halt
        mov     byte [rdi], '.'
        cli
        hlt

low:    mov     byte [rdi], 'L'
        jmp     finish
high:   mov     byte [rdi], 'H'
        jmp     finish
timer:  mov     byte [rdi], 'T'
finish: inc     rdi
        mov     dword [rbp + EOI], 0
        iretq

        handler 0x31, low
        handler 0x61, high
        handler 0x71, timer

        org     DATA
log:    resb    16                      ; at the end: HL-LT.
`,
});
