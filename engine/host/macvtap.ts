import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { UNCONNECTED, type Attachment, type HostPath, type HostPorts } from "./host-path.ts";
import { LocalPorts, UPLINK } from "./local-ports.ts";
import { macTail } from "./mac-table.ts";

const HOST = ACTORS.hostNetwork.code;

/** Modes of macvtap devices: who of one physical NIC's macvtaps may talk to whom. */
export const MACVTAP_MODES = ["bridge", "private", "vepa", "passthru"] as const;
/** One of {@link MACVTAP_MODES}. */
export type MacvtapMode = (typeof MACVTAP_MODES)[number];

/** What a macvtap path is told. */
export interface MacvtapOptions {
  readonly mode: MacvtapMode;
}

/** Dictionary numbers of what the rows say. */
interface Names {
  readonly own: number;
  readonly other: number;
  readonly nobody: number;
  readonly group: number;
  readonly straight: number;
  readonly everything: number;
  readonly hostStack: number;
}

/**
 * A guest's way through a macvtap (drivers/net/macvlan.c, macvlan_queue_xmit and
 * macvlan_handle_frame): no learning; what comes in is for the address that the macvtap has.
 */
export class MacvtapPath implements HostPath {
  readonly #machine: Machine;
  readonly #attachment: Attachment;
  readonly #port: number;
  /** The physical NIC with the hash of its macvtaps' addresses (`struct macvlan_port`). */
  readonly #lower: LocalPorts;
  readonly #mode: MacvtapMode;
  readonly #names: Names;
  readonly place: { readonly switch: object; readonly port: number };
  #ports: HostPorts = UNCONNECTED;

  constructor(
    machine: Machine,
    attachment: Attachment,
    { mode }: MacvtapOptions,
    lower = new LocalPorts(),
  ) {
    this.#machine = machine;
    this.#attachment = attachment;
    this.#lower = lower;
    this.#mode = mode;
    this.#port = lower.addPort(machine.identity.mac);
    this.place = { switch: lower, port: this.#port };
    const id = (name: string): number => machine.trace.id(name);
    this.#names = {
      own: id("macvlan hash: this macvtap's address"),
      other: id("macvlan hash: another macvtap of this NIC"),
      nobody: id("macvlan hash: no macvtap of this NIC"),
      group: id("macvlan_broadcast: to every macvtap"),
      straight: id(`macvtap ${mode}: straight to the NIC`),
      everything: id("macvtap passthru: all that arrives is the guest's"),
      hostStack: id("macvtap: not its address, to the host's own stack"),
    };
  }

  connect(ports: HostPorts): void {
    this.#ports = ports;
  }

  /** `macvlan_queue_xmit`. */
  leaving(at: number, byteCount: number): void {
    this.#attachment.leaving(byteCount);
    const { bytes } = this.#machine.memory;
    if (this.#mode !== "bridge") {
      this.#look(this.#names.straight, at, UPLINK);
      this.#ports.toWire(at, byteCount);
      return;
    }
    if (isGroup(bytes, at)) {
      this.#look(this.#names.group, at, -1);
      this.#toOthers(at, byteCount);
      this.#ports.toWire(at, byteCount);
      return;
    }
    const to = this.#lower.addresses.get(bytes, at);
    this.#look(to < 0 ? this.#names.nobody : this.#names.other, at, Math.max(to, UPLINK));
    // A frame to its own address finds itself (macvlan_hash_lookup) and comes back.
    if (to === this.#port) this.fromNeighbour(at, byteCount);
    else if (to >= 0) this.#ports.toNeighbour(to, at, byteCount);
    else this.#ports.toWire(at, byteCount);
  }

  /** `macvlan_handle_frame`. */
  arriving(at: number, byteCount: number): void {
    const { bytes } = this.#machine.memory;
    if (this.#mode === "passthru") this.#look(this.#names.everything, at, this.#port);
    else if (isGroup(bytes, at)) {
      this.#look(this.#names.group, at, -1);
      this.#toOthers(at, byteCount);
    } else {
      const to = this.#lower.addresses.get(bytes, at);
      if (to !== this.#port) {
        this.#notMine(to, at, byteCount);
        return;
      }
      this.#look(this.#names.own, at, to);
    }
    this.fromNeighbour(at, byteCount);
  }

  fromNeighbour(hostAddress: number, byteCount: number): void {
    this.#attachment.arriving(byteCount);
    this.#ports.toGuest(hostAddress, byteCount);
  }

  /** RX_HANDLER_PASS: the frame is another macvtap's or goes up the host's own stack. */
  #notMine(to: number, at: number, byteCount: number): void {
    if (to >= 0) {
      this.#look(this.#names.other, at, to);
      this.#ports.toNeighbour(to, at, byteCount);
      return;
    }
    this.#look(this.#names.nobody, at, -1);
    const { trace } = this.#machine;
    this.#machine.note(KIND.frameDropped, HOST, this.#names.hostStack, byteCount, trace.packet);
  }

  #toOthers(at: number, byteCount: number): void {
    for (let port = 1; port < this.#lower.portCount; port++) {
      if (port !== this.#port) this.#ports.toNeighbour(port, at, byteCount);
    }
  }

  #look(name: number, at: number, result: number): void {
    const key = macTail(this.#machine.memory.bytes, at);
    this.#machine.note(KIND.tableLookup, HOST, name, key, result);
  }
}

function isGroup(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at] as number) & 1) !== 0;
}
