import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { HostPath } from "./wire.ts";

const HOST = ACTORS.hostNetwork.code;

/**
 * QEMU's TAP device: a frame crosses between user space and the host kernel with one copy each way
 * (drivers/net/tun.c, tun_get_user and tun_put_user). What follows in the host is not modelled here.
 */
export class Tap implements HostPath {
  readonly #machine: Machine;
  readonly #out: number;
  readonly #in: number;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#out = machine.trace.id("write to TAP: user to host kernel");
    this.#in = machine.trace.id("read from TAP: host kernel to user");
  }

  leaving(byteCount: number): void {
    this.#machine.note(KIND.copy, HOST, this.#out, byteCount, 0);
  }

  arriving(byteCount: number): void {
    this.#machine.note(KIND.copy, HOST, this.#in, byteCount, 0);
  }
}
