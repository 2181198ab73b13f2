import type { NetDriver } from "../../guest/net-device.ts";

/** A driver of a virtual function, Linux's or DPDK's, as whoever configures its addresses sees it. */
export interface VfPort extends NetDriver {
  /** Sets the function's own address, 6 bytes. */
  setAddress(address: Uint8Array): void;
  /** Sets the multicast groups it joined. */
  setReceiveMode(multicast: readonly Uint8Array[]): void;
  /** Sets further unicast addresses. */
  setSecondaryAddresses(addresses: readonly Uint8Array[]): void;
  /** Lets a VLAN in. */
  addVlan(vlan: number): void;
}
