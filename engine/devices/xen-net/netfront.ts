import type { NetDriver } from "../../guest/net-device.ts";
import { Napi } from "../../guest/napi.ts";
import type { Skb } from "../../guest/skb.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { XenDomain } from "./domain.ts";
import type { EventHandler } from "./event-fifo.ts";
import { PAGE_BYTES, RING } from "./layout.ts";
import { NetfrontReceive } from "./netfront-receive.ts";
import { type NetfrontParts, NetfrontTransmit } from "./netfront-transmit.ts";

const DRIVER = ACTORS.guestDriver.code;

/** What netfront is built with. */
export interface NetfrontOptions extends Omit<NetfrontParts, "disable" | "notify"> {
  readonly domain: XenDomain;
  readonly txRing: SharedBlock;
  readonly rxRing: SharedBlock;
  readonly txPort: number;
  readonly rxPort: number;
  /** Xen makes a port to which nobody is bound yet. */
  readonly allocatePort: (port: number) => void;
  /** The back end connects when the front end has said where rings and ports are. */
  readonly connectBackend: (txRef: number, rxRef: number) => void;
}

/** xen-netfront with one queue and an event channel for each direction. */
export class Netfront implements NetDriver {
  readonly tx: NetfrontTransmit;
  readonly rx: NetfrontReceive;
  readonly #options: NetfrontOptions;
  readonly #napi: XennetPoll;
  #opened = false;
  #connectBackend: (() => void) | undefined;
  /** True after the back end broke the protocol: nothing moves any more (`queue->info->broken`). */
  broken = false;

  constructor(options: NetfrontOptions) {
    this.#options = options;
    const { machine, netDevice, grants, backendDomid, domain } = options;
    const disable = (what: string, value: number): void => this.#disable(what, value);
    const queue = (port: number): NetfrontParts => {
      const notify = (): void => domain.notify(port);
      return { machine, netDevice, grants, backendDomid, disable, notify };
    };
    this.tx = new NetfrontTransmit(queue(options.txPort), options.txRing);
    this.rx = new NetfrontReceive(queue(options.rxPort), options.rxRing);
    this.#napi = new XennetPoll(this, options);
    domain.fifo.bind(
      options.txPort,
      this.#handler("xennet_tx_interrupt", () => this.#txEvent()),
    );
    domain.fifo.bind(
      options.rxPort,
      this.#handler("xennet_rx_interrupt", () => this.#rxEvent()),
    );
    netDevice.attach(this);
  }

  /** `xennet_connect`: rings granted, ports allocated; then the back end maps and binds them. */
  probe(): void {
    const { domain, grants, backendDomid, txRing, rxRing, allocatePort, connectBackend } =
      this.#options;
    const { view } = this.#options.machine.memory;
    const refs = [txRing, rxRing].map((ring) => {
      // SHARED_RING_INIT: each side asks for the other's first entry.
      view.setUint32(ring.base + RING.reqEvent, 1, true);
      view.setUint32(ring.base + RING.rspEvent, 1, true);
      const ref = grants.claim(grants.allocate(1));
      grants.grant(ref, backendDomid, ring.base / PAGE_BYTES, false);
      return ref;
    });
    const ports = [this.#options.txPort, this.#options.rxPort];
    for (const port of ports) {
      domain.kernel.hypercall("event_channel_op.alloc_unbound", port, () => allocatePort(port));
    }
    for (const port of ports) domain.kernel.hypercall("event_channel_op.bind_vcpu", port);
    // Connected: both ends are told, though the back end has not bound its ports yet.
    domain.notify(this.#options.txPort);
    domain.notify(this.#options.rxPort);
    const [txRef = 0, rxRef = 0] = refs;
    this.#connectBackend = () => connectBackend(txRef, rxRef);
  }

  open(): void {
    this.#opened = true;
    this.rx.open();
    // xenbus: the store's daemon carried references and ports over meanwhile; not modelled.
    this.#connectBackend?.();
    this.#connectBackend = undefined;
    this.#options.netDevice.startQueue();
  }

  stop(): void {
    this.#opened = false;
    this.#options.netDevice.stopQueue();
  }

  remove(): void {
    this.broken = true;
  }

  startXmit(skb: Skb): boolean {
    if (!this.broken) return this.tx.xmit(skb);
    this.#options.netDevice.skbs.give(skb);
    return true;
  }

  #txEvent(): void {
    if (!this.broken && this.#opened) this.tx.collect();
    if (!this.broken) this.#options.domain.endOfInterrupt(this.#options.txPort);
  }

  #rxEvent(): void {
    const { machine, domain, rxPort } = this.#options;
    if (!this.broken && this.rx.handleInterrupt() && this.#opened) {
      machine.kernel.scheduleNapi(this.#napi);
    }
    if (!this.broken) domain.endOfInterrupt(rxPort);
  }

  #handler(name: string, handle: () => void): EventHandler {
    const { machine } = this.#options;
    const id = machine.trace.id(name);
    return {
      lateEoi: true,
      handleEvent: () => {
        const span = machine.open(DRIVER, id);
        handle();
        machine.close(span);
      },
    };
  }

  #disable(what: string, value: number): void {
    this.broken = true;
    this.#options.machine.guestError(DRIVER, `netfront is disabled: ${what}`, value);
    this.#options.netDevice.stopQueue();
  }
}

/** `xennet_poll`. */
class XennetPoll extends Napi {
  readonly #driver: Netfront;
  readonly #options: NetfrontOptions;
  readonly #name: number;

  constructor(driver: Netfront, options: NetfrontOptions) {
    super();
    this.#driver = driver;
    this.#options = options;
    this.#name = options.machine.trace.id("xennet_poll");
  }

  poll(budget: number): number {
    const { machine } = this.#options;
    const { rx } = this.#driver;
    const span = machine.open(DRIVER, this.#name);
    const worked = this.#driver.broken ? 0 : rx.poll(budget);
    if (worked < budget) {
      rx.deliver();
      machine.kernel.completeNapi(this);
      if (!this.#driver.broken && rx.ring.finalCheck()) machine.kernel.scheduleNapi(this);
    }
    machine.close(span);
    return worked;
  }
}
