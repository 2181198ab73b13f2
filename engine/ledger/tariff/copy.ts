import type { ChargePart, TariffRule } from "./rule.ts";

/** A copy of bytes that lie in the copying core's caches. */
export const WARM_COPY: readonly ChargePart[] = [
  { cost: "copyFixed" },
  { cost: "copyWarmPerByte", per: "byte" },
];
/** A copy of bytes that a device or another core wrote last. */
export const COLD_COPY: readonly ChargePart[] = [
  { cost: "copyFixed" },
  { cost: "copyColdPerByte", per: "byte" },
];

/**
 * Copies: a start and a price for each byte, which depends on who wrote it last. What software does
 * around a copy is on other rows, but for the application's call that takes a packet out of its socket,
 * which runs when it does; "sendto: user to socket buffer" is with the guest's stack, and the
 * copies of a polling process are with its other work.
 */
export const COPY_RULES: readonly TariffRule[] = [
  // The frame came by DMA, or from a backend on another core; the application reads it first here.
  // Under a hosted VMM the VMApp wrote it on this same CPU.
  {
    kind: "copy",
    where: "recvfrom: socket buffer to user",
    mode: "bt-rtl8139",
    parts: ["guestReceiveCall", ...WARM_COPY],
  },
  {
    kind: "copy",
    where: "recvfrom: socket buffer to user",
    parts: ["guestReceiveCall", ...COLD_COPY],
  },

  // 8139too: transmit is from the socket buffer that was just filled; receive is out of a ring that
  // QEMU's main loop wrote, on another core.
  { kind: "copy", where: "skb_copy_and_csum_dev", parts: WARM_COPY },
  { kind: "copy", where: "skb_copy_to_linear_data", parts: COLD_COPY },
  { kind: "copy", where: "small frame: mbuf to data ring", parts: WARM_COPY },

  // QEMU's main loop and the vhost worker run on a core of their own: the guest's bytes come from
  // the vCPU's cache, those for the guest from the core that took the host NIC's interrupt.
  {
    kind: "copy",
    where: /^frame: (guest buffer to host|host to guest buffer)/,
    parts: COLD_COPY,
  },
  // Device models that run inside the exit, on the vCPU's own core, right behind the driver's
  // stores; and into the guest's buffers from what the same thread has just read.
  { kind: "copy", where: /^((transmit|receive) )?payload$/, parts: WARM_COPY },
  { kind: "copy", where: "virtio_net_hdr", parts: WARM_COPY },

  // Into the kernel goes what the device model has just gathered. Out of it comes what the NIC's
  // DMA wrote and another core's softirq queued.
  { kind: "copy", where: /^write to (TAP|macvtap|VMNet)/, parts: WARM_COPY },
  { kind: "copy", where: /^read from (TAP|macvtap|VMNet)/, parts: COLD_COPY },
  // A clone or a message is made by who has just handled the frame; its handler is elsewhere, and
  // what it hands back it has just read.
  {
    kind: "copy",
    where: /^(upcall: into a netlink message|execute: back to the kernel|mirror: )/,
    parts: WARM_COPY,
  },
  { kind: "copy", where: "flow trap: a clone to the agent", parts: COLD_COPY },

  // Xen copies on dom0's CPU: from a page that the guest wrote, or that the NIC's DMA wrote.
  { kind: "copy", where: /^grant copy/, parts: COLD_COPY },
];
