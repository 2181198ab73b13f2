import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { FlowKey, KEY } from "./flow-key.ts";
import { hashOf } from "./flow-table.ts";
import {
  UNCONNECTED,
  type Attachment,
  type FarEnd,
  type HostPath,
  type HostPorts,
} from "./host-path.ts";
import { LocalPorts, UPLINK } from "./local-ports.ts";
import { macTail } from "./mac-table.ts";
import type { Encapsulation } from "./overlay-header.ts";
import { FRAME_BYTES_MAX, HEADROOM_BYTES, OverlayTunnel } from "./overlay-tunnel.ts";
import { AGENT_CHANNEL, VrouterAgent, type Policy } from "./vrouter-agent.ts";
import {
  FLOW_ACTION,
  FLOW_QUEUE_MAX,
  FLOWS_ON_HOLD_MAX,
  VrouterFlows,
  type FlowAction,
  type FlowEntry,
} from "./vrouter-flow.ts";

const HOST = ACTORS.hostNetwork.code;

/** What a vRouter path is told. */
export interface VrouterOptions {
  readonly encapsulation: Encapsulation;
  /** Largest packet on the fabric in bytes, without Ethernet header. */
  readonly mtuBytes: number;
  /** "off": the guest's interface has no policy, and no flows are kept. */
  readonly policy: Policy | "off";
  /** Whether the guest's interface is mirrored to an analyzer, both ways. */
  readonly mirror: boolean;
  /** The forwarding plane: a kernel module, or a DPDK process that polls. */
  readonly plane: "kernel" | "dpdk";
}

/** Dictionary numbers of what the rows say. */
type Names = Readonly<
  Record<
    | "hit"
    | "deny"
    | "miss"
    | "onHold"
    | "trap"
    | "mirror"
    | "tunnel"
    | "flood"
    | "local"
    | "label"
    | "flushed"
    | "denied"
    | "queueFull"
    | "holdFull"
    | "noHead"
    | "noLabel"
    | "doesNotFit",
    number
  >
>;

/**
 * A guest's way through a Contrail (Tungsten Fabric) vRouter: flow table, then the network's bridge
 * table, then a tunnel to the other host (dp-core/vr_datapath.c, vr_virtual_input; vr_flow.c,
 * vr_flow_forward; vr_nexthop.c, nh_mpls_udp_tunnel and nh_vxlan_tunnel; vr_mpls.c, vr_mpls_input).
 */
export class VrouterPath implements HostPath {
  readonly #machine: Machine;
  readonly #attachment: Attachment;
  readonly #options: VrouterOptions;
  readonly #tunnel: OverlayTunnel;
  /** The flow table. */
  readonly flows = new VrouterFlows();
  readonly #agent: VrouterAgent | undefined;
  readonly #key = new FlowKey();
  readonly #locals: LocalPorts;
  readonly #port: number;
  /** The packet buffer: the frame with room in front of it. */
  readonly #buffer: number;
  readonly #names: Names;
  readonly place: { readonly switch: object; readonly port: number };
  #ports: HostPorts = UNCONNECTED;

