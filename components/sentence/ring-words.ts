import type { RegisterField } from "#engine";

/** Where a ring store goes: its block, the slot's number and the field; or a field of the whole. */
export interface RingPlace {
  readonly block: string;
  /** -1 for a field that the ring has once. */
  readonly slot: number;
  readonly field: string;
}

/** Reads the name that the engine gives a ring's field: `tx_ring[1].opts1`, `tx_avail.idx`. */
export function ringPlaceOf(name: string): RingPlace | undefined {
  const entry = /^(.+)\.ring\[(\d+)\](?:\.(.+))?$/.exec(name);
  if (entry !== null) {
    const [, block = "", slot, field = "ring"] = entry;
    return { block, slot: Number(slot), field };
  }
  const slotted = /^(.+?)\[(\d+)\]\.(.+)$/.exec(name);
  if (slotted !== null) {
    const [, block = "", slot, field = ""] = slotted;
    return { block, slot: Number(slot), field };
  }
  const event = /^(dom\w+) (event (\d+)|head\[(\d+)\]|ready|upcall_\w+)$/.exec(name);
  if (event !== null) {
    const [, block = "", what = "", word, queue] = event;
    return { block, slot: Number(word ?? queue ?? -1), field: what.replace(/\W.*/, "") };
  }
  const single = /^(.+)\.(\w+)$/.exec(name);
  if (single === null) return undefined;
  const [, block = "", field = ""] = single;
  return { block, slot: -1, field };
}

/** "descriptor 5 of tx_ring", "grant 8", "slot 1 of tx_avail". */
export function slotWords({ block, slot, field }: RingPlace): string {
  if (field === "event") return `event word ${slot} of ${block}`;
  if (field === "head") return `event queue ${slot} of ${block}`;
  if (block === "grant") return `grant ${slot}`;
  if (/(comp)/.test(block)) return `completion ${slot} of ${block}`;
  if (/(_avail|_used)$/.test(block)) return `slot ${slot} of ${block}`;
  if (/^[rt]x$/.test(block)) return `slot ${slot} of the ${block.toUpperCase()} ring`;
  return `descriptor ${slot} of ${block}`;
}

const bits = (
  ...named: (readonly [name: string, lsb: number, width?: number])[]
): RegisterField[] => named.map(([name, lsb, width = 1]) => ({ name, lsb, width }));

/** Bits of descriptor fields, from the sources that the engine names for their layouts. */
const FIELDS: readonly (readonly [
  block: RegExp,
  field: string,
  fields: readonly RegisterField[],
])[] = [
  // RealTek RTL8139C+ datasheet 1.6, 9.2.1 and 9.2.2.
  [
    /^tx_ring$/,
    "opts1",
    bits(
      ["OWN", 31],
      ["EOR", 30],
      ["FS", 29],
      ["LS", 28],
      ["LGSEN", 27],
      ["IPCS", 18],
      ["UDPCS", 17],
      ["TCPCS", 16],
      ["length", 0, 16],
    ),
  ],
  [/^rx_ring$/, "opts1", bits(["OWN", 31], ["EOR", 30], ["FS", 29], ["LS", 28], ["length", 0, 13])],
  // Intel 82576EB datasheet 2.63, 7.2.2.3 and 7.1.5.
  [
    /tx_ring$/,
    "cmd_type_len",
    bits(["DEXT", 29], ["RS", 27], ["IFCS", 25], ["EOP", 24], ["DTYP", 20, 4], ["length", 0, 16]),
  ],
  [/tx_ring$/, "olinfo_status", bits(["PAYLEN", 14, 18], ["DD", 0])],
  [/rx_ring$/, "hdr_addr|status_error", bits(["length", 32, 16], ["EOP", 1], ["DD", 0])],
  // virtio 1.2, 2.7.5 and 2.8.13.
  [/_desc$/, "flags", bits(["INDIRECT", 2], ["WRITE", 1], ["NEXT", 0])],
  [
    /_desc_ring$/,
    "flags",
    bits(["USED", 15], ["AVAIL", 7], ["INDIRECT", 2], ["WRITE", 1], ["NEXT", 0]),
  ],
  // drivers/net/vmxnet3/vmxnet3_defs.h: struct Vmxnet3_TxDesc, RxDesc.
  [/^tx_ring/, "dword2", bits(["DTYPE", 15], ["GEN", 14], ["length", 0, 14])],
  [/^tx_ring/, "dword3", bits(["CQ", 13], ["EOP", 12])],
  [/^rx_ring/, "dword2", bits(["GEN", 31], ["BTYPE", 14], ["length", 0, 14])],
  // xen/include/public/grant_table.h, io/netif.h.
  [
    /^grant$/,
    "flags",
    bits(["writing", 4], ["reading", 3], ["read-only", 2], ["permit_access", 0]),
  ],
  // xen/include/public/event_channel.h, FIFO ABI.
  [/^dom/, "event", bits(["PENDING", 31], ["MASKED", 30], ["LINKED", 29], ["BUSY", 28])],
  [
    /^tx$/,
    "flags",
    bits(["extra_info", 3], ["more_data", 2], ["data_validated", 1], ["csum_blank", 0]),
  ],
];

/** The bits of a ring's field, where they are known. */
export function ringFieldsOf({ block, field }: RingPlace): readonly RegisterField[] {
  return FIELDS.find(([pattern, name]) => name === field && pattern.test(block))?.[2] ?? [];
}
