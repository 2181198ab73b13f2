import { defineProgram } from "./define.ts";
import { machineWithCard } from "./network-card.ts";

/** The same transmit through I/O ports and the four slots of the older RTL8139. */
export const transmitPorts = defineProgram({
  id: "transmit-ports",
  title: "Send a frame through an RTL8139 by I/O ports",
  shows: "IN and OUT are privileged: each of them traps by itself, whatever the way of running.",
  machine: machineWithCard,
  source: `
TSD0    equ NIC_PORT + 0x10     ; status of slot 0: writing the size sends
TSAD0   equ NIC_PORT + 0x20     ; address of slot 0
CR      equ NIC_PORT + 0x37
IMR     equ NIC_PORT + 0x3c
ISR     equ NIC_PORT + 0x3e

start:
        mov     edx, CR
        mov     al, 4                   ; transmitter on
        out     dx, al
        mov     edx, IMR
        mov     ax, 4                   ; interrupt when sent
        out     dx, ax
        mov     edx, TSAD0
        mov     eax, frame
        out     dx, eax
        sti
        mov     edx, TSD0
        mov     eax, 60
        out     dx, eax                 ; the doorbell: the card reads the frame now
wait:   cmp     dword [sent], 0
        je      wait
        mov     edx, TSD0
        in      eax, dx                 ; OWN and TOK: sent
        mov     [status], eax
        cli
        hlt

transmit_done:
        push    rax
        push    rdx
        mov     edx, ISR
        in      ax, dx
        out     dx, ax
        inc     dword [sent]
        mov     edx, APIC
        mov     dword [rdx + 0xb0], 0   ; EOI
        pop     rdx
        pop     rax
        iretq

        handler 0x2b, transmit_done

        org     DATA
sent:   dd      0
status: dd      0

        org     BUFFER
frame:  db      0x52, 0x54, 0x00, 0x12, 0x34, 0x57, 0x52, 0x54, 0x00, 0x12, 0x34, 0x56, 0x88, 0xb5
        db      "Sixty bytes with OUT and nothing else, one port at a time."
`,
});
