import { defineProgram } from "./define.ts";

/** A user program asks its kernel for something, three times. */
export const systemCall = defineProgram({
  id: "system-call",
  title: "Call the kernel: SYSCALL, SWAPGS, SYSRET, and INT for the end",
  shows:
    "Natively and under VT-x a system call never leaves the guest. Where the kernel is not in ring 0, " +
    "each one goes through the hypervisor, twice.",
  source: `
STAR    equ 0xc0000081
LSTAR   equ 0xc0000082
FMASK   equ 0xc0000084
KERNEL_GS equ 0xc0000102

start:
        mov     ecx, STAR
        xor     eax, eax
        mov     edx, 0x00100008         ; user selectors from 0x10, kernel's from 0x08
        wrmsr
        mov     ecx, LSTAR
        mov     eax, system_entry
        xor     edx, edx
        wrmsr
        mov     ecx, FMASK
        mov     eax, 0x200              ; interrupts off in the kernel
        wrmsr
        mov     ecx, KERNEL_GS
        mov     eax, per_cpu
        wrmsr
; To ring 3 by IRETQ.
        push    USER_SS
        push    USER_STACK
        push    0x202
        push    USER_CS
        push    user
        iretq


system_entry:                           ; RCX: back to, R11: flags
        swapgs
        mov     gs:[0], rsp
        mov     rsp, gs:[8]
        push    rcx
        push    r11
        inc     dword [calls]
        cmp     eax, 1
        jne     not_add
        lea     rax, [rdi + rsi]
        jmp     leave_kernel
not_add:
        mov     rax, -38                ; no such call
leave_kernel:
        pop     r11
        pop     rcx
        mov     rsp, gs:[0]
        swapgs
        sysretq

exit:                                   ; INT 0x80 from user code
        mov     [code], edi
        cli
        hlt

        handler 0x80, exit, user

        org     DATA
per_cpu: dq     0, ENTRY_STACK - 0x100
calls:  dd      0                       ; 3
code:   dd      0                       ; 5

        org     USER_CODE
user:   mov     edi, 2
        mov     esi, 3
        mov     eax, 1                  ; add
        syscall
        mov     [PROCESS], rax          ; 5
        mov     edi, eax
        mov     eax, 99                 ; no such call
        syscall
        mov     [PROCESS + 8], rax      ; -38
        mov     esi, 0
        mov     eax, 1
        syscall
        mov     edi, eax
        int     0x80
`,
});
