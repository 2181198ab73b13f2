import { Random } from "../core/random.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { FlowKey, KEY, KEY_WORDS } from "./flow-key.ts";
import { FlowTable, hashOf } from "./flow-table.ts";
import {
  UNCONNECTED,
  type Attachment,
  type FarEnd,
  type HostPath,
  type HostPorts,
} from "./host-path.ts";
import { UPLINK } from "./local-ports.ts";
import { OvsHandler, type UpcallPacket } from "./ovs-upcall.ts";
import { OvsSwitch, type OvsActions, type OvsFlow } from "./ovs-switch.ts";
import { FRAME_BYTES_MAX, HEADROOM_BYTES, OverlayTunnel } from "./overlay-tunnel.ts";

const HOST = ACTORS.hostNetwork.code;
const ETHERNET_BYTES = 14;
const VLAN_TAG_BYTES = 4;
/** Entries of a PMD thread's exact-match cache (lib/dpif-netdev-private-dfc.h, EM_FLOW_HASH_ENTRIES). */
const EMC_ENTRIES_MAX = 8192;
/** One flow in so many gets into the cache (emc-insert-inv-prob, default 100). */
const EMC_INSERT_INVERSE = 100;

/** What an Open vSwitch path is told. */
export interface OvsOptions {
  /** Whether the uplink is a VXLAN tunnel port. */
  readonly vxlan: boolean;
  /** Largest packet of the uplink in bytes, without Ethernet header. */
  readonly mtuBytes: number;
  /** Whether every packet is also put out of a mirror's port. */
  readonly mirror: boolean;
  /** The datapath: the kernel's module, or PMD threads that poll. */
  readonly plane: "kernel" | "dpdk";
}

/** Dictionary numbers of what the rows say. */
type Names = Readonly<
  Record<
    | "cache"
    | "hit"
    | "miss"
    | "translate"
    | "learn"
    | "revalidate"
    | "put"
    | "execute"
    | "executeCopy"
    | "mirror"
    | "nowhere"
    | "lost"
    | "tooLong"
    | "noTunnel",
    number
  >
>;

/**
 * A guest's way through Open vSwitch with the NORMAL action (net/openvswitch/datapath.c,
 * ovs_dp_process_packet and ovs_dp_upcall; flow_table.c; lib/dpif-netdev.c, fast_path_processing):
 * the first packet of a flow is decided on by ovs-vswitchd, the rest by the datapath alone.
 */
export class OvsPath implements HostPath {
  readonly #machine: Machine;
  readonly #attachment: Attachment;
  /** What it was told. */
  readonly options: OvsOptions;
  readonly #switch: OvsSwitch;
  readonly #port: number;
  readonly #learns: boolean;
  readonly #handler: OvsHandler | undefined;
  /** The exact-match cache of a PMD thread: whole keys and the flows they match. */
  readonly cache = new FlowTable(KEY_WORDS);
  /** Hears of changes of that cache. */
  onCacheChange: (() => void) | undefined;
  readonly #random: Random;
  readonly #tunnel: OverlayTunnel | undefined;
  readonly #key = new FlowKey();
  /** The packet buffer: the frame with room in front of it. */
  readonly #buffer: number;
  readonly #names: Names;
  readonly place: { readonly switch: object; readonly port: number };
  #ports: HostPorts = UNCONNECTED;