  constructor(
    machine: Machine,
    attachment: Attachment,
    options: VrouterOptions,
    locals = new LocalPorts(),
  ) {
    this.#machine = machine;
    this.#attachment = attachment;
    this.#options = options;
    this.#locals = locals;
    this.#port = locals.addPort(machine.identity.mac);
    this.place = { switch: locals, port: this.#port };
    const { encapsulation, mtuBytes, policy, plane } = options;
    this.#tunnel = new OverlayTunnel(machine, {
      encapsulation,
      mtuBytes,
      dontFragment: false,
      heedsInnerFlag: true,
    });
    const decided = (entry: FlowEntry, action: FlowAction): void => this.#decided(entry, action);
    if (policy !== "off") {
      this.#agent = new VrouterAgent(machine, policy, AGENT_CHANNEL[plane], decided);
    }
    this.#buffer = machine.memory.allocateHost(HEADROOM_BYTES + FRAME_BYTES_MAX) + HEADROOM_BYTES;
    this.#names = namesOf((name) => machine.trace.id(name), encapsulation);
  }

  /** The other host. */
  get farEnd(): FarEnd {
    return this.#tunnel.farEnd;
  }

  connect(ports: HostPorts): void {
    this.#ports = ports;
    this.#tunnel.connect(ports);
  }

  /** `vr_virtual_input`: the guest's interface has a frame. */
  leaving(hostAddress: number, byteCount: number): void {
    this.#attachment.leaving(byteCount);
    this.#machine.memory.move(hostAddress, this.#buffer, byteCount);
    if (this.#passesFlow(this.#buffer, byteCount, true)) this.#bridge(this.#buffer, byteCount);
  }

  /** `vr_fabric_input`: the fabric's interface has a frame. */
  arriving(hostAddress: number, byteCount: number): void {
    const read = this.#tunnel.receive(hostAddress, byteCount);
    if (read === undefined) return;
    if (typeof read === "string") {
      const { trace } = this.#machine;
      this.#drop(
        trace.id(`vRouter: no tunnel packet, to the host's own stack: ${read}`),
        byteCount,
      );
      return;
    }
    const known = read.label === this.#tunnel.receiveLabel;
    this.#look(this.#names.label, read.label, known ? this.#port : -1);
    if (!known) this.#drop(this.#names.noLabel, read.frameBytes);
    else if (this.#passesFlow(read.frameAt, read.frameBytes, false)) {
      this.#toGuest(read.frameAt, read.frameBytes);
    }
  }

  fromNeighbour(hostAddress: number, byteCount: number): void {
    this.#toGuest(hostAddress, byteCount);
  }

  expireFlows(): void {
    this.flows.clear();
    this.#agent?.forget();
  }

  /**
   * `vr_flow_forward`: whether the packet goes on now. Flows are kept of untagged unicast IP only;
   * the guest's next hop is part of their key, the same both ways.
   */
  #passesFlow(at: number, byteCount: number, outward: boolean): boolean {
    const key = this.#key;
    key.extract(this.#machine.memory.bytes, at, byteCount, 0);
    const keepsFlows = key.isIp && !key.isGroup && key.words[KEY.vlan] === 0;
    if (this.#agent === undefined || !keepsFlows) {
      this.#mirror(at, byteCount);
      return true;
    }
    if (!this.flows.form(key, this.#port)) {
      this.#drop(this.#names.noHead, byteCount);
      return false;
    }
    const entry = this.flows.find();
    if (entry === undefined) return this.#missed(at, byteCount, outward);
    if (entry.action === FLOW_ACTION.hold) {
      this.#look(this.#names.onHold, entry.index, entry.action);
      this.#queue(entry, at, byteCount, outward);
      return false;
    }
    return this.#act(entry, at, byteCount);
  }

  #act(entry: FlowEntry, at: number, byteCount: number): boolean {
    const passes = entry.action === FLOW_ACTION.forward;
    this.#look(passes ? this.#names.hit : this.#names.deny, entry.index, entry.action);
    if (!passes) {
      this.#drop(this.#names.denied, byteCount);
      return false;
    }
    this.#mirror(at, byteCount);
    return true;
  }

  /** `vr_flow_lookup`: no entry, so that one is made, on hold, and the agent asked. */
  #missed(at: number, byteCount: number, outward: boolean): boolean {
    if (this.flows.onHoldCount >= FLOWS_ON_HOLD_MAX) {
      this.#drop(this.#names.holdFull, byteCount);
      return false;
    }
    const entry = this.flows.hold(this.#key.isIcmp);
    this.#look(this.#names.miss, entry.index, entry.action);
    this.#queue(entry, at, byteCount, outward);
    this.#machine.note(KIND.copy, HOST, this.#names.trap, byteCount, 0);
    this.#agent?.trap(entry);
    return false;
  }

  /** `vr_enqueue_flow`. */
  #queue(entry: FlowEntry, at: number, byteCount: number, outward: boolean): void {
    const { memory, trace } = this.#machine;
    if (entry.held.length >= FLOW_QUEUE_MAX) this.#drop(this.#names.queueFull, byteCount);
    else {
      const frame = memory.bytes.slice(at, at + byteCount);
      entry.held.push({ frame, packet: trace.packet, outward });
    }
  }

  /** The agent has set a flow: what waited for it goes on (`vr_flow_flush_hold_queue`). */
  #decided(entry: FlowEntry, action: FlowAction): void {
    const { memory, trace } = this.#machine;
    for (const waiting of this.flows.decide(entry, action)) {
      for (const { frame, packet, outward } of waiting.held.splice(0)) {
        trace.packet = packet;
        this.#machine.note(KIND.call, HOST, this.#names.flushed, waiting.index, action);
        memory.bytes.set(frame, this.#buffer);
        this.#key.extract(memory.bytes, this.#buffer, frame.length, 0);
        if (!this.#act(waiting, this.#buffer, frame.length)) continue;
        if (outward) this.#bridge(this.#buffer, frame.length);
        else this.#toGuest(this.#buffer, frame.length);
      }
    }
  }

  /**
   * `vr_bridge_input`: the bridge table of the guest's network. The control node has told it every
   * address: nothing is learnt from frames.
   */
  #bridge(at: number, byteCount: number): void {
    const { bytes } = this.#machine.memory;
    const address = macTail(bytes, at);
    if (this.#key.isGroup) {
      this.#look(this.#names.flood, address, -1);
      for (let port = 1; port < this.#locals.portCount; port++) {
        if (port !== this.#port) this.#ports.toNeighbour(port, at, byteCount);
      }
    } else {
      const local = this.#locals.addresses.get(bytes, at);
      if (local >= 0) {
        this.#look(this.#names.local, address, local);
        if (local === this.#port) this.#toGuest(at, byteCount);
        else this.#ports.toNeighbour(local, at, byteCount);
        return;
      }
      this.#look(this.#names.tunnel, address, UPLINK);
    }
    if (this.#tunnel.exceedsMtu(byteCount) && this.#key.dontFragment) {
      this.#drop(this.#names.doesNotFit, byteCount);
    } else this.#tunnel.send(at, byteCount, hashOf(this.#key.words));
  }

  #toGuest(at: number, byteCount: number): void {
    this.#attachment.arriving(byteCount);
    this.#ports.toGuest(at, byteCount);
  }

  /** `vr_mirror`: a copy to the analyzer. */
  #mirror(at: number, byteCount: number): void {
    if (!this.#options.mirror) return;
    this.#machine.note(KIND.copy, HOST, this.#names.mirror, byteCount, 0);
    this.#tunnel.mirror(at, byteCount, hashOf(this.#key.words));
  }

  #look(name: number, key: number, result: number): void {
    this.#machine.note(KIND.tableLookup, HOST, name, key, result);
  }

  #drop(cause: number, byteCount: number): void {
    this.#machine.note(KIND.frameDropped, HOST, cause, byteCount, this.#machine.trace.packet);
  }
}

