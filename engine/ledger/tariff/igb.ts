import type { TariffRule } from "./rule.ts";

/**
 * igb and igbvf: a frame that is sent stands on the driver's call, a poll on the poll's. What each
 * frame of a batch costs stands on the ring accesses that each frame makes: one load of a descriptor
 * that was written back, seven (igb) or three (igbvf) of one received, two or three stores for a
 * buffer. The last look at a ring, which finds nothing, carries as much of the poll itself.
 */
export const IGB_RULES: readonly TariffRule[] = [
  { kind: "call", where: "igb_xmit_frame", parts: ["igbTransmit"] },
  { kind: "call", where: "igb_poll", parts: ["igbPoll"] },
  { kind: "ringLoad", where: "pf_tx_ring", parts: ["igbCleanPacket"] },
  { kind: "ringStore", where: "pf_tx_ring", parts: [] },
  { kind: "ringLoad", where: "pf_rx_ring", parts: [{ cost: "igbReceivePacket", times: 1 / 7 }] },
  { kind: "ringStore", where: "pf_rx_ring", parts: [{ cost: "igbReceiveBuffer", times: 1 / 2 }] },
  { kind: "call", where: "igbvf_xmit_frame", parts: ["igbvfTransmit"] },
  { kind: "call", where: "igbvf_clean_tx_irq", parts: ["igbvfCleanCall"] },
  { kind: "call", where: "igbvf_poll", parts: ["igbvfPoll"] },
  {
    kind: "ringLoad",
    mode: /^vf-(injected|posted)$/,
    where: "vf_tx_ring",
    parts: ["igbvfCleanPacket"],
  },
  { kind: "ringStore", mode: /^vf-(injected|posted)$/, where: "vf_tx_ring", parts: [] },
  {
    kind: "ringLoad",
    mode: /^vf-(injected|posted)$/,
    where: "vf_rx_ring",
    parts: [{ cost: "igbvfReceivePacket", times: 1 / 3 }],
  },
  {
    kind: "ringStore",
    mode: /^vf-(injected|posted)$/,
    where: "vf_rx_ring",
    parts: [{ cost: "igbvfReceiveBuffer", times: 1 / 3 }],
  },
];
