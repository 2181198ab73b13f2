/** Where a host path hands frames on to. */
export interface HostPorts {
  /** The frame at `hostAddress` goes out on the wire. */
  toWire(hostAddress: number, byteCount: number): void;
  /** The frame at `hostAddress` is offered to the guest's device; the host keeps what that refuses. */
  toGuest(hostAddress: number, byteCount: number): void;
  /** The frame at `hostAddress` goes to another guest of this host, behind that port of its switch. */
  toNeighbour(port: number, hostAddress: number, byteCount: number): void;
}

/** Where the frames of a path go that nobody connected yet: nowhere. */
export const UNCONNECTED: HostPorts = { toWire() {}, toGuest() {}, toNeighbour() {} };

/**
 * What stands between a device model and the wire: a bridge, a switch, a router, with the headers
 * they add. A frame lies in host memory, valid for the call only. A path hands it on now or later,
 * once or several times, or drops it with a `frameDropped` row that names the reason.
 */
export interface HostPath {
  /** Tells the path where frames go; called once, before any frame. */
  connect(ports: HostPorts): void;
  /** The device sent the frame. */
  leaving(hostAddress: number, byteCount: number): void;
  /** The frame came from the wire. */
  arriving(hostAddress: number, byteCount: number): void;
  /** Another guest of this host sent the frame; its host path has decided that it comes here. */
  fromNeighbour(hostAddress: number, byteCount: number): void;
  /** The host at the other end, where that adds headers too; without it, guest frames arrive as they are. */
  readonly farEnd?: FarEnd | undefined;
  /** The switch that guests of one host may share, and the guest's port on it. */
  readonly place?: { readonly switch: object; readonly port: number } | undefined;
  /** The path behind, where this one only holds frames back: a NIC's rings. */
  readonly inner?: HostPath | undefined;
  /** Flows that were learnt time out: the next packet of each is the first again. */
  expireFlows?(): void;
}

/** The host at the other end of an overlay, which does not belong to the simulated machine. */
export interface FarEnd {
  /** What it puts on the wire for a frame to the guest: one frame, or several fragments. */
  send(frame: Uint8Array): readonly Uint8Array[];
  /** The guest's frame in what it got from the wire; undefined when there is none for it (yet). */
  receive(wireFrame: Uint8Array): Uint8Array | undefined;
}

/**
 * The CPU of processes that decide on flows (ovs-vswitchd, the vRouter's agent), as rows number it:
 * behind those of vCPU and backend, which modes number from 0 to 7.
 */
export const CONTROL_CPU = 8;

/** How frames cross between a device model and the host's network: its copies, its system calls. */
export interface Attachment {
  /** The device's frame enters the host's network. */
  leaving(byteCount: number): void;
  /** A frame of the host's network goes to the device. */
  arriving(byteCount: number): void;
}
