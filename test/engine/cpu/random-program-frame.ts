// What stands around the pieces of a random program: set-up, handlers, data.
export const PROLOGUE = `
EOI     equ 0xb0
ICR     equ 0x300
start:  mov     ebp, APIC
        mov     ecx, 0xc0000081
        xor     eax, eax
        mov     edx, 0x00100008
        wrmsr
        mov     ecx, 0xc0000082
        mov     eax, system_entry
        xor     edx, edx
        wrmsr
        mov     ecx, 0xc0000084
        mov     eax, 0x600
        wrmsr
        xor     ecx, ecx`;

export const HANDLERS = `
        cli
        hlt

low:    add     qword [counters], 1
        mov     dword [rbp + EOI], 0
        iretq
high:   add     qword [counters + 8], 1
        mov     dword [rbp + EOI], 0
        iretq
software:
        add     qword [counters + 16], 1
        iretq
divide: add     qword [counters + 24], 1
        add     qword [rsp], 2                  ; behind DIV ECX
        iretq
undefined:
        add     qword [counters + 32], 1
        add     qword [rsp], 2                  ; behind UD2
        iretq
privilege:                                      ; from user code only: CLI and its padding
        add     qword [counters + 40], 1
        add     qword [rsp + 8], 8
        add     rsp, 8
        iretq
page:   push    rax
        mov     rax, cr2
        mov     [counters + 48], rax
        mov     rax, [rsp + 8]
        mov     [counters + 56], rax
        mov     eax, BUFFER + 0x3000 + 0x63
        mov     [PT + 8 * (UNMAPPED >> 12)], rax
        pop     rax
        add     rsp, 8
        iretq
leave_user:                                     ; INT 0x81 ends the stay in ring 3
        mov     rsp, [kernel_stack]
        jmp     qword [kernel_return]
system_entry:
        add     qword [counters + 64], 1
        lea     rax, [rax + rdi*2 + 1]
        sysretq

        handler 0x31, low
        handler 0x51, high
        handler 0x40, software
        handler 3, software
        handler 0, divide
        handler 6, undefined
        handler 13, privilege
        handler 14, page
        handler 0x81, leave_user, user

        org     DATA
counters: resb  128
kernel_stack: dq 0
kernel_return: dq 0
store:  resb    64
`;
