import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { Attachment } from "./host-path.ts";

const HOST = ACTORS.hostNetwork.code;

/**
 * QEMU's TAP device: a frame crosses between user space and the host kernel with one copy each way
 * (drivers/net/tun.c, tun_get_user and tun_put_user).
 */
export class Tap implements Attachment {
  readonly #machine: Machine;
  readonly #out: number;
  readonly #in: number;

  /** Frames for the device wait to be read: a {@link TapReader} tells of the copy. */
  queued = false;
  /** The device model gives the guest's own buffers to the write: its copy is the only one. */
  gathers = false;

  /** @param device What the rows call it; a macvtap copies the same way (drivers/net/tap.c). */
  constructor(machine: Machine, device = "TAP") {
    this.#machine = machine;
    this.#out = machine.trace.id(`write to ${device}: user to host kernel`);
    this.#in = machine.trace.id(`read from ${device}: host kernel to user`);
  }

  leaving(byteCount: number): void {
    if (this.gathers) return;
    this.#machine.host.systemCall("writevTap");
    this.#machine.note(KIND.copy, HOST, this.#out, byteCount, 0);
  }

  arriving(byteCount: number): void {
    if (!this.queued) this.received(byteCount);
  }

  /** A frame is read. */
  received(byteCount: number): void {
    this.#machine.note(KIND.copy, HOST, this.#in, byteCount, 0);
  }
}
