import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { FlowKey } from "./flow-key.ts";
import { hashOf } from "./flow-table.ts";
import { UNCONNECTED, type FarEnd, type HostPorts } from "./host-path.ts";
import {
  fragment,
  isOuterFragment,
  OVERLAY_BYTES,
  readOverlay,
  Reassembly,
  type OverlayRead,
  type TunnelEnd,
  writeOverlayHeader,
  type Encapsulation,
  type OverlayHeader,
} from "./overlay-header.ts";

const HOST = ACTORS.hostNetwork.code;
const ETHERNET_BYTES = 14;
/** Bytes kept free in front of a frame for the longest headers (NET_SKB_PAD and more in Linux). */
export const HEADROOM_BYTES = 128;
/** Longest frame that fits a path's buffer, without headroom. */
export const FRAME_BYTES_MAX = 16_384;
/** Source ports of tunnels: the dynamic ports (RFC 6335, 6 "Port Number Ranges"; RFC 7510, 3). */
const SOURCE_PORT_MIN = 49_152;

/** The two hosts and the analyzer of a fabric, in documentation addresses (RFC 5737, RFC 9542). */
export const FABRIC = {
  local: { mac: Uint8Array.of(0, 0, 0x5e, 0, 0x53, 0x10), ipv4: Uint8Array.of(198, 51, 100, 1) },
  remote: { mac: Uint8Array.of(0, 0, 0x5e, 0, 0x53, 0x20), ipv4: Uint8Array.of(198, 51, 100, 2) },
  analyzer: { mac: Uint8Array.of(0, 0, 0x5e, 0, 0x53, 0x30), ipv4: Uint8Array.of(198, 51, 100, 9) },
} as const satisfies Record<string, TunnelEnd>;

/** The labels of the guest's network: each host chooses those that it is sent to (RFC 3031, 3.4). */
const LABELS = {
  mplsoudp: { local: 25, remote: 37, analyzer: 0 },
  vxlan: { local: 5001, remote: 5001, analyzer: 9001 },
} as const;

/** What a tunnel is told. */
export interface TunnelOptions {
  readonly encapsulation: Encapsulation;
  /** Largest packet on the fabric in bytes, without Ethernet header. */
  readonly mtuBytes: number;
  /** Whether the outer header forbids fragments, as Open vSwitch's tunnels do by default. */
  readonly dontFragment: boolean;
  /** Whether the guest's own don't-fragment flag is obeyed before the headers are added. */
  readonly heedsInnerFlag: boolean;
}

/** A tunnel to the other host: adds and removes real headers in host memory. */
export class OverlayTunnel {
  readonly #machine: Machine;
  readonly #options: TunnelOptions;
  readonly #header: { -readonly [K in keyof OverlayHeader]: OverlayHeader[K] };
  readonly #names: Readonly<Record<"added" | "removed" | "mirrored" | "parts" | "joined", number>>;
  readonly #tooLong: number;
  readonly #here = new Reassembly();
  readonly #there = new Reassembly();
  readonly #farKey = new FlowKey();
  /** Where a copy for the analyzer lies, and a packet put together from fragments. */
  readonly #copySlot: number;
  readonly #wholeSlot: number;
  #farIdentification = 0;
  #ports: HostPorts = UNCONNECTED;

