import { RESOURCES } from "../core/resource.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { CONTROL_CPU } from "./host-path.ts";

const HOST = ACTORS.hostNetwork.code;
/** Puts the handler behind the packet that woke it, and before the next one at the usual gap. */
const HANDLER_TICKS = 90_000;
/** Bytes that wait in the socket at most (lib/netlink-socket.c, nl_sock_create: 4 MiB). */
const SOCKET_BYTES_MAX = 4 << 20;

/** A packet on its way to the handler. */
export interface UpcallPacket {
  readonly frame: Uint8Array;
  readonly packet: number;
  readonly inPort: number;
}

/**
 * A handler thread of ovs-vswitchd: reads packets without a flow from its netlink socket, a process
 * of its own (ofproto/ofproto-dpif-upcall.c, recv_upcalls and handle_upcalls).
 */
export class OvsHandler extends Task {
  readonly #machine: Machine;
  readonly #handle: (upcall: UpcallPacket) => void;
  readonly #waiting: UpcallPacket[] = [];
  #waitingBytes = 0;
  readonly #thread: number;
  readonly #receive: number;
  readonly #copy: number;

  /** @param handle Decides on a packet, in the handler's context. */
  constructor(machine: Machine, handle: (upcall: UpcallPacket) => void) {
    super(HAND_OVER.hostStep);
    this.resource = RESOURCES.handler.code;
    this.#machine = machine;
    this.#handle = handle;
    this.#thread = machine.trace.id("ovs-vswitchd handler");
    this.#receive = machine.trace.id("recvmsg(netlink): OVS_PACKET_CMD_MISS");
    this.#copy = machine.trace.id("upcall: into a netlink message");
  }

  /**
   * `ovs_dp_upcall`: queues a packet for the handler.
   * @returns False when the socket is full: the packet is lost.
   */
  queue(upcall: UpcallPacket): boolean {
    const machine = this.#machine;
    const { length } = upcall.frame;
    if (this.#waitingBytes + length > SOCKET_BYTES_MAX) return false;
    machine.note(KIND.copy, HOST, this.#copy, length, 0);
    this.#waiting.push(upcall);
    this.#waitingBytes += length;
    if (!this.queued) {
      machine.note(KIND.wakeUp, HOST, this.#thread, 0, 0);
      machine.post(this, machine.ticks(HANDLER_TICKS));
    }
    return true;
  }

  override run(): void {
    const machine = this.#machine;
    this.#waitingBytes = 0;
    machine.note(KIND.contextSwitch, HOST, this.#thread, CONTROL_CPU, 0);
    for (const upcall of this.#waiting.splice(0)) {
      machine.trace.packet = upcall.packet;
      machine.note(KIND.systemCall, HOST, this.#receive, upcall.frame.length, 0);
      this.#handle(upcall);
    }
  }
}