function namesOf(id: (name: string) => number, encapsulation: Encapsulation): Names {
  const label = encapsulation === "vxlan" ? "VNI table" : "MPLS label table";
  return {
    hit: id("vRouter flow table: forward"),
    deny: id("vRouter flow table: drop"),
    miss: id("vRouter flow table: no entry, put on hold"),
    onHold: id("vRouter flow table: on hold"),
    trap: id("flow trap: a clone to the agent"),
    mirror: id("mirror: a clone for the analyzer"),
    tunnel: id("vRouter bridge table: tunnel to the other host"),
    flood: id("vRouter bridge table: group, to all of the network"),
    local: id("vRouter bridge table: a guest of this host"),
    label: id(`vRouter ${label}: the guest's interface`),
    flushed: id("vr_flow_flush_hold_queue"),
    denied: id("vRouter: policy denies the flow (VP_DROP_FLOW_ACTION_DROP)"),
    queueFull: id("vRouter: three packets wait already (VP_DROP_FLOW_QUEUE_LIMIT_EXCEEDED)"),
    holdFull: id("vRouter: too many flows on hold (VP_DROP_FLOW_UNUSABLE)"),
    noHead: id("vRouter: fragment without its head (VP_DROP_FRAGMENTS)"),
    noLabel: id("vRouter: label of nobody here (VP_DROP_INVALID_LABEL)"),
    doesNotFit: id("vRouter: too long for the fabric, don't-fragment set (AGENT_TRAP_HANDLE_DF)"),
  };
}
