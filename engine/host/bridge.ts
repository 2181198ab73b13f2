import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { UNCONNECTED, type Attachment, type HostPath, type HostPorts } from "./host-path.ts";
import { UPLINK } from "./local-ports.ts";
import { MacTable, macTail } from "./mac-table.ts";

const HOST = ACTORS.hostNetwork.code;
const ETHERNET_BYTES = 14;
const VLAN_TAG_BYTES = 4;

/** A Linux bridge: its ports and its forwarding database. Several guests of one host share one. */
export class Bridge {
  readonly fdb = new MacTable();
  /** Ports, the uplink among them. */
  portCount = 1;
  /** Ports of addresses that the administrator set (`bridge fdb add … sticky`): never learnt anew. */
  readonly sticky = new MacTable();

  /** Adds a guest's port (`ip link set tap0 master br0`) and says which. */
  addPort(): number {
    return this.portCount++;
  }
}

/** What a bridge path is told besides its bridge. */
export interface BridgeOptions {
  /** Largest packet of the uplink in bytes, without Ethernet header. */
  readonly mtuBytes: number;
}

/** Dictionary numbers of what the rows say. */
interface Names {
  readonly known: readonly [number, number, number];
  readonly flood: number;
  readonly learn: number;
  readonly reserved: number;
  readonly ingress: number;
  readonly tooLong: number;
}

/**
 * A guest's way through a Linux bridge (net/bridge/br_input.c, br_handle_frame and
 * br_handle_frame_finish; br_forward.c, should_deliver and is_skb_forwardable): learn the source,
 * look the destination up, forward or flood.
 */
export class BridgePath implements HostPath {
  readonly #machine: Machine;
  readonly #attachment: Attachment;
  readonly #bridge: Bridge;
  readonly #port: number;
  readonly #learns: boolean;
  readonly #bytesMax: number;
  readonly #names: Names;
  readonly place: { readonly switch: object; readonly port: number };
  #ports: HostPorts = UNCONNECTED;

  constructor(
    machine: Machine,
    attachment: Attachment,
    { mtuBytes }: BridgeOptions,
    bridge = new Bridge(),
  ) {
    this.#machine = machine;
    this.#attachment = attachment;
    this.#bridge = bridge;
    this.#port = bridge.addPort();
    this.place = { switch: bridge, port: this.#port };
    this.#bytesMax = mtuBytes + ETHERNET_BYTES + VLAN_TAG_BYTES;
    const { identity, trace } = machine;
    // A guest that sends frames of other hosts would draw their addresses to its own port.
    this.#learns = !identity.forwardsFrames;
    for (const mac of [identity.mac, ...identity.secondaryMacs]) {
      bridge.sticky.set(mac, 0, this.#port);
      bridge.fdb.set(mac, 0, this.#port);
    }
    const id = (name: string): number => trace.id(name);
    this.#names = {
      known: [
        id("bridge FDB: known at the uplink"),
        id("bridge FDB: known at this guest's port"),
        id("bridge FDB: known at another guest's port"),
      ],
      flood: id("bridge FDB: not known or a group, to all other ports"),
      learn: id("br_fdb_update"),
      reserved: id("bridge: reserved group address, not forwarded (group_fwd_mask)"),
      ingress: id("bridge: the destination is behind the port it came from"),
      tooLong: id("bridge: longer than the uplink's MTU"),
    };
  }

  connect(ports: HostPorts): void {
    this.#ports = ports;
  }

  leaving(hostAddress: number, byteCount: number): void {
    this.#attachment.leaving(byteCount);
    this.#handle(hostAddress, byteCount, this.#port);
  }

  arriving(hostAddress: number, byteCount: number): void {
    this.#handle(hostAddress, byteCount, UPLINK);
  }

  fromNeighbour(hostAddress: number, byteCount: number): void {
    this.#attachment.arriving(byteCount);
    this.#ports.toGuest(hostAddress, byteCount);
  }

  /** `br_handle_frame`: a port has a frame. */
  #handle(at: number, byteCount: number, from: number): void {
    const { bytes } = this.#machine.memory;
    if (isReserved(bytes, at)) {
      this.#drop(this.#names.reserved, byteCount);
      return;
    }
    if (from === UPLINK || this.#learns) this.#learn(bytes, at + 6, from);
    const group = ((bytes[at] as number) & 1) !== 0;
    const to = group ? -1 : this.#bridge.fdb.get(bytes, at);
    this.#look(to, macTail(bytes, at));
    if (to < 0) this.#flood(at, byteCount, from);
    else if (to === from) this.#drop(this.#names.ingress, byteCount);
    else this.#forward(at, byteCount, to);
  }

  #learn(bytes: Uint8Array, source: number, from: number): void {
    const { fdb, sticky } = this.#bridge;
    if (fdb.get(bytes, source) === from || sticky.get(bytes, source) >= 0) return;
    fdb.set(bytes, source, from);
    this.#machine.note(KIND.call, HOST, this.#names.learn, macTail(bytes, source), from);
  }

  #look(to: number, key: number): void {
    const { known, flood } = this.#names;
    const place = to === UPLINK ? 0 : to === this.#port ? 1 : 2;
    this.#machine.note(KIND.tableLookup, HOST, to < 0 ? flood : (known[place] as number), key, to);
  }

  #flood(at: number, byteCount: number, from: number): void {
    for (let port = 0; port < this.#bridge.portCount; port++) {
      if (port !== from) this.#forward(at, byteCount, port);
    }
  }

  /** `br_forward`: the frame goes to one port. */
  #forward(at: number, byteCount: number, to: number): void {
    if (to === this.#port) {
      this.#attachment.arriving(byteCount);
      this.#ports.toGuest(at, byteCount);
    } else if (to !== UPLINK) this.#ports.toNeighbour(to, at, byteCount);
    else if (byteCount > this.#bytesMax) this.#drop(this.#names.tooLong, byteCount);
    else this.#ports.toWire(at, byteCount);
  }

  #drop(cause: number, byteCount: number): void {
    this.#machine.note(KIND.frameDropped, HOST, cause, byteCount, this.#machine.trace.packet);
  }
}

/**
 * 01:80:C2:00:00:00 to 0F (IEEE Std 802.1Q, 8.6.3 "Addressing"): what a bridge never forwards,
 * unless its group_fwd_mask says so.
 */
export function isReserved(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x01 &&
    bytes[at + 1] === 0x80 &&
    bytes[at + 2] === 0xc2 &&
    bytes[at + 3] === 0 &&
    bytes[at + 4] === 0 &&
    (bytes[at + 5] as number) < 16
  );
}
