import { assert } from "../../core/assert.ts";
import { HAND_OVER, Task } from "../../core/task.ts";
import { buildXenNet, type XenNic, type XenPorts } from "../../devices/xen-net/index.ts";
import { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { Trace } from "../../trace/store.ts";
import { agentFrame } from "./agent-frame.ts";
import { LocalSocket } from "./local-peer.ts";
import { CLOCK, RECEIVED } from "./token.ts";

/** net.core.wmem_default, and what a frame takes of it: its head and struct sk_buff. */
const SOCKET_BUFFER_BYTES = 212_992;
const SKB_BYTES = 2304;
const SMALL_SKB_BYTES = 960;
const SMALL_FRAME_BYTES = 367;

class Call extends Task {
  readonly #body: () => void;

  constructor(body: () => void) {
    super(HAND_OVER.hostStep);
    this.#body = body;
  }

  override run(): void {
    this.#body();
  }
}

/** Choices of dom0's scheduler (EEVDF), which depend on what ran before. */
export interface ThreadOrder {
  /** Of the threads that were woken, the receiver runs before the one that unmaps. */
  readonly receiverFirst: boolean;
  /** The thread that the sender wakes runs before `sendto` returns. */
  readonly senderPreempted: boolean;
}

/** What it usually decides: in order of waking, at once. */
export const USUAL_ORDER: ThreadOrder = { receiverFirst: false, senderPreempted: true };

/** The recorded host again: domU, dom0 with its socket as the peer, one CPU. */
export class XenReplay {
  readonly #machine = new Machine({ seed: 1 });
  readonly #nic: XenNic;
  readonly #peer: LocalSocket;
  #sequence = 0;

  /** @param dom0TimerPort Port of dom0's timer. */
  constructor(ports: XenPorts, dom0TimerPort: number) {
    const machine = this.#machine;
    let peer: LocalSocket | undefined;
    this.#nic = buildXenNet(machine, {
      ports,
      receiveStyle: "poll",
      egress: (host, wire) => {
        peer = new LocalSocket(machine, host, wire, dom0TimerPort);
        return peer;
      },
    });
    assert(peer !== undefined, "the vif has a peer");
    this.#peer = peer;
    const { guest, driverDomain, application } = this.#nic.host;
    const marker = (name: string, actor: number): (() => void) => {
      const id = machine.trace.id(name);
      return () => void machine.note(KIND.mark, actor, id, 0, 0);
    };
    guest.onClock = marker(CLOCK, ACTORS.guestDriver.code);
    driverDomain.onClock = marker(CLOCK, ACTORS.deviceModel.code);
    application.onDatagram = marker(RECEIVED, ACTORS.guestApplication.code);
    peer.application.onDatagram = marker(RECEIVED, ACTORS.deviceModel.code);
  }

  /** The driver's probe and the interface up: what was recorded as `init`. */
  connect(): Trace {
    const { driver } = this.#nic;
    this.#machine.kernel.runProcess(() => {
      driver.probe();
      driver.open();
    });
    this.#machine.run();
    return this.#take();
  }

  /**
   * One of the two applications sends frames back to back; the machine runs until it rests.
   * @param frameBytes Their lengths without FCS.
   * @param order What dom0's scheduler decided.
   */
  send(sender: "domU" | "dom0", frameBytes: readonly number[], order: ThreadOrder): Trace {
    const { netDevice, host } = this.#nic;
    host.driverDomain.lastWokenFirst = order.receiverFirst;
    for (const frames of this.#parts(frameBytes)) {
      const send =
        sender === "dom0"
          ? () => this.#peer.transmit(frames, this.#nic, order.senderPreempted)
          : () => {
              for (const [n, frame] of frames.entries()) netDevice.send(frame, n);
            };
      this.#machine.postGuest(new Call(send), 1);
      this.#machine.run();
    }
    return this.#take();
  }

  #datagram(frameBytes: number): Uint8Array {
    return agentFrame(this.#machine.identity.mac, frameBytes, this.#sequence++);
  }

  /** The frames in parts that a socket holds: with a full buffer the sender waits for the others. */
  *#parts(frameBytes: readonly number[]): Generator<Uint8Array[]> {
    let frames: Uint8Array[] = [];
    let held = 0;
    for (const bytes of frameBytes) {
      const memory = bytes <= SMALL_FRAME_BYTES ? SMALL_SKB_BYTES : SKB_BYTES;
      if (held + memory > SOCKET_BUFFER_BYTES) {
        yield frames;
        frames = [];
        held = 0;
      }
      held += memory;
      frames.push(this.#datagram(bytes));
    }
    yield frames;
  }

  #take(): Trace {
    const trace = this.#machine.trace.finish();
    this.#machine.trace.clear();
    return trace;
  }
}
