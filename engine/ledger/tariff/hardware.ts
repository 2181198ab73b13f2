import { WIRE_BYTES } from "../costs/wire.ts";
import type { ChargePart, TariffRule } from "./rule.ts";

/** Modes in which the guest's NIC is the chip itself: its DMA is in the trace, row by row. */
const DIRECT = /^(native|vf-)/;

/**
 * A DMA's bytes on the link: each byte with its share of headers, and a header. Both directions are
 * one resource, though the link is full duplex: with frames both ways it is full at half its rate.
 */
const LINK_BYTES: TariffRule["occupies"] = [
  { resource: "pcie", part: { cost: "pciePerByte", per: "byte" } },
  { resource: "pcie", part: { cost: "pcieHeader" } },
];

/** A read is a request in one direction and a completion in the other. */
const READ: readonly ChargePart[] = [
  { cost: "dmaReadRoundTrip" },
  { cost: "dmaReadPerByte", per: "byte" },
];
const WRITE: readonly ChargePart[] = [
  { cost: "dmaWriteLatency" },
  { cost: "dmaWritePerByte", per: "byte" },
];
const TRANSLATED: ChargePart = { cost: "iotlbHit" };

/** From the first bit at one end of the wire to the last at the other: a gap delays nobody. */
const ON_THE_WIRE: readonly ChargePart[] = [
  { cost: "wirePerByte", per: "byte" },
  { cost: "wirePerByte", times: WIRE_BYTES.preamble + WIRE_BYTES.fcs },
  { cost: "wirePropagation" },
  { cost: "switchLatency" },
];

/** The next frame may begin after the gap; the chip itself handles one frame after the other. */
function busy(wire: "wireOut" | "wireIn"): NonNullable<TariffRule["occupies"]> {
  const extra = WIRE_BYTES.preamble + WIRE_BYTES.fcs + WIRE_BYTES.interFrameGap;
  return [
    { resource: wire, part: { cost: "wirePerByte", per: "byte" } },
    { resource: wire, part: { cost: "wirePerByte", times: extra } },
    { resource: wire === "wireOut" ? "nic" : "nicIn", part: { cost: "nicPerFrame" } },
  ];
}

/**
 * What NIC, PCIe, IOMMU and wire take. Nobody's CPU pays it, except for registers that the guest
 * reaches without an exit: there the store or load itself is what it costs.
 */
export const HARDWARE_RULES: readonly TariffRule[] = [
  // BARs mapped into the guest, and native ones. vmxnet3's are emulated: they exit.
  {
    kind: "mmioWrite",
    actor: "guestDriver",
    where: /^igb(vf)?-mmio$/,
    mode: DIRECT,
    parts: ["mmioWritePosted"],
  },
  {
    kind: "mmioRead",
    actor: "guestDriver",
    where: /^igb(vf)?-mmio$/,
    mode: DIRECT,
    parts: ["mmioReadRoundTrip"],
  },

  // A VF's DMA is translated. Its pages are pinned and few, so that the IOTLB knows them.
  {
    kind: "dmaRead",
    actor: "hardware",
    mode: /^vf-/,
    parts: [...READ, TRANSLATED],
    occupies: LINK_BYTES,
  },
  {
    kind: "dmaWrite",
    actor: "hardware",
    mode: /^vf-/,
    parts: [...WRITE, TRANSLATED],
    occupies: LINK_BYTES,
  },
  // Fetched together with the head of the frame, whose round trip is in the frame's way to the wire.
  {
    kind: "dmaRead",
    actor: "hardware",
    where: "frame: NIC fetches the rest from the granted page",
    parts: [{ cost: "dmaReadPerByte", per: "byte" }],
    occupies: LINK_BYTES,
  },
  { kind: "dmaRead", actor: "hardware", parts: READ, occupies: LINK_BYTES },
  { kind: "dmaWrite", actor: "hardware", parts: WRITE, occupies: LINK_BYTES },

  { kind: "msix", actor: "hardware", mode: /^vf-/, parts: ["msixWrite", TRANSLATED] },
  { kind: "msix", actor: "hardware", parts: ["msixWrite"] },

  { kind: "iommuFault", actor: "hardware", parts: ["iotlbMiss"] },
  {
    kind: "invalidation",
    actor: "hardware",
    where: /^VT-d/,
    parts: ["iotlbInvalidation"],
  },

  {
    kind: "wireTransmit",
    mode: DIRECT,
    parts: ON_THE_WIRE,
    occupies: busy("wireOut"),
  },
  { kind: "wireReceive", mode: DIRECT, parts: ON_THE_WIRE, occupies: busy("wireIn") },
  // Behind a host path the host's own NIC stands, whose DMA has no rows: descriptor and frame are
  // read one after the other before the wire, and written behind it.
  {
    kind: "wireTransmit",
    parts: [
      { cost: "dmaReadRoundTrip", times: 2 },
      { cost: "dmaReadPerByte", per: "byte" },
      ...ON_THE_WIRE,
    ],
    occupies: [...(LINK_BYTES ?? []), ...busy("wireOut")],
  },
  {
    kind: "wireReceive",
    parts: [...ON_THE_WIRE, ...WRITE],
    occupies: [...(LINK_BYTES ?? []), ...busy("wireIn")],
  },
];
