import {
  ADVANCED_RECEIVE,
  ADVANCED_TRANSMIT,
  CP_DESCRIPTOR,
  PACKED_DESCRIPTOR,
  SPLIT_DESCRIPTOR,
  VMXNET3_RECEIVE,
  VMXNET3_RECEIVE_COMPLETION,
  VMXNET3_TRANSMIT,
  VMXNET3_TRANSMIT_COMPLETION,
  type EntryLayout,
} from "../inspect/rings/entry-layout.ts";

/** virtio 1.2, 2.8.14 Event Suppression Structure Format. */
const EVENT_SUPPRESSION: readonly (readonly [offset: number, name: string])[] = [
  [0, "desc"],
  [2, "flags"],
];
/** drivers/net/vmxnet3/vmxnet3_defs.h: the head of struct Vmxnet3_TxQueueCtrl. */
const VMXNET3_QUEUE_CONTROL: readonly (readonly [offset: number, name: string])[] = [
  [0, "txNumDeferred"],
  [4, "txThreshold"],
];

const LAYOUTS: Readonly<
  Record<string, readonly (readonly [block: RegExp, layout: EntryLayout])[]>
> = {
  "8139cp": [[/^[rt]x_ring$/, CP_DESCRIPTOR]],
  vmxnet3: [
    [/^tx_ring/, VMXNET3_TRANSMIT],
    [/^rx_ring/, VMXNET3_RECEIVE],
    [/^tx_comp_ring/, VMXNET3_TRANSMIT_COMPLETION],
    [/^rx_comp_ring/, VMXNET3_RECEIVE_COMPLETION],
  ],
  virtio_net: [
    [/_desc_ring$/, PACKED_DESCRIPTOR],
    [/_desc$/, SPLIT_DESCRIPTOR],
  ],
  igb: [
    [/tx/, ADVANCED_TRANSMIT],
    [/rx/, ADVANCED_RECEIVE],
  ],
  igbvf: [
    [/tx/, ADVANCED_TRANSMIT],
    [/rx/, ADVANCED_RECEIVE],
  ],
};

/**
 * The field of a ring at an offset, as the driver's code would write it: `tx_ring[1].opts1`,
 * `tx_avail.idx`. Undefined where the layout is not known; a place inside a field is `field+2`.
 * @param blockBytes Size of the block: a split ring's event index is its last two bytes.
 */
export function ringFieldName(
  driver: string,
  block: string,
  offset: number,
  blockBytes: number,
): string | undefined {
  const family = driverFamily(driver);
  if (family === "virtio_net") {
    const name = splitRingField(block, offset, blockBytes);
    if (name !== undefined) return `${block}.${name}`;
  }
  const single = SINGLE_FIELDS.find(([pattern]) => pattern.test(block))?.[1];
  if (single !== undefined) {
    const name = single.find(([at]) => at === offset)?.[1];
    return name && `${block}.${name}`;
  }
  if (driver.startsWith("xen-netfront")) return xenField(block, offset);
  const layout = LAYOUTS[family]?.find(([pattern]) => pattern.test(block))?.[1];
  if (layout === undefined) return undefined;
  const inside = offset % layout.bytes;
  const field = layout.fields.findLast(([start]) => start <= inside);
  if (field === undefined) return undefined;
  const [start, name] = field;
  const rest = inside === start ? "" : `+${inside - start}`;
  return `${block}[${Math.floor(offset / layout.bytes)}].${name}${rest}`;
}

/** Structures that occur once, not entry by entry. */
const SINGLE_FIELDS: readonly (readonly [RegExp, readonly (readonly [number, string])[]])[] = [
  [/_(device|driver)_event$/, EVENT_SUPPRESSION],
  [/^queue_desc$/, VMXNET3_QUEUE_CONTROL],
];

/** Whose rings a driver has, when a mode says it in more words: "DPDK igbvf PMD" has igbvf's. */
function driverFamily(driver: string): string {
  if (driver in LAYOUTS) return driver;
  const words = driver.split(/[ ,;()]+/);
  return words.find((word) => word in LAYOUTS) ?? driver;
}

/** virtio 1.2, 2.7.6 The Virtqueue Available Ring; 2.7.8 The Virtqueue Used Ring. */
function splitRingField(block: string, offset: number, blockBytes: number): string | undefined {
  const isAvail = block.endsWith("_avail");
  if (!isAvail && !block.endsWith("_used")) return undefined;
  if (offset === blockBytes - 2) return isAvail ? "used_event" : "avail_event";
  if (offset < 4) return offset < 2 ? "flags" : "idx";
  const at = offset - 4;
  if (isAvail) return `ring[${at >> 1}]`;
  return `ring[${at >> 3}].${(at & 7) < 4 ? "id" : "len"}`;
}

/** xen/include/public/io/ring.h, io/netif.h, grant_table.h, event_channel.h, xen.h. */
const XEN_INDICES: readonly (readonly [offset: number, name: string])[] = [
  [0, "req_prod"],
  [4, "req_event"],
  [8, "rsp_prod"],
  [12, "rsp_event"],
];
const XEN_SLOTS: Readonly<Record<string, EntryLayout>> = {
  "tx ring": {
    bytes: 12,
    fields: [
      [0, "gref|rsp.id"],
      [2, "rsp.status"],
      [6, "flags"],
      [8, "id"],
      [10, "size"],
    ],
  },
  "rx ring": {
    bytes: 8,
    fields: [
      [0, "id"],
      [2, "rsp.offset"],
      [4, "gref|rsp.flags"],
      [6, "rsp.status"],
    ],
  },
};
const XEN_GRANT: EntryLayout = {
  bytes: 8,
  fields: [
    [0, "flags"],
    [2, "domid"],
    [4, "frame"],
  ],
};

function xenField(block: string, offset: number): string | undefined {
  if (block === "grant table") return entryField("grant", XEN_GRANT, offset);
  const slots = XEN_SLOTS[block];
  if (slots !== undefined) {
    if (offset >= 64) return entryField(block.replace(" ring", ""), slots, offset - 64);
    return `${block.replace(" ring", "")}.${XEN_INDICES.find(([at]) => at === offset)?.[1] ?? offset}`;
  }
  // Which domain's: the hypervisor sees both.
  const domain = block.slice(0, block.indexOf(" "));
  if (block.endsWith("event words")) return `${domain} event ${offset >> 2}`;
  if (block.endsWith("event control")) {
    return offset === 0 ? `${domain} ready` : `${domain} head[${(offset - 8) >> 2}]`;
  }
  if (!block.endsWith("vcpu info")) return undefined;
  return `${domain} upcall_${offset === 0 ? "pending" : "mask"}`;
}

function entryField(name: string, layout: EntryLayout, offset: number): string | undefined {
  const inside = offset % layout.bytes;
  const field = layout.fields.findLast(([start]) => start <= inside);
  return field && `${name}[${Math.floor(offset / layout.bytes)}].${field[1]}`;
}
