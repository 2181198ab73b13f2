import { defineProgram } from "./define.ts";

/** Instructions that show privileged state to anyone. */
export const leak = defineProgram({
  id: "leak",
  title: "Look where one is: SGDT, SIDT, SMSW, STR, MOV from CS",
  shows:
    "None of these traps at CPL 3, and all of them tell the truth about the real machine: a kernel " +
    "that runs deprivileged sees the hypervisor's tables and its own ring.",
  source: `
start:
        sgdt    [gdt]
        sidt    [idt]
        smsw    rax
        mov     [machine], rax
        str     eax
        mov     [task], eax
        sldt    eax
        mov     [local], eax
        mov     eax, cs
        mov     [code], eax
        and     eax, 3
        mov     [ring], eax             ; 0, or the kernel knows that it is not one
        pushfq
        pop     qword [flags]           ; IF is clear at the start
        cli
        hlt

        org     DATA
gdt:    resb    16
idt:    resb    16
machine: dq     0
flags:  dq      0
task:   dd      0
local:  dd      0
code:   dd      0
ring:   dd      0
`,
});
