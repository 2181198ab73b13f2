/** One entry of a ring: its size in bytes, and its fields by offset, in ascending order. */
export interface EntryLayout {
  readonly bytes: number;
  /** A size only where it is not all up to the next field. */
  readonly fields: readonly (readonly [offset: number, name: string, sizeBytes?: number])[];
}

/** The C+ mode's descriptor: drivers/net/ethernet/realtek/8139cp.c, struct cp_desc. */
export const CP_DESCRIPTOR: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "opts1"],
    [4, "opts2"],
    [8, "addr"],
  ],
};

/** drivers/net/vmxnet3/vmxnet3_defs.h: struct Vmxnet3_TxDesc. */
export const VMXNET3_TRANSMIT: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "addr"],
    [8, "dword2"],
    [12, "dword3"],
  ],
};
/** The same file, struct Vmxnet3_RxDesc. */
export const VMXNET3_RECEIVE: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "addr"],
    [8, "dword2"],
    [12, "ext1"],
  ],
};
/** The same file, struct Vmxnet3_TxCompDesc. */
export const VMXNET3_TRANSMIT_COMPLETION: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "txdIdx"],
    [4, "ext"],
    [12, "dword3"],
  ],
};
/** The same file, struct Vmxnet3_RxCompDesc. */
export const VMXNET3_RECEIVE_COMPLETION: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "rxdIdx"],
    [4, "rssHash"],
    [8, "len"],
    [12, "dword3"],
  ],
};

/** Intel 82576EB datasheet 2.63, 7.2.2.3 Advanced Transmit Data Descriptor. */
export const ADVANCED_TRANSMIT: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "buffer_addr"],
    [8, "cmd_type_len"],
    [12, "olinfo_status"],
  ],
};
/** Intel 82576EB datasheet 2.63, 7.1.5 Receive Descriptors: before and after the chip wrote. */
export const ADVANCED_RECEIVE: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "pkt_addr"],
    [8, "hdr_addr|status_error"],
    [12, "length"],
    [14, "vlan"],
  ],
};

/** virtio 1.2, 2.7.5 The Virtqueue Descriptor Table. */
export const SPLIT_DESCRIPTOR: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "addr"],
    [8, "len"],
    [12, "flags"],
    [14, "next"],
  ],
};
/** virtio 1.2, 2.8.13 Packed Virtqueue Descriptor Format. */
export const PACKED_DESCRIPTOR: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "addr"],
    [8, "len"],
    [12, "id"],
    [14, "flags"],
  ],
};

/** What the chip wrote back (7.1.5.2 Advanced Receive Descriptors, Write-Back Format), and a context (7.2.2.2). */
export const ADVANCED_RECEIVE_WRITTEN: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "pkt_info"],
    [2, "hdr_info"],
    [4, "rss"],
    [8, "status_error"],
    [12, "length"],
    [14, "vlan"],
  ],
};
/** Intel 82576EB datasheet 2.63, 7.2.2.2 Advanced Transmit Context Descriptor. */
export const ADVANCED_CONTEXT: EntryLayout = {
  bytes: 16,
  fields: [
    [0, "vlan_macip_lens"],
    [4, "seqnum_seed"],
    [8, "type_tucmd_mlhl"],
    [12, "mss_l4len_idx"],
  ],
};

/** virtio 1.2, 2.7.8 The Virtqueue Used Ring: struct virtq_used_elem. */
export const USED_ELEMENT: EntryLayout = {
  bytes: 8,
  fields: [
    [0, "id"],
    [4, "len"],
  ],
};

/** xen/include/public/io/netif.h: struct netif_tx_request. */
export const XEN_TRANSMIT_REQUEST: EntryLayout = {
  bytes: 12,
  fields: [
    [0, "gref"],
    [4, "offset"],
    [6, "flags"],
    [8, "id"],
    [10, "size"],
  ],
};
/** struct netif_tx_response. */
export const XEN_TRANSMIT_RESPONSE: EntryLayout = {
  bytes: 12,
  fields: [
    [0, "id"],
    [2, "status", 2],
  ],
};
/** struct netif_rx_request. */
export const XEN_RECEIVE_REQUEST: EntryLayout = {
  bytes: 8,
  fields: [
    [0, "id", 2],
    [4, "gref"],
  ],
};
/** struct netif_rx_response. */
export const XEN_RECEIVE_RESPONSE: EntryLayout = {
  bytes: 8,
  fields: [
    [0, "id"],
    [2, "offset"],
    [4, "flags"],
    [6, "status"],
  ],
};
