import type { Source } from "../cost.ts";

/** Brouer's micro-benchmarks of the Linux kernel, for the place `where`. */
export function prototypeKernel(where: string): Source {
  return {
    cite: "Brouer: prototype-kernel, benchmarks and blog posts, 2014-2018",
    where,
    url: "https://github.com/netoptimizer/prototype-kernel",
  };
}

/** The measurements of pcie-bench: a Netronome NFP-6000 at 1.2 GHz in several hosts, for `where`. */
export function pcieBench(where: string): Source {
  return {
    cite:
      "Neugebauer, Antichi, Zazo, Audzevich, Lopez-Buedo, Moore: Understanding PCIe performance for " +
      "end host networking, SIGCOMM 2018; the data, commit b2abf2f",
    where,
    url: "https://github.com/pcie-bench/data",
  };
}

/** The PCIe and Ethernet model of pcie-bench's authors, for the place `where`. */
export function pcieModel(where: string): Source {
  return {
    cite: "Neugebauer et al.: pcie-model, the model of their SIGCOMM 2018 paper",
    where,
    url: "https://github.com/pcie-bench/pcie-model",
  };
}

/** How long a register read of a device takes, measured with pcie-lat, for the place `where`. */
export function pcieLat(where: string): Source {
  return {
    cite: "Richter: pcie-lat, a PCIe latency measurement module for the Linux kernel",
    where,
    url: "https://github.com/andre-richter/pcie-lat",
  };
}

/** Olsson's and Welte's measurement of register reads of the e1000. */
export const mmioTest: Source = {
  cite: "Olsson, Welte: mmio_test, a simple NIC latency tool, 2005",
  where: "README: E1000_CTRL about 1700 cycles, E1000_ICR and E1000_IMS about 2100, at 2.4 GHz",
  url: "https://github.com/herjulf/mmio_test",
};

/** A question in Intel's forum, with what a PCIe analyser saw. */
export const uncachedStores: Source = {
  cite: "Intel Software Tuning forum: Why do MemReq TLPs take 100s nanoseconds to be generated after MMIO writes?",
  where: "first post: writeq in the kernel, still 50 to 300 ns between TLPs",
  url: "https://community.intel.com/t5/Software-Tuning-Performance/Why-do-MemReq-TLPs-take-100s-nanoseconds-to-be-generated-after/m-p/1186313",
};

/** Zhuo's patch for premapped DMA in virtio-net, with packet rates under three IOMMU settings. */
export const premappedDma: Source = {
  cite: "Zhuo: virtio-net, premapped DMA, virtualization@lists.linux-foundation.org, 2023",
  where: "table of the commit message: 775496 pps lazy, 428614 pps strict",
};

/** Rizzo 2012, for the place `where`. */
export function rizzo2012(where: string): Source {
  return {
    cite: "Rizzo: netmap: a novel framework for fast packet I/O, USENIX ATC 2012",
    where,
    url: "https://www.usenix.org/conference/atc12/technical-sessions/presentation/rizzo",
  };
}