  constructor(machine: Machine, options: TunnelOptions) {
    this.#machine = machine;
    this.#options = options;
    const { encapsulation, dontFragment } = options;
    this.#header = {
      encapsulation,
      source: FABRIC.local,
      destination: FABRIC.remote,
      label: LABELS[encapsulation].remote,
      sourcePort: 0,
      identification: 0,
      dontFragment,
    };
    const layers = `Ethernet, IPv4, UDP, ${encapsulation === "vxlan" ? "VXLAN" : "MPLS"}`;
    const id = (name: string): number => machine.trace.id(name);
    this.#names = {
      added: id(layers),
      removed: id(layers),
      mirrored: id("Ethernet, IPv4, UDP, VXLAN to the analyzer"),
      parts: id("ip_fragment"),
      joined: id("ip_defrag"),
    };
    this.#tooLong = id("outer packet longer than the fabric's MTU and not to be fragmented");
    this.#copySlot = machine.memory.allocateHost(HEADROOM_BYTES + FRAME_BYTES_MAX);
    this.#wholeSlot = machine.memory.allocateHost(FRAME_BYTES_MAX);
  }

  /** Tells the tunnel where the wire is. */
  connect(ports: HostPorts): void {
    this.#ports = ports;
  }

  /** Label or network identifier by which the other host addresses this guest's network. */
  get receiveLabel(): number {
    return LABELS[this.#options.encapsulation].local;
  }

  /** Whether a guest's frame with the headers in front is longer than the fabric carries. */
  exceedsMtu(byteCount: number): boolean {
    const overhead = OVERLAY_BYTES[this.#options.encapsulation] - ETHERNET_BYTES;
    return byteCount + overhead > this.#options.mtuBytes;
  }

  /**
   * Sends the guest's frame at `at`, before which HEADROOM_BYTES are free, to the other host.
   * @param flowHash Tells flows apart in the fabric.
   */
  send(at: number, byteCount: number, flowHash: number): void {
    const header = this.#header;
    const { encapsulation } = this.#options;
    header.destination = FABRIC.remote;
    header.label = LABELS[encapsulation].remote;
    header.encapsulation = encapsulation;
    this.#push(at, byteCount, flowHash, this.#names.added);
  }

  /** Sends a copy of the guest's frame at `at` to the analyzer (VXLAN, whatever the tunnel is). */
  mirror(at: number, byteCount: number, flowHash: number): void {
    const header = this.#header;
    const copy = this.#copySlot + HEADROOM_BYTES;
    this.#machine.memory.move(at, copy, byteCount);
    header.destination = FABRIC.analyzer;
    header.label = LABELS.vxlan.analyzer;
    header.encapsulation = "vxlan";
    this.#push(copy, byteCount, flowHash, this.#names.mirrored);
  }

  /**
   * Takes the headers off the frame at `at`.
   * @returns What was read, with `frameAt` in host memory; the reason when there is no tunnel
   * packet for this host; undefined when fragments are missing.
   */
  receive(at: number, byteCount: number): OverlayRead | string | undefined {
    const { memory } = this.#machine;
    let start = at;
    let count = byteCount;
    if (isFragment(memory.bytes, at, byteCount)) {
      const whole = this.#here.take(memory.bytes.subarray(at, at + byteCount));
      if (whole === undefined) return undefined;
      if (whole.length > FRAME_BYTES_MAX) return "reassembled packet too long";
      this.#machine.note(KIND.call, HOST, this.#names.joined, whole.length, 0);
      start = this.#wholeSlot;
      count = whole.length;
      memory.bytes.set(whole, start);
    }
    const read = readOverlay(memory.bytes, start, count, FABRIC.local);
    if (typeof read === "string") return read;
    if (read.encapsulation !== this.#options.encapsulation) return "another encapsulation";
    const removed = read.frameAt - start;
    this.#machine.note(KIND.headersChanged, HOST, this.#names.removed, -removed, read.label);
    return read;
  }

  /** The other host's sending side. */
  readonly farEnd: FarEnd = {
    send: (frame) => this.#farSend(frame),
    receive: (wireFrame) => this.#farReceive(wireFrame),
  };

  #push(at: number, byteCount: number, flowHash: number, name: number): void {
    const machine = this.#machine;
    const header = this.#header;
    header.sourcePort = sourcePort(flowHash);
    header.identification = (header.identification + 1) & 0xffff;
    const overhead = OVERLAY_BYTES[header.encapsulation];
    writeOverlayHeader(machine.memory.bytes, at, byteCount, header);
    machine.note(KIND.headersChanged, HOST, name, overhead, header.label);
    const start = at - overhead;
    const total = byteCount + overhead;
    if (total - ETHERNET_BYTES <= this.#options.mtuBytes) this.#ports.toWire(start, total);
    else if (header.dontFragment) {
      machine.note(KIND.frameDropped, HOST, this.#tooLong, total, machine.trace.packet);
    } else this.#pushParts(start, total);
  }

  #pushParts(start: number, total: number): void {
    const { bytes } = this.#machine.memory;
    const parts = fragment(bytes.slice(start, start + total), this.#options.mtuBytes);
    this.#machine.note(KIND.call, HOST, this.#names.parts, parts.length, 0);
    for (const part of parts) {
      bytes.set(part, start);
      this.#ports.toWire(start, part.length);
    }
  }

  #farSend(frame: Uint8Array): readonly Uint8Array[] {
    const { encapsulation, dontFragment, heedsInnerFlag, mtuBytes } = this.#options;
    const overhead = OVERLAY_BYTES[encapsulation];
    const bytes = new Uint8Array(overhead + frame.length);
    bytes.set(frame, overhead);
    const key = this.#farKey;
    key.extract(bytes, overhead, frame.length, 0);
    this.#farIdentification = (this.#farIdentification + 1) & 0xffff;
    writeOverlayHeader(bytes, overhead, frame.length, {
      encapsulation,
      source: FABRIC.remote,
      destination: FABRIC.local,
      label: LABELS[encapsulation].local,
      sourcePort: sourcePort(hashOf(key.words)),
      identification: this.#farIdentification,
      dontFragment,
    });
    if (!this.exceedsMtu(frame.length)) return [bytes];
    if (dontFragment || (heedsInnerFlag && key.dontFragment)) return [];
    return fragment(bytes, mtuBytes);
  }

  #farReceive(wireFrame: Uint8Array): Uint8Array | undefined {
    const whole = isFragment(wireFrame, 0, wireFrame.length)
      ? this.#there.take(wireFrame)
      : wireFrame;
    if (whole === undefined) return undefined;
    const read = readOverlay(whole, 0, whole.length, FABRIC.remote);
    if (typeof read === "string") return undefined;
    return whole.slice(read.frameAt, read.frameAt + read.frameBytes);
  }
}

function sourcePort(flowHash: number): number {
  return SOURCE_PORT_MIN + (flowHash & 0x3fff);
}

function isFragment(bytes: Uint8Array, at: number, byteCount: number): boolean {
  if (byteCount < 34 || bytes[at + 12] !== 0x08 || bytes[at + 13] !== 0) return false;
  return isOuterFragment(bytes, at);
}
