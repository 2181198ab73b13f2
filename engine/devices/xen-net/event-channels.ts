import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { CONTROL, EVENT, PRIORITY, VCPU_INFO } from "./layout.ts";
import { SharedView } from "./shared-access.ts";

const XEN = ACTORS.hypervisor.code;
const QUEUES = 16;

/** Memory of one domain's events, which it shares with Xen. */
export interface EventBlocks {
  readonly words: SharedBlock;
  readonly control: SharedBlock;
  readonly info: SharedBlock;
}

/** One domain as Xen's event channels see it. */
export class EventDomain {
  /** Name in rows: `domU`, `dom0`. */
  readonly name: string;
  readonly words: SharedView;
  readonly control: SharedView;
  readonly info: SharedView;
  /** Last port of each queue, 0 for none. */
  readonly tails = new Int32Array(QUEUES);
  readonly priorities = new Map<number, number>();
  readonly portCount: number;
  readonly #machine: Machine;
  readonly #name: number;
  /** Hears that an event waits where none did: the domain's vCPU is to run. */
  onWake: () => void = () => {};

  constructor(machine: Machine, name: string, blocks: EventBlocks) {
    this.#machine = machine;
    this.name = name;
    this.#name = machine.trace.id(name);
    this.words = new SharedView(machine, blocks.words, XEN);
    this.control = new SharedView(machine, blocks.control, XEN);
    this.info = new SharedView(machine, blocks.info, XEN);
    this.portCount = blocks.words.byteCount / 4;
  }

  /** `vcpu_mark_events_pending` and `vcpu_kick`. */
  markPending(): void {
    const was = this.info.load8(VCPU_INFO.pending);
    this.info.store8(VCPU_INFO.pending, 1);
    if (was !== 0) return;
    this.#machine.note(KIND.wakeUp, XEN, this.#name, 0, 0);
    this.onWake();
  }
}

/** The other end of an interdomain event channel. */
export interface Peer {
  readonly domain: EventDomain;
  readonly port: number;
}

/**
 * Xen's event channels with the FIFO ABI: interdomain ports and virtual interrupts.
 * xen/common/event_channel.c, evtchn_send; event_fifo.c, evtchn_fifo_set_pending.
 */
export class EventChannels {
  readonly #machine: Machine;
  /** By domain and port: the other end, or undefined while nobody is bound to it. */
  readonly #peers = new Map<EventDomain, Map<number, Peer | undefined>>();

  readonly #pendingName: number;
  /** Hears that ports were allocated or connected. */
  onChange: (() => void) | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#pendingName = machine.trace.id("evtchn_fifo_set_pending");
  }

  /** EVTCHNOP_alloc_unbound: a port to which another domain may bind. */
  allocate(domain: EventDomain, port: number): void {
    this.#portsOf(domain).set(port, undefined);
    this.onChange?.();
  }

  /** EVTCHNOP_bind_interdomain: connects two ports. */
  connect(a: EventDomain, portA: number, b: EventDomain, portB: number): void {
    this.#portsOf(a).set(portA, { domain: b, port: portB });
    this.#portsOf(b).set(portB, { domain: a, port: portA });
    this.onChange?.();
  }

  /** EVTCHNOP_send: the event of the port at the other end becomes pending. */
  send(from: EventDomain, port: number): void {
    const ports = this.#portsOf(from);
    const peer = ports.get(port);
    if (peer === undefined) {
      // To an unbound port the event is lost without a word.
      if (ports.has(port)) return;
      this.#machine.guestError(XEN, "event sent on a port that is not connected", port);
      return;
    }
    this.setPending(peer.domain, peer.port);
  }

  /** `evtchn_fifo_set_pending`: pending; unless masked, linked to its queue; the vCPU is woken. */
  setPending(domain: EventDomain, port: number): void {
    const span = this.#machine.open(XEN, this.#pendingName, port);
    this.#queue(domain, port);
    this.#machine.close(span);
  }

  #queue(domain: EventDomain, port: number): void {
    const { words } = domain;
    const at = port * 4;
    words.store32(at, words.load32(at) | EVENT.pending);
    if ((words.load32(at) & EVENT.masked) !== 0) return;
    const word = words.load32(at);
    if ((word & EVENT.linked) !== 0) return;
    words.store32(at, word | EVENT.linked);
    const priority = domain.priorities.get(port) ?? PRIORITY.normal;
    if (this.#appended(domain, priority, port)) return;
    domain.control.store32(CONTROL.head + 4 * priority, port);
    const ready = domain.control.load32(CONTROL.ready);
    domain.control.store32(CONTROL.ready, ready | (1 << priority));
    if ((ready & (1 << priority)) === 0) domain.markPending();
  }

  /** EVTCHNOP_unmask: the guest could not unmask by itself, as the event is pending. */
  unmask(domain: EventDomain, port: number): void {
    const at = port * 4;
    const word = domain.words.load32(at) & ~EVENT.masked;
    domain.words.store32(at, word);
    if ((word & EVENT.pending) !== 0) this.setPending(domain, port);
  }

  /** `evtchn_fifo_set_link`: behind the queue's last event, if that still waits. */
  #appended(domain: EventDomain, priority: number, port: number): boolean {
    const tail = domain.tails[priority] as number;
    domain.tails[priority] = port;
    if (tail === 0 || tail === port) return false;
    const word = domain.words.load32(tail * 4);
    if ((word & EVENT.linked) === 0) return false;
    const linked = ((word & ~(EVENT.busy | EVENT.linkMask)) | port) >>> 0;
    domain.words.store32(tail * 4, linked);
    return true;
  }

  /** The ports of a domain that are allocated to others: the other end, undefined while unbound. */
  portsOf(domain: EventDomain): ReadonlyMap<number, Peer | undefined> {
    return this.#portsOf(domain);
  }

  #portsOf(domain: EventDomain): Map<number, Peer | undefined> {
    const ports = this.#peers.get(domain) ?? new Map<number, Peer | undefined>();
    this.#peers.set(domain, ports);
    return ports;
  }
}
