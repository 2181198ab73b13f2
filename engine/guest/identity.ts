/** The addresses a guest answers to: what its NIC's filters must let in and its switch let out. */
export interface GuestIdentity {
  /** The NIC's own Ethernet address, 6 bytes: in its EEPROM, its configuration, its filters. */
  readonly mac: Uint8Array;
  /** Further unicast addresses (`dev_uc_add`): a router or bridge in the guest has several. */
  readonly secondaryMacs: readonly Uint8Array[];
  /** Multicast groups the guest joined (`dev_mc_add`), broadcast not among them. */
  readonly multicastMacs: readonly Uint8Array[];
  /** VLAN identifiers of the guest's VLAN interfaces (`vlan_vid_add`), 1 to 4,094. */
  readonly vlanIds: readonly number[];
}

/** QEMU's first NIC and nothing more: the guest of the recordings. */
export const DEFAULT_IDENTITY: GuestIdentity = {
  mac: Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56),
  secondaryMacs: [],
  multicastMacs: [],
  vlanIds: [],
};

const DESTINATION = 0;
const SOURCE = 6;

/**
 * The identity a guest needs so that these frames can be its own: for frames that it sends, their
 * sources; for frames that it receives, their destinations.
 * @param side "source" or "destination": which address of the frames is the guest's.
 */
export function identityOf(
  frames: readonly Uint8Array[],
  side: "source" | "destination",
): GuestIdentity {
  const at = side === "source" ? SOURCE : DESTINATION;
  const unicast = new Map<string, { mac: Uint8Array; count: number }>();
  const multicast = new Map<string, Uint8Array>();
  const vlans = new Set<number>();
  for (const frame of frames) {
    const mac = frame.slice(at, at + 6);
    const key = mac.join(".");
    if (((mac[0] ?? 0) & 1) === 0) {
      const seen = unicast.get(key);
      if (seen === undefined) unicast.set(key, { mac, count: 1 });
      else seen.count++;
    } else if (mac.some((byte) => byte !== 0xff)) multicast.set(key, mac);
    if (frame[12] === 0x81 && frame[13] === 0x00) {
      const id = (((frame[14] ?? 0) & 0xf) << 8) | (frame[15] ?? 0);
      if (id >= 1 && id <= 4094) vlans.add(id);
    }
  }
  // The most frequent address is the NIC's own; equal counts keep the order of the frames.
  const macs = [...unicast.values()].sort((a, b) => b.count - a.count).map((entry) => entry.mac);
  // Captures of a loopback interface have zeros, which no NIC can have as its own address.
  const own = macs.find((mac) => mac.some((byte) => byte !== 0)) ?? DEFAULT_IDENTITY.mac;
  return {
    mac: own,
    secondaryMacs: macs.filter((mac) => mac !== own),
    multicastMacs: [...multicast.values()],
    vlanIds: [...vlans],
  };
}
