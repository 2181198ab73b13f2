import { assert } from "../../core/assert.ts";
import type { Mbuf } from "../../guest/mbuf.ts";
import type { NetDriver } from "../../guest/net-device.ts";
import type { PollModeDriver, PollModePort } from "../../guest/poll-mode-port.ts";
import type { Machine } from "../../machine.ts";
import { COMMANDS } from "./commands.ts";
import { DriverFilter } from "./driver-filter.ts";
import { DriverMemory } from "./driver-memory.ts";
import type { DriverBus, DriverOptions } from "./driver-options.ts";
import { setupDriverShared } from "./driver-shared.ts";
import { PmdReceiveQueue } from "./pmd-receive.ts";
import { PmdTransmitQueue } from "./pmd-transmit.ts";
import { BAR0, BAR1 } from "./registers.ts";

/** Interrupts by message: one for events, one for the queues; there, and masked. */
const MESSAGES = 2;

/**
 * DPDK's vmxnet3 driver in a process of the guest, one queue pair: drivers/net/vmxnet3/
 * vmxnet3_ethdev.c, eth_vmxnet3_dev_init, vmxnet3_dev_start. No interrupt is ever unmasked. The shared
 * area and the filters are laid down as Linux's driver does.
 */
export class Vmxnet3Pmd implements NetDriver, PollModeDriver {
  readonly #machine: Machine;
  readonly #port: PollModePort;
  readonly #bus: DriverBus;
  readonly #options: DriverOptions;
  readonly #memory: DriverMemory;
  readonly #filter: DriverFilter;
  readonly #tx: PmdTransmitQueue;
  readonly #rx: PmdReceiveQueue;
  readonly #interruptCount: number;
  #started = false;

  constructor(machine: Machine, port: PollModePort, bus: DriverBus, options: DriverOptions) {
    this.#machine = machine;
    this.#port = port;
    this.#bus = bus;
    this.#options = options;
    this.#interruptCount = options.interrupts === "msix" ? MESSAGES : 1;
    this.#memory = new DriverMemory(machine, options);
    this.#filter = new DriverFilter(machine, this.#memory, (code) => this.#command(code));
    const { transmit, receive } = this.#memory;
    this.#tx = new PmdTransmitQueue(machine, port, bus.bar0, transmit, options.txRingSize);
    this.#rx = new PmdReceiveQueue(machine, port, bus.bar0, receive, {
      ring0: options.rxRingSize,
      ring1: options.rxRing2Size,
    });
  }

  get receiveReady(): boolean {
    return this.#started && this.#rx.ready;
  }

  get transmitReady(): boolean {
    return this.#started && this.#tx.ready;
  }

  /** `eth_vmxnet3_dev_init`. */
  probe(): void {
    const { pci, bar1 } = this.#bus;
    pci.enable();
    pci.setMaster();
    assert((bar1.load(BAR1.VRRS) & 1) !== 0, "the device knows revision 1");
    bar1.store(BAR1.VRRS, 1);
    assert((bar1.load(BAR1.UVRS) & 1) !== 0, "the device knows version 1");
    bar1.store(BAR1.UVRS, 1);
    bar1.load(BAR1.MACL);
    bar1.load(BAR1.MACH);
    this.#command(COMMANDS.RESET_DEV);
  }

  /** `vmxnet3_dev_start`. */
  open(): void {
    const { bar1, msix } = this.#bus;
    if (this.#options.interrupts === "msix") msix.enable(MESSAGES);
    this.#memory.clear();
    this.#setUpShared();
    const { base } = this.#memory.shared;
    bar1.store(BAR1.DSAL, base % 4294967296);
    bar1.store(BAR1.DSAH, Math.floor(base / 4294967296));
    this.#command(COMMANDS.ACTIVATE_DEV);
    assert(bar1.load(BAR1.CMD) === 0, "the device takes the driver's shared area");
    this.#rx.fill();
    this.#filter.joinGroups();
    this.#filter.setMc();
    for (const id of this.#machine.identity.vlanIds) this.#filter.addVlan(id);
    this.#maskInterrupts();
    this.#command(COMMANDS.GET_LINK);
    bar1.load(BAR1.CMD);
    this.#started = true;
    this.#port.startPolling(this);
  }

  /** `vmxnet3_dev_stop`. */
  stop(): void {
    this.#started = false;
    this.#port.stopPolling();
    this.#maskInterrupts();
    if (this.#options.interrupts === "msix") this.#bus.msix.disable();
    this.#command(COMMANDS.QUIESCE_DEV);
    this.#bus.bar1.store(BAR1.DSAL, 0);
    this.#bus.bar1.store(BAR1.DSAH, 0);
    this.#command(COMMANDS.RESET_DEV);
    this.#tx.cleanup();
    this.#rx.cleanup();
  }

  /** `vmxnet3_dev_close`: the process goes. */
  remove(): void {
    this.#bus.pci.clearMaster();
  }

  /** The kernel never sends by a port that it does not know. */
  startXmit(): boolean {
    return false;
  }

  receiveBurst(count: number): number {
    return this.#rx.burst(count);
  }

  transmitBurst(mbufs: readonly Mbuf[], count: number): number {
    return this.#tx.burst(mbufs, count);
  }

  #setUpShared(): void {
    const { shared, transmit, driverDataAddress } = this.#memory;
    setupDriverShared(shared, {
      queueDesc: transmit.queueDesc,
      tx: this.#tx,
      rx: this.#rx,
      dataRingAddress: transmit.data.base,
      driverDataAddress,
      mtuBytes: this.#options.mtuBytes,
      interruptCount: this.#interruptCount,
      eventInterrupt: this.#interruptCount - 1,
    });
    this.#filter.restoreVlan();
  }

  /** `vmxnet3_disable_all_intrs`; what the shared area asks for is set already. */
  #maskInterrupts(): void {
    for (let i = 0; i < this.#interruptCount; i++) this.#bus.bar0.store(BAR0.IMR, 1, i);
  }

  #command(code: number): void {
    this.#bus.bar1.store(BAR1.CMD, code);
  }
}
