import type { GuestIdentity } from "../../guest/identity.ts";
import type { Bar } from "../../pci/bar.ts";
import { storeAndFlush } from "./driver-registers.ts";
import { multicastHashBit } from "./multicast-hash.ts";
import { RECEIVE_CONFIG } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";

/** The group that every IPv4 host joins when its interface comes up: 224.0.0.1. */
const ALL_HOSTS = Uint8Array.of(0x01, 0x00, 0x5e, 0x00, 0x00, 0x01);
/** `multicast_filter_limit`: with more groups, all multicast is accepted. */
const GROUPS_MAX = 32;
const { AAP, APM, AM, AB } = RECEIVE_CONFIG;

/**
 * What both drivers put into RCR, MAR0 and MAR4: a hash of the joined groups, everything when the
 * guest has further unicast addresses, which the chip cannot filter. drivers/net/ethernet/realtek/
 * 8139cp.c, __cp_set_rx_mode; 8139too.c, __set_rx_mode; net/core/dev.c, __dev_set_rx_mode.
 */
export class ReceiveMode {
  readonly #groups: readonly Uint8Array[];
  readonly #hasMoreAddresses: boolean;
  #joined = 0;
  #promiscuous = false;

  constructor(identity: GuestIdentity) {
    this.#groups = [ALL_HOSTS, ...identity.multicastMacs];
    this.#hasMoreAddresses = identity.secondaryMacs.length > 0;
  }

  /** The accept bits of RCR. */
  get acceptBits(): number {
    if (this.#promiscuous) return AB | AM | APM | AAP;
    return AB | APM | (this.#joined > 0 ? AM : 0);
  }

  /** Joins the next group, or accepts everything at last. False when all is joined. */
  joinNext(): boolean {
    if (this.#joined < this.#groups.length) {
      this.#joined++;
      return true;
    }
    if (this.#promiscuous || !this.#hasMoreAddresses) return false;
    this.#promiscuous = true;
    return true;
  }

  /** The interface is down: groups are left, addresses forgotten. */
  leaveAll(): void {
    this.#joined = 0;
    this.#promiscuous = false;
  }

  /** Writes the hash into MAR0 and MAR4, flushed. */
  storeFilter(bar: Bar): void {
    const all = this.#promiscuous || this.#joined > GROUPS_MAX;
    let low = all ? 0xffffffff : 0;
    let high = low;
    for (const group of all ? [] : this.#groups.slice(0, this.#joined)) {
      const bit = multicastHashBit(group, 0);
      if (bit < 32) low |= 1 << bit;
      else high |= 1 << (bit - 32);
    }
    storeAndFlush(bar, REGISTERS.MAR0, low >>> 0);
    storeAndFlush(bar, REGISTERS.MAR4, high >>> 0);
  }
}