  constructor(
    machine: Machine,
    attachment: Attachment,
    options: OvsOptions,
    shared = new OvsSwitch(),
  ) {
    this.#machine = machine;
    this.#attachment = attachment;
    this.options = options;
    this.#switch = shared;
    this.#port = shared.addPort(machine.identity);
    this.place = { switch: shared, port: this.#port };
    // A guest that sends frames of other hosts would draw their addresses to its own port.
    this.#learns = !machine.identity.forwardsFrames;
    this.#random = new Random(this.#port);
    if (options.plane === "kernel") {
      this.#handler = new OvsHandler(machine, (upcall) => this.#handle(upcall));
    }
    if (options.vxlan) {
      this.#tunnel = new OverlayTunnel(machine, {
        encapsulation: "vxlan",
        mtuBytes: options.mtuBytes,
        dontFragment: true,
        heedsInnerFlag: false,
      });
    }
    this.#buffer = machine.memory.allocateHost(HEADROOM_BYTES + FRAME_BYTES_MAX) + HEADROOM_BYTES;
    this.#names = namesOf((name) => machine.trace.id(name), options.plane);
  }

  /** The other host, when there is a tunnel to it. */
  get farEnd(): FarEnd | undefined {
    return this.#tunnel?.farEnd;
  }

  connect(ports: HostPorts): void {
    this.#ports = ports;
    this.#tunnel?.connect(ports);
  }

  leaving(hostAddress: number, byteCount: number): void {
    this.#attachment.leaving(byteCount);
    this.#machine.memory.move(hostAddress, this.#buffer, byteCount);
    this.#process(this.#buffer, byteCount, this.#port);
  }

  arriving(hostAddress: number, byteCount: number): void {
    const tunnel = this.#tunnel;
    if (tunnel === undefined) {
      this.#process(hostAddress, byteCount, UPLINK);
      return;
    }
    const read = tunnel.receive(hostAddress, byteCount);
    if (read === undefined) return;
    if (typeof read === "string") {
      const cause = `OVS: no tunnel packet, to the host's own stack: ${read}`;
      this.#drop(this.#machine.trace.id(cause), byteCount);
    } else if (read.label !== tunnel.receiveLabel) {
      this.#drop(this.#names.noTunnel, read.frameBytes);
    } else this.#process(read.frameAt, read.frameBytes, UPLINK);
  }

  fromNeighbour(hostAddress: number, byteCount: number): void {
    this.#attachment.arriving(byteCount);
    this.#ports.toGuest(hostAddress, byteCount);
  }

  expireFlows(): void {
    this.#switch.expire();
    this.cache.clear();
    this.onCacheChange?.();
  }

  /** `ovs_dp_process_packet`, or a PMD thread's caches one after the other. */
  #process(at: number, byteCount: number, inPort: number): void {
    const key = this.#key;
    key.extract(this.#machine.memory.bytes, at, byteCount, inPort);
    const flow = this.options.plane === "dpdk" ? this.#findInCaches() : this.#find();
    if (flow !== undefined) this.#execute(flow.actions, at, byteCount);
    else if (this.#handler === undefined) {
      // The PMD thread asks ovs-vswitchd's code itself: no switch, no copy.
      this.#execute(this.#decide(), at, byteCount);
    } else this.#upcall(this.#handler, at, byteCount, inPort);
  }

  #find(): OvsFlow | undefined {
    const flow = this.#switch.find(this.#key.words);
    const { hit, miss } = this.#names;
    this.#look(flow === undefined ? miss : hit, flow?.index ?? -1, this.#switch.maskCount);
    return flow;
  }

  /** The exact-match cache, then the classifier, whose finds get into the cache now and then. */
  #findInCaches(): OvsFlow | undefined {
    const { words } = this.#key;
    const cached = this.cache.get(words);
    const flow = cached < 0 ? undefined : this.#switch.at(cached);
    if (flow !== undefined) {
      this.#look(this.#names.cache, flow.index, 0);
      return flow;
    }
    const found = this.#find();
    if (found === undefined || this.#random.below(EMC_INSERT_INVERSE) > 0) return found;
    if (this.cache.size >= EMC_ENTRIES_MAX) this.cache.clear();
    this.cache.set(words, found.index);
    this.onCacheChange?.();
    return found;
  }

  #upcall(handler: OvsHandler, at: number, byteCount: number, inPort: number): void {
    const { memory, trace } = this.#machine;
    const frame = memory.bytes.slice(at, at + byteCount);
    const queued = handler.queue({ frame, packet: trace.packet, inPort });
    if (!queued) this.#drop(this.#names.lost, byteCount);
  }

  /** `handle_upcalls`: one packet, in the handler's context. */
  #handle({ frame, inPort }: UpcallPacket): void {
    const { memory } = this.#machine;
    memory.bytes.set(frame, this.#buffer);
    this.#key.extract(memory.bytes, this.#buffer, frame.length, inPort);
    const known = this.#switch.find(this.#key.words);
    const actions = known?.actions ?? this.#decide();
    if (actions.length > 0) {
      this.#machine.note(KIND.systemCall, HOST, this.#names.execute, frame.length, 0);
      this.#machine.note(KIND.copy, HOST, this.#names.executeCopy, frame.length, 0);
    }
    this.#execute(actions, this.#buffer, frame.length);
  }

  /** `xlate_actions` with NORMAL: learns, decides, and puts the flow into the datapath. */
  #decide(): OvsActions {
    const machine = this.#machine;
    const names = this.#names;
    const shared = this.#switch;
    machine.note(KIND.call, HOST, names.translate, shared.flowCount, 0);
    const outward = this.#key.words[KEY.inPort] !== UPLINK;
    if ((this.#learns || !outward) && shared.learn(this.#key)) {
      machine.note(KIND.call, HOST, names.learn, 0, 0);
      const changed = shared.revalidate();
      if (changed > 0) machine.note(KIND.invalidation, HOST, names.revalidate, 0, changed);
    }
    const actions = shared.decide(this.#key.words);
    const flow = shared.install(this.#key, actions);
    const kind = this.#handler === undefined ? KIND.call : KIND.systemCall;
    machine.note(kind, HOST, names.put, flow.index, actions.length);
    return actions;
  }

  #execute(actions: OvsActions, at: number, byteCount: number): void {
    if (this.options.mirror) {
      this.#machine.note(KIND.copy, HOST, this.#names.mirror, byteCount, 0);
    }
    if (actions.length === 0) this.#drop(this.#names.nowhere, byteCount);
    for (const port of actions) this.#output(port, at, byteCount);
  }

  /** `ovs_vport_send`. */
  #output(port: number, at: number, byteCount: number): void {
    if (port === this.#port) this.fromNeighbour(at, byteCount);
    else if (port !== UPLINK) this.#ports.toNeighbour(port, at, byteCount);
    else if (this.#tunnel !== undefined) {
      this.#tunnel.send(at, byteCount, hashOf(this.#key.words));
    } else if (byteCount > this.options.mtuBytes + ETHERNET_BYTES + VLAN_TAG_BYTES) {
      this.#drop(this.#names.tooLong, byteCount);
    } else this.#ports.toWire(at, byteCount);
  }

  #look(name: number, key: number, result: number): void {
    this.#machine.note(KIND.tableLookup, HOST, name, key, result);
  }

  #drop(cause: number, byteCount: number): void {
    this.#machine.note(KIND.frameDropped, HOST, cause, byteCount, this.#machine.trace.packet);
  }
}

function namesOf(id: (name: string) => number, plane: OvsOptions["plane"]): Names {
  const dpdk = plane === "dpdk";
  const table = dpdk ? "OVS classifier (dpcls)" : "OVS flow table";
  return {
    cache: id("OVS exact-match cache (EMC): hit"),
    hit: id(`${table}: hit`),
    miss: id(`${table}: no flow`),
    translate: id("xlate_actions"),
    learn: id("update_learning_table"),
    revalidate: id("OVS flows whose action has changed"),
    put: id(dpdk ? "dp_netdev_flow_add" : "sendmsg(netlink): OVS_FLOW_CMD_NEW"),
    execute: id("sendmsg(netlink): OVS_PACKET_CMD_EXECUTE"),
    executeCopy: id("execute: back to the kernel"),
    mirror: id("mirror: a clone to the mirror's port"),
    nowhere: id("OVS: no port to send it to (reserved group, or behind the port it came from)"),
    lost: id("OVS: the handler's socket is full"),
    tooLong: id("OVS: longer than the uplink's MTU"),
    noTunnel: id("OVS: no tunnel port with this VNI"),
  };
}
