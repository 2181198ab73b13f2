import { defineCosts } from "../cost.ts";
import {
  mmioTest,
  pcieBench,
  pcieLat,
  pcieModel,
  premappedDma,
  uncachedStores,
} from "../sources/measurements.ts";

const BROADWELL =
  "NFP-6000 at 1.2 GHz, PCIe Gen3 x8, in a Xeon E5-2630 v4; range: E5-2600 v1 to v4";
const DMA_SIZES = pcieBench("lat_dma_sizes.txt, HWarm, medians, directories without iommu");
const SWEEP = pcieBench("lat_cmd_sweep_rd_rnd_64.txt, Cold, with (iommu-nosp) and without IOMMU");

/**
 * What it takes to cross PCIe: the time a device waits, the time the link is busy, and what the CPU
 * pays when it reaches a register.
 */
export const PCIE = defineCosts({
  mmioWritePosted: {
    doc: "A store to an uncached register of a device: posted, the CPU goes on when the store has left.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 50, typical: 100, high: 300 },
    machine: "Intel Xeon, PCIe analyser, 8-byte stores of the kernel one after the other",
    evidence: "measured",
    source: uncachedStores,
  },
  mmioReadRoundTrip: {
    doc: "A load from an uncached register of a device: the CPU waits for the completion.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 407, typical: 708, high: 1581 },
    machine:
      "typical: Intel e1000 at a CPU of 2.4 GHz (2005); low: low-latency NIC at a Xeon Gold 6250; " +
      "high: NIC at a CPU of 2.3 GHz (2014)",
    evidence: "derived",
    formula:
      "1700 cycles for E1000_CTRL / 2.4 GHz = 708 ns; the ends as measured, 406.75 and 1581.20 ns",
    source: [mmioTest, pcieLat("issue 9 (406.75 and 423.70 ns) and README (1581.20 ns)")],
  },
  dmaReadRoundTrip: {
    doc: "A device reads memory: from its request to the first byte, in the host's cache or not.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 413, typical: 527, high: 620 },
    machine: BROADWELL,
    evidence: "derived",
    formula:
      "546 ns for 64 B less 64 × 0.296 ns = 527; low: 413 ns by a command for 8 B on the E5-2630 v1; " +
      "high: 640 ns for 64 B that no cache has, on the E5-2637 v3, less 64 × 0.296",
    source: [
      DMA_SIZES,
      pcieBench("lat_cmd_sizes.txt and lat_dma_details.txt, the same directories"),
    ],
  },
  dmaReadPerByte: {
    doc: "Each further byte that a device reads by one DMA.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 0.289, typical: 0.296, high: 0.3 },
    machine: BROADWELL,
    evidence: "derived",
    formula:
      "(1133 ns for 2048 B - 546 ns for 64 B) / 1984 B = 0.296; E5-2637 v3: (1173 - 600) / 1984",
    source: DMA_SIZES,
  },
  dmaWriteLatency: {
    doc: "A device writes memory: posted; until a read that follows it would find the bytes.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 185, typical: 212, high: 227 },
    machine: BROADWELL,
    evidence: "derived",
    formula:
      "64 B written and read back take 773 ns, read 546: 773 - 546 - 64 × 0.242 = 212; " +
      "E5-2637 v3: 800 - 600 - 15 = 185; high without the bytes' share",
    source: DMA_SIZES,
  },
  dmaWritePerByte: {
    doc: "Each further byte that a device writes by one DMA.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 0.24, typical: 0.242, high: 0.25 },
    machine: BROADWELL,
    evidence: "derived",
    formula: "2048 B: 1840 - 1133 = 707 ns; 64 B: 773 - 546 = 227 ns; (707 - 227) / 1984 B = 0.242",
    source: DMA_SIZES,
  },
  msixWrite: {
    doc: "An MSI-X message on its way from the device to the local APIC: a DMA write of four bytes.",
    category: "interrupt",
    unit: "nanoseconds",
    value: { low: 185, typical: 213, high: 300 },
    machine: BROADWELL,
    evidence: "derived",
    formula: "212 ns + 4 B × 0.242 ns = 213; what the APIC does then is the interrupt's price",
    source: DMA_SIZES,
  },
  pciePerByte: {
    doc:
      "A byte of a DMA on the link, with its share of headers: PCIe Gen3 x8, payloads of 256 B. " +
      "An 82576 has 2.5 GT/s and four lanes: 1.094.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 0.139, typical: 0.139, high: 0.139 },
    machine: "PCIe Gen3 x8, 64-bit addresses, no ECRC, maximum payload 256 B",
    evidence: "derived",
    formula:
      "8 lanes × 8 GT/s × 128 / 130 = 63.0 Gb/s: 0.127 ns a byte; a header of 24 B for 256 B: " +
      "0.127 × (1 + 24 / 256) = 0.139; 82576: 4 × 2.5 GT/s × 8 / 10 = 8 Gb/s",
    source: pcieModel("model/pcie.py: Gbs, TLP_MWr_Hdr_Szs"),
  },
  pcieHeader: {
    doc: "The header of one more transaction on the link: 24 bytes.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 3.05, typical: 3.05, high: 3.05 },
    machine: "PCIe Gen3 x8, 64-bit addresses, no ECRC",
    evidence: "derived",
    formula: "8 B of link and physical layer + 4 + 12 B of header = 24 B × 0.127 ns = 3.05",
    source: pcieModel("model/pcie.py: TLP_MWr_Hdr_Szs, TLP_MRd_Hdr_Szs"),
  },
  iotlbHit: {
    doc: "The IOMMU translates an address of a DMA that its IOTLB knows.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 0, typical: 2.6, high: 3 },
    machine: BROADWELL,
    evidence: "derived",
    formula: "64 B in a window of 4 KiB: 415.0 ns with the IOMMU on, 412.4 off (DWarm) = 2.6",
    source: SWEEP,
  },
  iotlbMiss: {
    doc: "The IOMMU walks its page tables for an address that its IOTLB does not know.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 226, typical: 265, high: 298 },
    machine: "NFP-6000 in a Xeon E5-2637 v3; range: E5-2620 v3 to E5-2620 v2",
    evidence: "derived",
    formula:
      "64 B in a window of 64 MiB, pages of 4 KiB: 794.1 ns with the IOMMU on, 529.2 off = 265; " +
      "E5-2620 v3: 707.8 - 481.8; E5-2620 v2: 792.0 - 493.9",
    source: SWEEP,
  },
  iotlbInvalidation: {
    doc: "The CPU invalidates IOTLB entries and waits until the IOMMU has done it.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 500, typical: 1044, high: 2000 },
    machine: "Intel VT-d, CPU not stated",
    evidence: "derived",
    formula: "1 / 428614 pps (strict) - 1 / 775496 pps (lazy) = 1044 ns per packet",
    source: premappedDma,
  },
});
