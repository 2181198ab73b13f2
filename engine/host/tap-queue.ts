import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";

/** Frames that a TAP device keeps for its reader (its `tx_queue_len`): drivers/net/tun.c, tun_net_xmit. */
const FRAMES_MAX = 1000;

/** Frames that fit. */
export const TAP_FRAMES_MAX = FRAMES_MAX;

/** The frames that the host's network has put into a TAP device and nobody has read yet. */
export class TapQueue {
  readonly #machine: Machine;
  readonly #full: number;
  readonly #frames: (Uint8Array | undefined)[] = new Array(FRAMES_MAX).fill(undefined);
  readonly #packets = new Int32Array(FRAMES_MAX);
  #first = 0;
  #count = 0;
  /** Hears of changes. */
  onChange: (() => void) | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#full = machine.trace.id("TAP queue full");
  }

  /** Number of frames that wait. */
  get count(): number {
    return this.#count;
  }

  /** The first frame, or undefined. */
  get head(): Uint8Array | undefined {
    return this.#frames[this.#first];
  }

  /** The packet of the first frame. */
  get headPacket(): number {
    return this.#packets[this.#first] as number;
  }

  /** Adds a frame; false when it is dropped because there is no room. */
  push(frame: Uint8Array, packet: number): boolean {
    if (this.#count === FRAMES_MAX) {
      const { code } = ACTORS.hostNetwork;
      this.#machine.note(KIND.frameDropped, code, this.#full, frame.length, packet);
      return false;
    }
    const at = (this.#first + this.#count++) % FRAMES_MAX;
    this.#frames[at] = frame;
    this.#packets[at] = packet;
    this.onChange?.();
    return true;
  }

  /** Takes the first frame out. */
  drop(): void {
    if (this.#count === 0) return;
    this.#frames[this.#first] = undefined;
    this.#first = (this.#first + 1) % FRAMES_MAX;
    this.#count--;
    this.onChange?.();
  }
}
