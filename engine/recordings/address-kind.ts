/** How a field that holds an address is compared. */
export type AddressKind = "block" | "block page" | "buffer" | "random";

interface AddressRule {
  /** Region or block: a name, or a prefix with `*`. */
  readonly where: string;
  /** Offsets of the field: the first, and the period and phases of its repetition. */
  readonly offsets: readonly number[];
  /** Distance between repetitions in bytes, 0 for none. */
  readonly stride: number;
  /** Width of the access that carries the address; 0: any. */
  readonly sizeBytes: number;
  readonly kind: AddressKind;
  readonly reason: string;
}

const BASE = "base of a ring that the guest allocated: it must be the block of the same name";
const BUFFER = "where the guest's allocator put a buffer: any place in guest memory outside rings";

const register = (where: string, offsets: readonly number[], reason = BASE): AddressRule => ({
  where,
  offsets,
  stride: 0,
  sizeBytes: 4,
  kind: "block",
  reason,
});

const descriptors = (where: string, stride: number): AddressRule => ({
  where,
  offsets: [0],
  stride,
  sizeBytes: 8,
  kind: "buffer",
  reason: BUFFER,
});

/** Queues 0 to 3 at the 82575's offsets, the others at the 82576's. */
const IGB_RING_BASES = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((queue) =>
  queue < 4
    ? [0x2800 + 0x100 * queue, 0x3800 + 0x100 * queue]
    : [0xc000 + 0x40 * queue, 0xe000 + 0x40 * queue],
);

/**
 * Fields whose values depend on where the guest's allocator put things, or on its random numbers:
 * they are compared by what they point to, everything else exactly.
 */
export const ADDRESS_RULES: readonly AddressRule[] = [
  register("rtl8139", [0x20, 0x24, 0x28, 0x2c, 0x30, 0xe4], "TNPDS, TSAD0-3, RBSTART, RDSAR"),
  register("virtio-pci-common-virtio-net", [0x20, 0x28, 0x30]),
  { ...register("virtio-pci", [0x08], "queue_pfn: the block's page number"), kind: "block page" },
  register("vmxnet3-b1", [0x10], "DSAL: the driver's shared area"),
  register("igb-mmio", IGB_RING_BASES, "RDBAL and TDBAL of the PF's queue, which VFs move up"),
  register("igbvf-mmio*", [0x2800, 0x3800], "RDBAL and TDBAL of the VF"),
  {
    where: "igb-mmio",
    offsets: [0, 4, 8, 12, 16, 20, 24, 28, 32, 36].map((at) => 0x5c80 + at),
    stride: 0,
    sizeBytes: 4,
    kind: "random",
    reason: "RSSRK: netdev_rss_key_fill fills it with random bytes",
  },
  {
    where: "igb-mmio",
    offsets: [0xb600, 0xb604, 0xb6f8],
    stride: 0,
    sizeBytes: 4,
    kind: "random",
    reason: "SYSTIM: QEMU gives the host's clock",
  },
  { ...descriptors("tx_ring", 16), offsets: [8], reason: `8139cp: ${BUFFER}` },
  { ...descriptors("rx_ring", 16), offsets: [8], reason: `8139cp: ${BUFFER}` },
  descriptors("rx_desc", 16),
  descriptors("tx_desc", 16),
  descriptors("ctrl_desc", 16),
  descriptors("rx_desc_ring", 16),
  descriptors("tx_desc_ring", 16),
  descriptors("ctrl_desc_ring", 16),
  { ...descriptors("tx_ring", 16), reason: `vmxnet3: ${BUFFER}, or the data ring` },
  descriptors("rx_ring0", 16),
  descriptors("rx_ring1", 16),
  descriptors("pf_rx_ring", 16),
  descriptors("pf_tx_ring", 16),
  descriptors("vf_rx_ring", 16),
  descriptors("vf_tx_ring", 16),
];

/** What kind of address the field at an offset of a region or block holds, if it holds one. */
export function addressKind(
  where: string,
  offset: number,
  sizeBytes: number,
): AddressKind | undefined {
  for (const rule of ADDRESS_RULES) {
    if (rule.sizeBytes !== 0 && rule.sizeBytes !== sizeBytes) continue;
    const prefix = rule.where.endsWith("*");
    if (prefix ? !where.startsWith(rule.where.slice(0, -1)) : where !== rule.where) continue;
    if (rule.offsets.includes(rule.stride > 0 ? offset % rule.stride : offset)) return rule.kind;
  }
  return undefined;
}

/** Where a run's guest memory has what: one side's blocks and its size. */
export interface AddressSpace {
  readonly memoryBytes: number;
  readonly blocks: readonly {
    readonly name: string;
    readonly base: number;
    readonly byteCount: number;
  }[];
}

const PAGE_BYTES = 4096;

/**
 * What stands in a row in the place of an address: the block it is the base of, `<ring>` for a page
 * of a ring that the recorder did not name, `<buffer>`, or the value itself when it is no address
 * of the right kind (0 stays 0: a field that is cleared).
 */
export function addressText(kind: AddressKind, value: bigint, space: AddressSpace): string {
  if (kind === "random") return "<random>";
  if (value === 0n) return "0x0";
  const address = Number(kind === "block page" ? value << 12n : value);
  const block = space.blocks.find((b) => address >= b.base && address < b.base + b.byteCount);
  if (block !== undefined) {
    const distance = address - block.base;
    return distance === 0 ? `<${block.name}>` : `<${block.name}+${distance}>`;
  }
  if (address < PAGE_BYTES || address >= space.memoryBytes) {
    return `no address in memory: 0x${value.toString(16)}`;
  }
  if (kind === "buffer") return "<buffer>";
  return address % PAGE_BYTES === 0 ? "<ring>" : `no page: 0x${value.toString(16)}`;
}
