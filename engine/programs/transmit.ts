import { defineProgram } from "./define.ts";
import { machineWithCard } from "./network-card.ts";

/** The sensitive part of a transmit as 8139cp does it: descriptor in memory, doorbell by MMIO. */
export const transmit = defineProgram({
  id: "transmit",
  title: "Send a frame through an RTL8139C+: descriptor, doorbell, interrupt",
  shows:
    "Filling the descriptor is plain memory and costs nothing; every store to the card, and the EOI, " +
    "belongs to whoever owns the device.",
  machine: machineWithCard,
  source: `
; Registers of the RTL8139C+ that an initialized driver uses to send.
TNPDS   equ 0x20        ; transmit ring, 64 bits
CR      equ 0x37
IMR     equ 0x3c
ISR     equ 0x3e
TPPOLL  equ 0xd9
CPCR    equ 0xe0

start:
        mov     ebx, NIC
        mov     byte [rbx + CR], 4              ; transmitter on
        mov     word [rbx + CPCR], 1            ; C+ mode: descriptors
        mov     dword [rbx + TNPDS], ring
        mov     dword [rbx + TNPDS + 4], 0
        mov     word [rbx + IMR], 4             ; interrupt when sent
        sti

; What happens for each packet: the descriptor first, its OWN bit last.
send:
        mov     edi, ring
        mov     dword [rdi + 8], frame          ; buffer address
        mov     dword [rdi + 12], 0
        mov     dword [rdi + 4], 0              ; no VLAN tag
        mov     dword [rdi], 0xf0000000 | 60    ; OWN, end of ring, first and last part
        mfence                                  ; before the card may look
        mov     byte [rbx + TPPOLL], 0x40       ; the doorbell
wait:   cmp     dword [sent], 0
        je      wait
        mov     eax, [ring]                     ; the card has given the descriptor back
        cli
        hlt

transmit_done:
        push    rax
        push    rdx
        movzx   eax, word [rbx + ISR]
        mov     [rbx + ISR], ax                 ; acknowledge: writing 1 clears
        inc     dword [sent]
        mov     edx, APIC
        mov     dword [rdx + 0xb0], 0           ; EOI
        pop     rdx
        pop     rax
        iretq

        handler 0x2b, transmit_done

        org     DATA
ring:   dq      0, 0
sent:   dd      0

        org     BUFFER
frame:  db      0x52, 0x54, 0x00, 0x12, 0x34, 0x57      ; to
        db      0x52, 0x54, 0x00, 0x12, 0x34, 0x56      ; from
        db      0x88, 0xb5                              ; local experimental type
        db      "Hello from real machine code, through a real descriptor."
`,
});
