/**
 * Commands of the CMD register. The first group makes the device read the shared area; the second
 * asks for something, answered by the next read of CMD or in shared memory.
 * Source: `drivers/net/vmxnet3/vmxnet3_defs.h`, VMXNET3_CMD_*.
 */
export const COMMANDS = {
  ACTIVATE_DEV: 0xcafe0000,
  QUIESCE_DEV: 0xcafe0001,
  RESET_DEV: 0xcafe0002,
  UPDATE_RX_MODE: 0xcafe0003,
  UPDATE_MAC_FILTERS: 0xcafe0004,
  UPDATE_VLAN_FILTERS: 0xcafe0005,
  UPDATE_PMCFG: 0xcafe0008,
  UPDATE_FEATURE: 0xcafe0009,
  GET_QUEUE_STATUS: 0xf00d0000,
  GET_STATS: 0xf00d0001,
  GET_LINK: 0xf00d0002,
  GET_PERM_MAC_LO: 0xf00d0003,
  GET_PERM_MAC_HI: 0xf00d0004,
  GET_DID_LO: 0xf00d0005,
  GET_DID_HI: 0xf00d0006,
  GET_DEV_EXTRA_INFO: 0xf00d0007,
  GET_CONF_INTR: 0xf00d0008,
  GET_ADAPTIVE_RING_INFO: 0xf00d0009,
} as const;

/** The name of a command. */
export type CommandName = keyof typeof COMMANDS;

const NAMES = new Map<number, CommandName>(
  Object.entries(COMMANDS).map(([name, code]) => [code, name as CommandName]),
);

/** The name of a command's code, or undefined when the device does not know it. */
export function commandName(code: number): CommandName | undefined {
  return NAMES.get(code);
}
