import { defineProgram } from "./define.ts";

/** Two address spaces, one linear address. */
export const contextSwitch = defineProgram({
  id: "context-switch",
  title: "Switch address spaces: MOV CR3",
  shows:
    "The same linear address is another page after MOV CR3. Under EPT nobody notices; with shadow " +
    "page tables, or paravirtually, the hypervisor must do it.",
  source: `
start:
        mov     rax, cr3
        mov     r12, rax                ; address space A
        mov     ecx, 3
again:  call    in_a
        mov     eax, PML4_B
        mov     cr3, rax                ; to B
        call    in_b
        mov     cr3, r12                ; and back
        loop    again
        mov     rax, [PROCESS]
        mov     [seen_a], rax
        mov     eax, PML4_B
        mov     cr3, rax
        mov     rax, [PROCESS]
        mov     [seen_b], rax
        mov     cr3, r12
        cli
        hlt

in_a:   add     qword [PROCESS], 1
        ret
in_b:   add     qword [PROCESS], 0x100
        ret

        org     DATA
seen_a: dq      0                       ; 3
seen_b: dq      0                       ; 0x300
`,
});
