// The chip with one of its Linux drivers, interface up.
import { directAccess } from "../../../../engine/core/crossing.ts";
import { build8139cp, build8139too } from "../../../../engine/devices/rtl8139/index.ts";
import type { Rtl8139Nic, Rtl8139NicOptions } from "../../../../engine/devices/rtl8139/index.ts";
import { FrameArrival } from "../../../../engine/host/wire.ts";
import { Machine } from "../../../../engine/machine.ts";

export type DriverName = "8139cp" | "8139too";
export const DRIVERS: readonly DriverName[] = ["8139cp", "8139too"];

/** A NIC and what went through it. */
export class ANic {
  readonly machine: Machine;
  readonly nic: Rtl8139Nic;
  readonly sent: Uint8Array[] = [];
  readonly received: Uint8Array[] = [];
  #packet = 0;

  constructor(driver: DriverName, options: Rtl8139NicOptions & { readonly trace?: boolean } = {}) {
    const { trace = true, ...nicOptions } = options;
    this.machine = new Machine({ guestBytes: 8 << 20, trace });
    const build = driver === "8139cp" ? build8139cp : build8139too;
    const crossings = { control: directAccess, doorbell: directAccess };
    this.nic = build(this.machine, crossings, nicOptions);
    const { bytes } = this.machine.memory;
    this.nic.wire.onTransmit = (at, byteCount) => this.sent.push(bytes.slice(at, at + byteCount));
    this.nic.netDevice.onReceive = (at, byteCount) =>
      this.received.push(bytes.slice(at, at + byteCount));
    this.machine.kernel.runProcess(() => {
      this.nic.driver.probe();
      this.nic.driver.open();
    });
    this.machine.trace.clear();
  }

  /** The guest's application sends a frame; whatever is due happens meanwhile. */
  send(frame: Uint8Array): this {
    const packet = this.#packet++;
    this.machine.kernel.runProcess(() => this.nic.netDevice.send(frame, packet));
    return this;
  }

  /** A frame arrives after that many cycles, a guest access being one. */
  arriveIn(cycles: number, frame: Uint8Array): this {
    this.machine.post(new FrameArrival(this.nic.wire, frame, this.#packet++), cycles);
    return this;
  }

  /** Runs until all is at rest. */
  rest(): this {
    this.machine.run();
    return this;
  }
}
