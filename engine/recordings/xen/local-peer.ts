import { DomainApplication } from "../../devices/xen-net/application.ts";
import type { BackendFrame, Egress } from "../../devices/xen-net/netback-parts.ts";
import type { XenNic } from "../../devices/xen-net/index.ts";
import type { XenHost } from "../../devices/xen-net/xen-host.ts";
import type { Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";

const HOST = ACTORS.hostNetwork.code;
const PARTIAL = { partial: true, validated: true };

/**
 * dom0's own application as the guest's peer, as it was recorded: its socket is behind the bridge
 * of which the vif is the only port. Local delivery copies what still lies in the guest's page
 * (net/core/skbuff.c, skb_orphan_frags_rx), so the page is let go before the socket has the frame.
 */
export class LocalSocket implements Egress {
  readonly #machine: Machine;
  readonly #host: XenHost;
  readonly #wire: Wire;
  readonly #copyName: number;
  readonly #slot: number;
  /** dom0's application. */
  readonly application: DomainApplication;

  constructor(machine: Machine, host: XenHost, wire: Wire, timerPort: number) {
    this.#machine = machine;
    this.#host = host;
    this.#wire = wire;
    this.#copyName = machine.trace.id("copy of the rest out of the granted page");
    this.#slot = machine.memory.allocateHost(2048);
    this.application = new DomainApplication(host.driverDomain, host.channels, timerPort);
  }

  send(frame: BackendFrame): void {
    const { memory } = this.#machine;
    const { address, byteCount, headBytes, restAddress } = frame;
    const rest = byteCount - headBytes;
    if (rest > 0) {
      memory.move(restAddress, address + headBytes, rest);
      this.#machine.note(KIND.copy, HOST, this.#copyName, rest, restAddress);
    }
    frame.release();
    this.#wire.transmit(address, byteCount);
    this.application.received();
  }

  /**
   * dom0's application sends frames back to back through the bridge, then sleeps.
   * @param preempted Whether the thread that it wakes runs before `sendto` returns.
   */
  transmit(frames: readonly Uint8Array[], nic: XenNic, preempted: boolean): void {
    const { driverDomain: domain, cpus } = this.#host;
    const application = this.application;
    cpus.runDriverDomain(() => {
      application.resumeSender();
      for (const frame of frames) {
        domain.kernel.systemCall("sendto");
        this.#machine.memory.bytes.set(frame, this.#slot);
        nic.netbackRx.startXmit(this.#slot, frame.length, PARTIAL);
        // On the way back to user mode the thread that was woken runs first.
        if (preempted && domain.needsResched) domain.runThreads(application.sender);
        domain.kernel.returnToUser();
      }
      application.sleep();
      domain.goIdle();
    });
  }
}
