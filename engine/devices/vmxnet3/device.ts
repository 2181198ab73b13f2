import type { IoApicPin } from "../../cpu/io-apic.ts";
import { type FrameSink, RECEIVED, type Received, type Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import type { DmaPort } from "../../memory/dma-port.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";
import type { RingIndices } from "../../memory/ring-indices.ts";
import type { ConfigSpace } from "../../pci/config-space.ts";
import { Msix } from "../../pci/msix.ts";
import type { Region } from "../../registers/region.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import { buildBar0, buildBar1 } from "./bars.ts";
import { COMMANDS, commandName } from "./commands.ts";
import { buildConfigSpace, MSIX } from "./config.ts";
import type { DeviceRing } from "./device-ring.ts";
import { Receiver, ReceiveQueue } from "./device-receive.ts";
import { Transmitter, TransmitQueue } from "./device-transmit.ts";
import { InterruptStates } from "./interrupt-states.ts";
import { ReceiveFilter } from "./receive-filter.ts";
import { INTERRUPTS_MAX, RX_QUEUES_MAX, TX_QUEUES_MAX } from "./registers.ts";
import { EVENT } from "./shared-area.ts";
import { type SharedAreaOwner, SharedAreaReader } from "./shared-area-reader.ts";
import { frameKind, STATISTICS_BYTES } from "./statistics.ts";
import { type PolledDevice, TransmitPoll } from "./transmit-poll.ts";

const ACTOR = ACTORS.deviceModel.code;
const LINK_UP = 1;
/** Link speed in Mbit/s as GET_LINK reports it. */
const LINK_MBPS = 1000;
const PCI_DEVICE_ID = 0x07b0;
const DEVICE_REVISION = 1;
/** Adaptive rings are off: the driver uses the sizes it was given. */
const DISABLE_ADAPTIVE_RING = 1;

/** What a VMXNET3 is built with. */
export interface Vmxnet3Options {
  /** Permanent station address, 6 bytes. */
  readonly macAddress: Uint8Array;
  /** IOAPIC pin of INTA#. */
  readonly pin: IoApicPin;
  /**
   * Packets that the driver may let wait before it rings: 1 as in QEMU, which sends inside the
   * doorbell; more makes the backend poll while there is traffic.
   */
  readonly txThreshold?: number;
}

/**
 * VMXNET3 revision 1 as QEMU presents it. It shares one area, rings and queue descriptors with its
 * driver; BAR 0 holds masks and doorbells, BAR 1 commands. Source: QEMU 10.0, hw/net/vmxnet3.c.
 */
export class Vmxnet3 implements FrameSink, SharedAreaOwner, PolledDevice {
  readonly config: ConfigSpace;
  readonly msix: Msix;
  /** Doorbells and masks. */
  readonly bar0: Region;
  /** Identification and commands. */
  readonly bar1: Region;
  readonly memory: GuestMemory;
  readonly dma: DmaPort;
  readonly filter = new ReceiveFilter();
  readonly transmitter: Transmitter;
  readonly receiver: Receiver;
  readonly txQueues: readonly TransmitQueue[];
  readonly rxQueues: readonly ReceiveQueue[];
  readonly sharedPurpose: number;
  readonly interrupts: InterruptStates;
  /** Whether the driver has activated the device. */
  active = false;
  readonly #machine: Machine;
  readonly #wire: Wire;
  readonly #pin: IoApicPin;
  readonly #shared: SharedAreaReader;
  readonly #permanentMac: Uint8Array;
  readonly #mac: Uint8Array;
  readonly #statistics: number;
  readonly #statisticsPurpose: number;
  readonly #filterCause: number;
  readonly #inactiveCause: number;
  readonly #noRoomCause: number;
  readonly #poll: TransmitPoll | undefined;
  #sharedLow = 0;
  #macLow = 0;
  #lastCommand = 0;
  #link = (LINK_MBPS << 16) | LINK_UP;

  constructor(machine: Machine, wire: Wire, options: Vmxnet3Options) {
    const { trace } = machine;
    this.#machine = machine;
    this.#wire = wire;
    this.#pin = options.pin;
    this.#permanentMac = options.macAddress.slice();
    this.#mac = options.macAddress.slice();
    this.memory = machine.memory;
    this.dma = machine.dmaPort(ACTOR);
    this.config = buildConfigSpace();
    this.msix = new Msix(machine, this.config, {
      vectorCount: INTERRUPTS_MAX,
      capabilityOffset: MSIX.capability,
      table: { bar: MSIX.bar, offset: MSIX.tableOffset },
      pba: { bar: MSIX.bar, offset: MSIX.pbaOffset },
      actor: ACTOR,
    });
    this.config.onWrite(() => this.msix.configWritten());
    this.interrupts = new InterruptStates(this);
    this.txQueues = Array.from({ length: TX_QUEUES_MAX + 1 }, () => new TransmitQueue());
    this.rxQueues = Array.from({ length: RX_QUEUES_MAX }, () => new ReceiveQueue());
    this.sharedPurpose = trace.id("shared area");
    const payload = trace.id("payload");
    this.transmitter = new Transmitter(machine, this.dma, this, {
      descriptor: trace.id("transmit descriptor"),
      payload,
      completion: trace.id("transmit completion"),
    });
    this.receiver = new Receiver(machine, this.dma, this, {
      descriptor: trace.id("receive descriptor"),
      payload,
      completion: trace.id("receive completion"),
    });
    this.#shared = new SharedAreaReader(this);
    this.#statistics = machine.memory.allocateHost(STATISTICS_BYTES, "device's counters");
    this.#statisticsPurpose = trace.id("queue statistics");
    this.#filterCause = trace.id("receive filter");
    this.#inactiveCause = trace.id("device not active");
    this.#noRoomCause = trace.id("no receive buffer");
    this.bar0 = buildBar0(this);
    this.bar1 = buildBar1(this);
    const threshold = options.txThreshold ?? 1;
    if (threshold > 1) {
      const interval = machine.costCycles("vmxnet3PollInterval");
      this.#poll = new TransmitPoll(machine, this, threshold, interval);
    }
    wire.attach(this);
    this.#keepIndices(machine.ringIndices);
  }

  /** Where the device stands in the rings of the one queue pair that drivers set up. */
  #keepIndices(ringIndices: RingIndices): void {
    const tx = this.txQueues[0] as TransmitQueue;
    const rx = this.rxQueues[0] as ReceiveQueue;
    const rings: readonly (readonly [name: string, ring: DeviceRing])[] = [
      ["tx_ring", tx.ring],
      ["tx_comp_ring", tx.completions],
      ["rx_ring0", rx.rings[0]],
      ["rx_ring1", rx.rings[1]],
      ["rx_comp_ring", rx.completions],
    ];
    for (const [name, ring] of rings) {
      ringIndices.set(name, "device", "next", () => ring.next);
      ringIndices.set(name, "device", "gen", () => ring.gen);
    }
  }

  /** Whether interrupts are messages now. */
  get messages(): boolean {
    return this.msix.enabled;
  }

  /** Sends a message or raises the line; see InterruptPort. */
  raise(index: number): boolean {
    if (this.msix.enabled) {
      this.msix.notify(index);
      return false;
    }
    this.#pin.setLevel(true);
    return true;
  }

  /** Lowers the line. */
  lower(): void {
    this.#pin.setLevel(false);
  }

  /** A transmit doorbell: the queue's descriptors decide what is sent, not the index written. */
  transmitDoorbell(queueIndex: number): void {
    // The model's check lets one queue too many through; that queue's rings are all zero.
    if (queueIndex > this.#shared.txQueueCount) {
      this.guestError("doorbell of a queue that is not there", queueIndex);
      return;
    }
    this.transmitter.process(this.txQueues[queueIndex] as TransmitQueue);
    this.#poll?.wake();
  }

  processTransmitQueues(): number {
    let packets = 0;
    for (let i = 0; i < this.#shared.txQueueCount; i++) {
      packets += this.transmitter.process(this.txQueues[i] as TransmitQueue);
    }
    return packets;
  }

  setTransmitThreshold(packets: number): void {
    this.#shared.setTransmitThreshold(packets);
  }

  /** A frame leaves for the wire. */
  transmit(hostAddress: number, byteCount: number): void {
    this.#wire.transmit(hostAddress, byteCount);
  }

  /** A transmit completion was written. */
  completed(index: number): void {
    this.interrupts.trigger(index);
  }

  /** Receive completions were written. */
  indicated(index: number): void {
    this.interrupts.trigger(index);
  }

  receiveFrame(hostAddress: number, byteCount: number): Received {
    if (!this.active || (this.#link & LINK_UP) === 0) {
      return this.#drop(this.#inactiveCause, byteCount);
    }
    const kind = frameKind(this.memory.bytes, hostAddress);
    if (!this.filter.admits(this.memory, hostAddress, kind, this.#mac)) {
      return this.#drop(this.#filterCause, byteCount);
    }
    // All frames go to queue 0: the model has no receive-side scaling.
    const queue = this.rxQueues[0] as ReceiveQueue;
    if (this.receiver.indicate(queue, hostAddress, byteCount)) return RECEIVED.accepted;
    return this.#drop(this.#noRoomCause, byteCount);
  }

  /** The link goes up or down: an event in shared memory and its interrupt. */
  setLink(up: boolean): void {
    this.#link = up ? this.#link | LINK_UP : this.#link & ~LINK_UP;
    this.#shared.setEvents(EVENT.LINK);
    this.interrupts.trigger(this.#shared.eventInterrupt);
  }

  /** DSAL: remembered until DSAH; 0 takes the device out of service. */
  setSharedLow(value: number): void {
    if (value === 0) this.#deactivate();
    this.#sharedLow = value;
    this.#shared.address = 0;
  }

  /** DSAH: completes the address of the shared area. */
  setSharedHigh(value: number): void {
    this.#shared.address = value * 4294967296 + this.#sharedLow;
  }

  /** ECR: acknowledges events. */
  clearEvents(bits: number): void {
    this.#shared.clearEvents(bits);
  }

  /** MACL as written: waits for MACH. */
  setMacLow(value: number): void {
    this.#macLow = value;
  }

  /** MACH as written: the whole address takes effect. */
  setMacHigh(value: number): void {
    for (let i = 0; i < 4; i++) this.#mac[i] = this.#macLow >>> (8 * i);
    this.#mac[4] = value;
    this.#mac[5] = value >>> 8;
  }

  /** MACL and MACH as read. */
  macWord(high: boolean): number {
    return addressWord(this.#mac, high);
  }

  /** Executes a command; its result is read from CMD afterwards. */
  execute(command: number): void {
    this.#lastCommand = command;
    const shared = this.#shared;
    switch (command) {
      case COMMANDS.ACTIVATE_DEV:
        this.#activate();
        break;
      case COMMANDS.QUIESCE_DEV:
        this.#deactivate();
        break;
      case COMMANDS.RESET_DEV:
        this.#reset();
        break;
      case COMMANDS.UPDATE_RX_MODE:
        shared.updateMode();
        break;
      case COMMANDS.UPDATE_MAC_FILTERS:
        shared.updateMulticast();
        break;
      case COMMANDS.UPDATE_VLAN_FILTERS:
        shared.updateVlanTable();
        break;
      case COMMANDS.UPDATE_PMCFG:
        shared.updatePowerManagement();
        break;
      case COMMANDS.UPDATE_FEATURE:
        shared.updateFeatures();
        break;
      case COMMANDS.GET_STATS:
        this.#writeStatistics();
        break;
      default:
        if (commandName(command) === undefined) this.guestError("unknown command", command);
    }
  }

  /** The last command's result. */
  get commandResult(): number {
    switch (this.#lastCommand) {
      case COMMANDS.ACTIVATE_DEV:
        return this.active ? 0 : 1;
      case COMMANDS.GET_LINK:
        return this.#link;
      case COMMANDS.GET_PERM_MAC_LO:
        return addressWord(this.#permanentMac, false);
      case COMMANDS.GET_PERM_MAC_HI:
        return addressWord(this.#permanentMac, true);
      case COMMANDS.GET_ADAPTIVE_RING_INFO:
        return DISABLE_ADAPTIVE_RING;
      case COMMANDS.GET_DID_LO:
        return PCI_DEVICE_ID;
      case COMMANDS.GET_DID_HI:
        return DEVICE_REVISION;
      default:
        // GET_CONF_INTR too: interrupt type and masking are left to the driver and automatic.
        return 0;
    }
  }

  /** The guest did something the device cannot obey. */
  guestError(what: string, value: number, detail = 0): void {
    this.#machine.guestError(ACTOR, what, value, detail);
  }

  #activate(): void {
    if (this.active) return;
    if (!this.#shared.activate()) return;
    this.interrupts.autoMask = this.#shared.autoMask;
    // The model goes back to its permanent address here, whatever MACL and MACH said.
    this.#mac.set(this.#permanentMac);
    this.active = true;
  }

  #deactivate(): void {
    this.active = false;
  }

  #reset(): void {
    this.#deactivate();
    this.interrupts.reset();
    this.#shared.address = 0;
    this.transmitter.reset();
  }

  #writeStatistics(): void {
    if (!this.active) return;
    for (let i = 0; i < this.#shared.txQueueCount; i++) {
      this.#writeCounters(this.txQueues[i] as TransmitQueue);
    }
    for (let i = 0; i < this.#shared.rxQueueCount; i++) {
      this.#writeCounters(this.rxQueues[i] as ReceiveQueue);
    }
  }

  #writeCounters(queue: TransmitQueue | ReceiveQueue): void {
    queue.statistics.store(this.memory.view, this.#statistics);
    const purpose = this.#statisticsPurpose;
    this.dma.put(this.#statistics, queue.statisticsAddress, STATISTICS_BYTES, purpose);
  }

  #drop(cause: number, byteCount: number): Received {
    this.#machine.note(KIND.frameDropped, ACTOR, cause, byteCount, 0);
    return RECEIVED.dropped;
  }
}

function addressWord(address: Uint8Array, high: boolean): number {
  const at = high ? 4 : 0;
  const low = (address[at] as number) | ((address[at + 1] as number) << 8);
  if (high) return low;
  return (low | ((address[2] as number) << 16) | ((address[3] as number) << 24)) >>> 0;
}
