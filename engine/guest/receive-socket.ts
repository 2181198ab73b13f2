import { HAND_OVER, Task } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { trueSize } from "./skb.ts";

const KERNEL = ACTORS.guestDriver.code;
const APPLICATION = ACTORS.guestApplication.code;
/** net.core.rmem_default: bytes of skbs that wait in a socket; what comes then is dropped. */
const RECEIVE_BUFFER_BYTES = 212_992;

/** What the application makes of a frame that it has read; it must not keep the bytes. */
export type FrameReader = (
  frame: Uint8Array | undefined,
  byteCount: number,
  packet: number,
) => void;

/**
 * The guest's application and its socket, where it is a process that needs the CPU: frames that
 * softirqs bring up wait in the socket's buffer until the application reads them, and are dropped
 * when that is full (net/core/sock.c, __sock_queue_rcv_skb). On the one vCPU softirqs run first, a round
 * of NAPI's budget at a time; then the application has its turn. Under more load than both can take,
 * packets are brought up for nothing: throughput falls below what it was, but not to nothing.
 */
export class ReceiveSocket extends Task {
  readonly #machine: Machine;
  readonly #read: FrameReader;
  readonly #keepsBytes: boolean;
  readonly #copyName: number;
  readonly #fullName: number;
  readonly #frames: (Uint8Array | undefined)[] = [];
  readonly #lengths: number[] = [];
  readonly #packets: number[] = [];
  #first = 0;
  #bytes = 0;
  /** Whether the application can take a frame now; while it cannot, it sleeps until `wake`. */
  ready: () => boolean = () => true;

  /**
   * @param read Hears of each frame that the application has read.
   * @param keepsBytes Whether it gets their bytes.
   */
  constructor(machine: Machine, read: FrameReader, keepsBytes: boolean) {
    super(HAND_OVER.hostStep);
    this.#machine = machine;
    this.#read = read;
    this.#keepsBytes = keepsBytes;
    this.#copyName = machine.trace.id("recvfrom: socket buffer to user");
    this.#fullName = machine.trace.id("socket buffer full");
    machine.kernel.process = this;
  }

  /** Whether the application has something to do. */
  get runnable(): boolean {
    return this.queued;
  }

  /** A softirq brings a frame up, which lies at `address` for this call only. */
  queue(address: number, byteCount: number, packet: number): void {
    const machine = this.#machine;
    const size = trueSize(byteCount);
    if (this.#bytes + size > RECEIVE_BUFFER_BYTES) {
      machine.note(KIND.frameDropped, KERNEL, this.#fullName, byteCount, packet);
      return;
    }
    this.#bytes += size;
    const { bytes } = machine.memory;
    this.#frames.push(this.#keepsBytes ? bytes.slice(address, address + byteCount) : undefined);
    this.#lengths.push(byteCount);
    this.#packets.push(packet);
    this.wake();
  }

  /** The application goes on if there is something for it. */
  wake(): void {
    if (this.queued || this.#first === this.#packets.length) return;
    this.#machine.postGuest(this, 0);
    this.packet = this.#packets[this.#first] as number;
  }

  override run(): void {
    if (!this.ready()) return;
    const machine = this.#machine;
    const at = this.#first++;
    const byteCount = this.#lengths[at] as number;
    const packet = this.#packets[at] as number;
    machine.trace.packet = packet;
    this.#bytes -= trueSize(byteCount);
    machine.note(KIND.copy, APPLICATION, this.#copyName, byteCount, 0);
    this.#read(this.#frames[at], byteCount, packet);
    if (this.#first < this.#packets.length) {
      this.wake();
      return;
    }
    this.#frames.length = 0;
    this.#lengths.length = 0;
    this.#packets.length = 0;
    this.#first = 0;
    // It sleeps: softirqs that had to let it in go on.
    machine.kernel.goOn();
  }
}
