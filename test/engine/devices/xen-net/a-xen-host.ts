import {
  buildXenNet,
  type XenNetOptions,
  type XenNic,
} from "../../../../engine/devices/xen-net/index.ts";
import { Machine } from "../../../../engine/machine.ts";
import { FrameArrival } from "../../../../engine/host/wire.ts";
import { HAND_OVER, Task } from "../../../../engine/core/task.ts";
import { KIND } from "../../../../engine/trace/schema.ts";
import { GTF, GRANT, RING, RX_SLOT, TX_SLOT } from "../../../../engine/devices/xen-net/layout.ts";

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

/** A connected guest under Xen with hands in its shared memory: a guest that may be wrong. */
export class AXenHost {
  readonly machine: Machine;
  readonly nic: XenNic;
  readonly view: DataView;
  readonly sent: number[] = [];
  readonly delivered: number[] = [];

  constructor(options: Partial<XenNetOptions> = {}) {
    this.machine = new Machine({ seed: 1 });
    this.nic = buildXenNet(this.machine, options);
    this.view = this.machine.memory.view;
    this.nic.wire.onTransmit = (_, byteCount) => void this.sent.push(byteCount);
    this.nic.netDevice.onReceive = (_, byteCount) => void this.delivered.push(byteCount);
    this.machine.kernel.runProcess(() => {
      this.nic.driver.probe();
      this.nic.driver.open();
    });
    this.machine.run();
    this.machine.trace.clear();
    this.machine.hypercallsByName.clear();
  }

  /** The guest sends frames back to back. */
  send(...frames: Uint8Array[]): void {
    this.machine.postGuest(
      new Call(() => {
        for (const [i, frame] of frames.entries()) this.nic.netDevice.send(frame, i);
      }),
      0,
    );
    this.machine.run();
  }

  /** Frames arrive at once. */
  arrive(...frames: Uint8Array[]): void {
    for (const [i, frame] of frames.entries()) {
      this.machine.post(new FrameArrival(this.nic.wire, frame, i), 0);
    }
    this.machine.run();
  }

  /** The guest's kernel does something by itself. */
  inGuest(body: () => void): void {
    this.machine.postGuest(
      new Call(() => {
        this.nic.host.cpus.startGuest();
        body();
        this.nic.host.cpus.lookLater();
      }),
      0,
    );
    this.machine.run();
  }

  /** Writes a transmit request as the guest's own hand would, and sends the event. */
  request(fields: { gref: number; offset?: number; flags?: number; size: number }): void {
    const { tx } = this.nic.driver;
    const base = this.base("tx ring");
    const prod = tx.ring.reqProdPvt;
    const slot = base + tx.ring.slot(prod);
    this.view.setUint32(slot + TX_SLOT.gref, fields.gref, true);
    this.view.setUint16(slot + TX_SLOT.offset, fields.offset ?? 0, true);
    this.view.setUint16(slot + TX_SLOT.flags, fields.flags ?? 0, true);
    this.view.setUint16(slot + TX_SLOT.id, 77, true);
    this.view.setUint16(slot + TX_SLOT.size, fields.size, true);
    this.inGuest(() => {
      this.view.setUint32(base + RING.reqProd, prod + 1, true);
      this.nic.host.guest.notify(8);
    });
  }

  /** Writes a grant entry as the guest's own hand would. */
  grant(ref: number, fields: { flags?: number; domid?: number; frame: number }): void {
    const at = this.base("grant table") + ref * GRANT.bytes;
    this.view.setUint16(at + GRANT.domid, fields.domid ?? 0, true);
    this.view.setUint32(at + GRANT.frame, fields.frame, true);
    this.view.setUint16(at + GRANT.flags, fields.flags ?? GTF.permitAccess, true);
  }

  /** The receive request slot that the next frame will get. */
  nextReceiveSlot(): number {
    const { ring } = this.nic.netbackRx;
    return this.base("rx ring") + RING.slots + (ring.reqCons % 256) * RX_SLOT.bytes;
  }

  base(block: string): number {
    return this.machine.blocks.get(block)?.base ?? -1;
  }

  /** What was reported of the guest's mistakes. */
  errors(): string[] {
    const trace = this.machine.trace.finish();
    const texts: string[] = [];
    for (let row = 0; row < trace.length; row++) {
      if (trace.kind[row] === KIND.guestError) {
        texts.push(trace.names[trace.where[row] as number] ?? "");
      }
    }
    return texts;
  }
}

/** A frame of that many bytes, whose bytes count up. */
export function aFrame(byteCount: number): Uint8Array {
  return Uint8Array.from({ length: byteCount }, (_, i) => i);
}
