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
  /**
   * Whether the guest sends frames of other hosts, as a bridge or firewall does: the host's
   * administrator then switches the spoof check of its VF off.
   */
  readonly forwardsFrames: boolean;
}

/** QEMU's first NIC and nothing more: the guest of the recordings. */
export const DEFAULT_IDENTITY: GuestIdentity = {
  mac: Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56),
  secondaryMacs: [],
  multicastMacs: [],
  vlanIds: [],
  forwardsFrames: false,
};

const DESTINATION = 0;
const SOURCE = 6;

/** An address in frames, and in how many. */
interface Seen {
  readonly mac: Uint8Array;
  count: number;
}

/**
 * The identity of a guest that receives these frames: it owns every address they are sent to. The
 * most frequent unicast one is its NIC's own; equal counts keep the order of the frames.
 */
export function receiverOf(frames: readonly Uint8Array[]): GuestIdentity {
  const all = addresses(frames, DESTINATION);
  const unicast = all.filter(isUnicast);
  // Captures of a loopback interface have zeros, which no NIC can have as its own address.
  const own = unicast.find(isUsable) ?? DEFAULT_IDENTITY.mac;
  return {
    mac: own,
    secondaryMacs: unicast.filter((mac) => mac !== own),
    multicastMacs: all.filter((mac) => !isUnicast(mac) && mac.some((byte) => byte !== 0xff)),
    vlanIds: vlans(frames),
    forwardsFrames: false,
  };
}

/**
 * The identity of a guest that sends these frames. Its NIC has the most frequent source to which no
 * frame is sent: a NIC's switch would keep what is sent to the guest's own address. If there is no
 * such source (a capture with both sides of a talk) the guest is a third host that forwards.
 */
export function senderOf(frames: readonly Uint8Array[]): GuestIdentity {
  const sources = addresses(frames, SOURCE);
  const targets = new Set(addresses(frames, DESTINATION).map(String));
  const free = (mac: Uint8Array): boolean => isUsable(mac) && !targets.has(String(mac));
  const own = sources.find((mac) => isUnicast(mac) && free(mac)) ?? thirdHost(free);
  return {
    ...DEFAULT_IDENTITY,
    mac: own,
    vlanIds: vlans(frames),
    forwardsFrames: sources.some((mac) => String(mac) !== String(own)),
  };
}

/** The addresses at this place of the frames, the most frequent first. */
function addresses(frames: readonly Uint8Array[], at: number): Uint8Array[] {
  const seen = new Map<string, Seen>();
  for (const frame of frames) {
    const mac = frame.slice(at, at + 6);
    const known = seen.get(String(mac));
    if (known === undefined) seen.set(String(mac), { mac, count: 1 });
    else known.count++;
  }
  return [...seen.values()].sort((a, b) => b.count - a.count).map((entry) => entry.mac);
}

function isUnicast(mac: Uint8Array): boolean {
  return ((mac[0] ?? 0) & 1) === 0;
}

function isUsable(mac: Uint8Array): boolean {
  return mac.some((byte) => byte !== 0);
}

/** QEMU's address for its first NIC, or the next one that is free. */
function thirdHost(free: (mac: Uint8Array) => boolean): Uint8Array {
  const mac = DEFAULT_IDENTITY.mac.slice();
  while (!free(mac)) mac[5] = ((mac[5] ?? 0) + 1) & 0xff;
  return mac;
}

/** VLAN identifiers of 802.1Q tags in the frames. */
function vlans(frames: readonly Uint8Array[]): number[] {
  const ids = new Set<number>();
  for (const frame of frames) {
    if (frame[12] !== 0x81 || frame[13] !== 0x00) continue;
    const id = (((frame[14] ?? 0) & 0xf) << 8) | (frame[15] ?? 0);
    if (id >= 1 && id <= 4094) ids.add(id);
  }
  return [...ids];
}
