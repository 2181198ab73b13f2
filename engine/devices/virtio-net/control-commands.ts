/** Classes of control commands: virtio 1.2, 5.1.6.5 "Control Virtqueue". */
export const CONTROL_CLASS = {
  RX: 0,
  MAC: 1,
  VLAN: 2,
  ANNOUNCE: 3,
  MQ: 4,
  GUEST_OFFLOADS: 5,
} as const;

/** Commands within their classes. */
export const CONTROL_COMMAND = {
  RX_PROMISC: 0,
  RX_ALLMULTI: 1,
  RX_ALLUNI: 2,
  RX_NOMULTI: 3,
  RX_NOUNI: 4,
  RX_NOBCAST: 5,
  MAC_TABLE_SET: 0,
  MAC_ADDR_SET: 1,
  VLAN_ADD: 0,
  VLAN_DEL: 1,
  ANNOUNCE_ACK: 0,
  GUEST_OFFLOADS_SET: 0,
} as const;

/** The status byte of a command. */
export const CONTROL_STATUS = { OK: 0, ERR: 1 } as const;
