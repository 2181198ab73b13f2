/**
 * Where the host's RAM that the machine's memory stands for begins in host-physical memory: 4 GiB,
 * above the hole for devices. The guest's memory comes first, host memory behind it.
 */
export const HOST_PHYSICAL_BASE = 0x1_0000_0000;

/** The host-physical address of a byte of the machine's memory (guest or host part). */
export function hostPhysical(address: number): number {
  return HOST_PHYSICAL_BASE + address;
}

/** The machine's address of a host-physical one; negative or beyond the memory when there is no RAM. */
export function machineAddress(hostPhysicalAddress: number): number {
  return hostPhysicalAddress - HOST_PHYSICAL_BASE;
}
