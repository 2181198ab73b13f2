import { HAND_OVER, HOST_THREAD, Task } from "../../core/task.ts";
import type { IoApicPin } from "../../cpu/io-apic.ts";
import { type FrameSink, RECEIVED, type Received, type Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import type { DmaPort, DmaTranslation } from "../../memory/dma-port.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";
import { CONFIG, ConfigSpace } from "../../pci/config-space.ts";
import type { Region } from "../../registers/region.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import { Rtl8139, type Rtl8139Options } from "./device.ts";
import { RECEPTION, type Rtl8139Ports } from "./ports.ts";

/** Where the firmware put the chip in the address spaces. */
export const RTL8139_ADDRESS = { ports: 0xc000, memory: 0xfebff000 } as const;

const ACTOR = ACTORS.deviceModel.code;
const COMMAND_MASTER = 0x0004;
const COMMAND_INTX_DISABLE = 0x0400;
/** How soon QEMU's main loop reads on after its queue was emptied; only the order matters. */
const MAIN_LOOP_TICKS = 3000;

/** What the function is connected to. */
export interface Rtl8139FunctionOptions extends Rtl8139Options {
  /** IOAPIC pin of INTA#. */
  readonly pin: IoApicPin;
}

/**
 * The RTL8139C+ as a PCI function of a machine: configuration space, bus mastering, INTA#, the
 * wire's flow control. Configuration space as QEMU presents it: hw/net/rtl8139.c,
 * pci_rtl8139_realize; the capability pointer leads nowhere, and Status announces no capabilities.
 */
export class Rtl8139Function implements Rtl8139Ports, DmaTranslation, FrameSink {
  readonly config = new ConfigSpace();
  readonly chip: Rtl8139;
  readonly memory: GuestMemory;
  readonly dma: DmaPort;
  readonly #machine: Machine;
  readonly #wire: Wire;
  readonly #pin: IoApicPin;
  readonly #expiry: ChipTimer;
  #mastering = false;
  #line = false;
  readonly #mainLoop: MainLoopTurn;
  /** Inside a write to CAPR the host offers one frame that it kept, and does not ask `canReceive`. */
  #reoffering = false;

  constructor(machine: Machine, wire: Wire, options: Rtl8139FunctionOptions) {
    this.#machine = machine;
    this.#wire = wire;
    this.#pin = options.pin;
    this.memory = machine.memory;
    this.dma = machine.dmaPort(ACTOR, this);
    this.#buildConfigSpace();
    const { trace } = machine;
    this.chip = new Rtl8139(this, options, {
      transmitDescriptor: trace.id("transmit descriptor"),
      transmitPayload: trace.id("transmit payload"),
      receiveDescriptor: trace.id("receive descriptor"),
      receivePayload: trace.id("receive payload"),
      tally: trace.id("tally counters"),
    });
    this.#expiry = new ChipTimer(this.chip);
    this.#mainLoop = new MainLoopTurn(wire);
    wire.attach(this);
  }

  /** The registers, behind either base address register. */
  get registers(): Region {
    return this.chip.window;
  }

  /** DMA needs bus mastering; addresses are guest-physical. */
  translate(iova: number, byteCount: number): number {
    if (this.#mastering) return iova;
    this.guestError("DMA while bus mastering is off", iova, byteCount);
    return -1;
  }

  receiveFrame(hostAddress: number, byteCount: number): Received {
    if (this.#mainLoop.queued && !this.#reoffering) return RECEIVED.later;
    if (!this.#reoffering && !this.chip.canReceive) return RECEIVED.later;
    if (this.#reoffering) this.#continueLater();
    const result = this.chip.receive(hostAddress, byteCount);
    if (result === RECEPTION.received) return RECEIVED.accepted;
    return result === RECEPTION.refused ? RECEIVED.later : RECEIVED.dropped;
  }

  interruptLine(asserted: boolean): void {
    this.#line = asserted;
    this.#driveLine();
  }

  transmit(hostAddress: number, byteCount: number): void {
    this.#wire.transmit(hostAddress, byteCount);
  }

  /** net/queue.c, qemu_flush_queued_packets: one frame at once, the rest when the loop turns. */
  receiverReady(): void {
    this.#reoffering = true;
    this.#wire.offerBacklog();
    this.#reoffering = false;
  }

  taken(address: number): void {
    const { packets, trace } = this.#machine;
    const packet = packets.get(address);
    if (packet >= 0) trace.packet = packet;
  }

  placed(address: number): void {
    this.#machine.packets.set(address, this.#machine.trace.packet);
  }

  dropped(cause: string, byteCount: number, value: number): void {
    const { trace } = this.#machine;
    this.#machine.note(KIND.frameDropped, ACTOR, trace.id(cause), byteCount, value);
  }

  guestError(what: string, value: number, detail: number): void {
    this.#machine.guestError(ACTOR, what, value, detail);
  }

  nowNanoseconds(): number {
    return (this.#machine.nowCycles * 1000) / this.#machine.cyclesPerMicrosecond;
  }

  setTimer(delayNanoseconds: number): void {
    this.cancelTimer();
    this.#machine.post(this.#expiry, this.#machine.microseconds(delayNanoseconds / 1000));
  }

  cancelTimer(): void {
    if (this.#expiry.queued) this.#machine.scheduler.cancel(this.#expiry);
  }

  #continueLater(): void {
    this.#reoffering = false;
    // The frame on offer still counts.
    if (this.#mainLoop.queued || this.#wire.backlogCount <= 1) return;
    this.#machine.post(this.#mainLoop, this.#machine.ticks(MAIN_LOOP_TICKS));
  }

  #buildConfigSpace(): void {
    this.config
      .set(CONFIG.vendorId, 2, 0x10ec)
      .set(CONFIG.deviceId, 2, 0x8139)
      .set(CONFIG.command, 2, 0x0103)
      .set(CONFIG.revision, 4, 0x02000020)
      .set(CONFIG.bar0, 4, RTL8139_ADDRESS.ports | 1)
      .set(CONFIG.bar0 + 4, 4, RTL8139_ADDRESS.memory)
      .set(CONFIG.capabilities, 1, 0xdc)
      .set(CONFIG.interruptLine, 1, this.#pin.gsi)
      .set(CONFIG.interruptPin, 1, 1)
      .allowWrites(CONFIG.command, 2, 0x0507)
      .allowWrites(CONFIG.cacheLineSize, 1, 0xff)
      .allowWrites(CONFIG.bar0, 4, 0xffffff00)
      .allowWrites(CONFIG.bar0 + 4, 4, 0xffffff00)
      .allowWrites(CONFIG.interruptLine, 1, 0xff)
      .onWrite(() => this.#configWritten());
  }

  #configWritten(): void {
    this.#mastering = (this.config.get(CONFIG.command, 2) & COMMAND_MASTER) !== 0;
    this.#driveLine();
  }

  #driveLine(): void {
    const allowed = (this.config.get(CONFIG.command, 2) & COMMAND_INTX_DISABLE) === 0;
    this.#pin.setLevel(this.#line && allowed);
  }
}

/** The host timer that expires when TCTR reaches TimerInt, again after each turn of the counter. */
class ChipTimer extends Task {
  override background = true;
  readonly #chip: Rtl8139;

  constructor(chip: Rtl8139) {
    super(HAND_OVER.deviceTimer);
    this.thread = HOST_THREAD.mainLoop;
    this.#chip = chip;
  }

  override run(): void {
    this.#chip.timerExpired();
  }
}

/** A turn of the host's main loop: it offers the frames that it kept back. */
class MainLoopTurn extends Task {
  readonly #wire: Wire;

  constructor(wire: Wire) {
    super(HAND_OVER.hostStep);
    this.thread = HOST_THREAD.mainLoop;
    this.#wire = wire;
  }

  override run(): void {
    this.#wire.offerBacklog();
  }
}
