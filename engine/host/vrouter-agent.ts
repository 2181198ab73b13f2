import { RESOURCES } from "../core/resource.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { CONTROL_CPU } from "./host-path.ts";
import { FLOW_ACTION, type FlowAction, type FlowEntry } from "./vrouter-flow.ts";

const HOST = ACTORS.hostNetwork.code;
/** Puts the agent behind the packet that woke it, and before the next one at the usual gap. */
const AGENT_TICKS = 150_000;
const PROTOCOL_UDP = 17;

/** What the network's policy permits: everything, all but UDP, nothing. */
export const POLICIES = ["allow", "deny-udp", "deny"] as const;
/** One of {@link POLICIES}. */
export type Policy = (typeof POLICIES)[number];

/** How the agent talks to the forwarding plane. */
export interface AgentChannel {
  /** The system call that brings a trapped packet. */
  readonly read: string;
  /** The system call that sets a flow. */
  readonly write: string;
}

/** The channels of the two forwarding planes: pkt0 and netlink, or sockets to the DPDK process. */
export const AGENT_CHANNEL = {
  kernel: { read: "read(pkt0): a trapped packet", write: "sendmsg(netlink): vr_flow_req" },
  dpdk: { read: "recv(unix socket): a trapped packet", write: "send(unix socket): vr_flow_req" },
} as const satisfies Record<string, AgentChannel>;

/**
 * The vRouter's agent, a process of its own: decides on the first packet of each flow and sets the
 * flow in both directions.
 */
export class VrouterAgent extends Task {
  readonly #machine: Machine;
  readonly #policy: Policy;
  readonly #decided: (entry: FlowEntry, action: FlowAction) => void;
  readonly #waiting: { readonly entry: FlowEntry; readonly packet: number }[] = [];
  readonly #names: Readonly<Record<"wake" | "switch" | "read" | "write" | "reverse", number>>;
  readonly #allowed: number;
  readonly #denied: number;

  /** @param decided Sets the action in the forwarding plane. */
  constructor(
    machine: Machine,
    policy: Policy,
    channel: AgentChannel,
    decided: (entry: FlowEntry, action: FlowAction) => void,
  ) {
    super(HAND_OVER.hostStep);
    this.resource = RESOURCES.handler.code;
    this.#machine = machine;
    this.#policy = policy;
    this.#decided = decided;
    const id = (name: string): number => machine.trace.id(name);
    this.#names = {
      wake: id("contrail-vrouter-agent"),
      switch: id("contrail-vrouter-agent"),
      read: id(channel.read),
      write: id(`${channel.write}, this direction`),
      reverse: id(`${channel.write}, the reverse flow`),
    };
    this.#allowed = id("agent: policy permits the flow");
    this.#denied = id("agent: policy denies the flow");
  }

  /** A packet of a new flow was trapped. */
  trap(entry: FlowEntry): void {
    const machine = this.#machine;
    this.#waiting.push({ entry, packet: machine.trace.packet });
    if (this.queued) return;
    machine.note(KIND.wakeUp, HOST, this.#names.wake, 0, 0);
    machine.post(this, machine.ticks(AGENT_TICKS));
  }

  /** Nothing waits any more: the flows were aged out. */
  forget(): void {
    this.#waiting.length = 0;
  }

  override run(): void {
    const machine = this.#machine;
    const names = this.#names;
    machine.note(KIND.contextSwitch, HOST, names.switch, CONTROL_CPU, 0);
    for (const { entry, packet } of this.#waiting.splice(0)) {
      machine.trace.packet = packet;
      machine.note(KIND.systemCall, HOST, names.read, entry.index, 0);
      const action = this.#judge(entry);
      const verdict = action === FLOW_ACTION.forward ? this.#allowed : this.#denied;
      machine.note(KIND.deviceStep, HOST, verdict, 0, 0);
      machine.note(KIND.systemCall, HOST, names.write, entry.index, action);
      machine.note(KIND.systemCall, HOST, names.reverse, entry.index, action);
      this.#decided(entry, action);
    }
  }

  #judge(entry: FlowEntry): FlowAction {
    if (this.#policy === "deny") return FLOW_ACTION.drop;
    const udp = entry.protocol === PROTOCOL_UDP;
    return this.#policy === "deny-udp" && udp ? FLOW_ACTION.drop : FLOW_ACTION.forward;
  }
}
