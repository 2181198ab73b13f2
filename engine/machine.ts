import { Clock } from "./core/clock.ts";
import { Random } from "./core/random.ts";
import { Scheduler } from "./core/scheduler.ts";
import { noHost, type HostModel } from "./core/host-model.ts";
import type { Task } from "./core/task.ts";
import { IoApicPin } from "./cpu/io-apic.ts";
import { Vcpu } from "./cpu/vcpu.ts";
import { directInterrupt, type InterruptCrossing } from "./core/crossing.ts";
import { DEFAULT_IDENTITY, type GuestIdentity } from "./guest/identity.ts";
import { GuestKernel } from "./guest/kernel.ts";
import { DmaPort, type DmaTranslation } from "./memory/dma-port.ts";
import type { CostName } from "./ledger/costs/index.ts";
import { defaultPrices, type PriceList } from "./ledger/price-list.ts";
import { Pricing } from "./ledger/pricing.ts";
import { GuestMemory } from "./memory/guest-memory.ts";
import { Iommu } from "./memory/iommu.ts";
import { PacketTags } from "./memory/packet-tags.ts";
import { RingIndices } from "./memory/ring-indices.ts";
import { SharedBlock } from "./memory/shared-block.ts";
import type { Region } from "./registers/region.ts";
import { ACTORS } from "./trace/actor.ts";
import { KIND } from "./trace/schema.ts";
import { TraceStore } from "./trace/store.ts";
import { Journal } from "./history/journal.ts";
import type { ConfigSpace } from "./pci/config-space.ts";

/** What a machine is built with. */
export interface MachineOptions {
  /** Seed of everything random, default 1. */
  readonly seed?: number;
  /** Whether trace rows are kept, default true. */
  readonly trace?: boolean;
  /** Whether a journal can record each change of state, default false. */
  readonly history?: boolean;
  /** Trace rows to keep at most, default all; what comes after them is only counted. */
  readonly traceRowsMax?: number;
  /** Guest-physical memory in bytes, default 64 MiB. */
  readonly guestBytes?: number;
  /** The addresses the guest answers to, default QEMU's first NIC. */
  readonly identity?: GuestIdentity;
  /** Clock of the vCPU in cycles per microsecond, default the prices', without prices 3,000. */
  readonly cyclesPerMicrosecond?: number;
  /** What steps cost; without it a guest access takes one cycle and all else no time. */
  readonly prices?: PriceList;
  /** Id of the mode, as far as prices depend on it. */
  readonly modeId?: string;
  /** Who handles interrupts, default nobody: they reach the CPU directly. */
  readonly interruptCrossing?: InterruptCrossing | ((machine: Machine) => InterruptCrossing);
}

const HOST_BYTES = 8 << 20;
/** Pages of the hypervisor's at the end of it: translation tables, the vCPU's APIC page. */
const HYPERVISOR_BYTES = 128 << 10;

/** A window of the guest's, or of a host's driver, onto a region of a device. */
export interface DeviceWindow {
  readonly name: string;
  readonly space: "mmio" | "pio";
  /** Guest-physical address or port of the first byte. */
  readonly base: number;
  readonly byteCount: number;
  /** Who has it: the guest, by whose accesses it is reached; the host's own driver. */
  readonly owner: "guest" | "host";
  /** Whether the guest's accesses reach the device itself, without the hypervisor. */
  readonly direct: boolean;
}

/** One simulated host: time, memory, one vCPU with its interrupt controllers, the guest kernel. */
export class Machine {
  readonly trace: TraceStore;
  /** Records each change of state once it is started, in a machine with history. */
  readonly journal: Journal | undefined;
  readonly memory: GuestMemory;
  readonly packets: PacketTags;
  readonly clock = new Clock();
  readonly vcpu = new Vcpu(this.clock);
  readonly scheduler: Scheduler;
  readonly kernel: GuestKernel;
  readonly random: Random;
  /** The addresses the guest answers to: NICs carry its MAC, drivers program their filters by it. */
  readonly identity: GuestIdentity;
  readonly cyclesPerMicrosecond: number;
  /** Prices every row, where there are prices. */
  readonly pricing: Pricing | undefined;
  readonly interruptCrossing: InterruptCrossing;
  /** The shared blocks by name; one made again under a name replaces the former. */
  readonly blocks = new Map<string, SharedBlock>();
  /** Indices of the rings that do not lie in guest memory. */
  readonly ringIndices = new RingIndices();
  /** Regions that drivers have windows onto, by name: for the names of their registers. */
  readonly regions = new Map<string, Region>();
  /** Configuration spaces that drivers reach, by the function's name in the trace. */
  readonly configSpaces = new Map<string, ConfigSpace>();
  /** Where those windows are, by the region's name. */
  readonly windows = new Map<string, DeviceWindow>();
  /** Hears of each window as it is made: whoever maps the guest's addresses. */
  onWindow: ((window: DeviceWindow) => void) | undefined;
  /** VM exits so far by basic exit reason, counted whether rows are kept or not. */
  readonly exitsByReason = new Float64Array(80);
  /** Hypercalls so far by name, counted whether rows are kept or not. */
  readonly hypercallsByName = new Map<string, number>();
  /** Polls so far that found nothing, by who polled; they leave no rows of their own. */
  readonly emptyPollsByLoop = new Map<string, number>();
  /** Loads from and stores to shared rings that were not the guest's: its driver domain's, Xen's. */
  readonly foreignRingAccesses = new Float64Array(2);
  /** Callouts out of translated code so far by the dictionary number of their name. */
  readonly calloutsByName = new Map<number, number>();
  /** Hears of each frame that is dropped: whose code or chip did, why (a dictionary number), which packet. */
  onDrop: ((actor: number, why: number, packet: number) => void) | undefined;
  /** True while a VM exit is handled: the guest is stopped. */
  exited = false;
  #iommu: Iommu | undefined;
  readonly #pins = new Map<number, IoApicPin>();

  constructor(options: MachineOptions = {}) {
    const guestBytes = options.guestBytes ?? 64 << 20;
    this.trace = new TraceStore(options.trace ?? true, undefined, options.traceRowsMax);
    this.journal = options.history === true ? new Journal(this.trace) : undefined;
    this.memory = new GuestMemory(guestBytes, HOST_BYTES + HYPERVISOR_BYTES, this.journal);
    this.packets = new PacketTags(guestBytes);
    this.identity = options.identity ?? DEFAULT_IDENTITY;
    this.random = new Random(options.seed ?? 1);
    const { prices } = options;
    const ownClock = prices === undefined ? 3000 : prices.clockGhz * 1000;
    this.cyclesPerMicrosecond = options.cyclesPerMicrosecond ?? ownClock;
    const enter = (task: Task, ofHost: boolean): void => this.#enter(task, ofHost);
    this.scheduler = new Scheduler(this.vcpu, enter, this.clock);
    this.pricing = prices && this.#price(prices, options);
    const crossing = options.interruptCrossing ?? directInterrupt;
    this.interruptCrossing = typeof crossing === "function" ? crossing(this) : crossing;
    this.kernel = new GuestKernel(this.trace, this.scheduler, this.vcpu, this.interruptCrossing);
    this.kernel.millisecondCycles = this.microseconds(1000);
  }

  /** The host's DMA-remapping unit; a machine that never asks has none. */
  get iommu(): Iommu {
    this.#iommu ??= new Iommu(this.memory, this.trace, this.scheduler);
    return this.#iommu;
  }

  /** That unit, if anybody asked for it. */
  get iommuInUse(): Iommu | undefined {
    return this.#iommu;
  }

  /** The host around the guest: its CPUs, its threads, its hypervisor. */
  get host(): HostModel {
    return this.scheduler.host;
  }

  /** Whether the host's threads are modelled. */
  get hasHost(): boolean {
    return this.scheduler.host !== noHost;
  }

  set host(host: HostModel) {
    this.scheduler.host = host;
  }

  #price(prices: PriceList, options: MachineOptions): Pricing {
    const pricing = new Pricing(prices, this.clock, options.modeId ?? "", this.trace.enabled);
    pricing.attach(this.trace);
    this.trace.pricer = pricing;
    this.clock.timed = true;
    return pricing;
  }

  /** Time in cycles. */
  get nowCycles(): number {
    return this.scheduler.nowCycles;
  }

  /** Writes an instant row of the present moment; see TraceStore.row. */
  note(kind: number, actor: number, where: number, a: number, b: number): number {
    if (kind === KIND.frameDropped) this.onDrop?.(actor, where, this.trace.packet);
    return this.trace.row(this.scheduler.nowCycles, kind, actor, where, 0, a, b);
  }

  /**
   * The guest leaves with a VM exit; `vmEntry` brings it back.
   * @param reason Basic exit reason (EXIT_REASON).
   * @param qualification Exit qualification as the SDM defines it for the reason.
   */
  vmExit(name: number, reason: number, qualification: number): void {
    this.exited = true;
    this.vcpu.stopped = true;
    this.exitsByReason[reason] = (this.exitsByReason[reason] as number) + 1;
    this.note(KIND.vmExit, ACTORS.hypervisor.code, name, reason, qualification);
  }

  /**
   * The guest goes on after the exit for `reason`.
   * @param vector The vector that is injected with the entry, 0 for none.
   */
  vmEntry(name: number, reason: number, vector = 0): void {
    this.exited = false;
    this.vcpu.stopped = false;
    this.note(KIND.vmEntry, ACTORS.hypervisor.code, name, reason, vector);
  }

  /**
   * A domain asks the hypervisor for something.
   * @param actor Who asks: guestDriver, or deviceModel for the driver domain.
   * @param name The hypercall with its sub-command, "dom0: " before it for the driver domain's.
   * @returns The row, so that what it does can lie inside it; close it with `close`.
   */
  hypercall(actor: number, name: string, argument = 0, result = 0): number {
    this.hypercallsByName.set(name, (this.hypercallsByName.get(name) ?? 0) + 1);
    return this.note(KIND.hypercall, actor, this.trace.id(name), argument, result);
  }

  /** Translated code calls the VMM; `name` is a dictionary number of the trace. */
  callout(name: number, address = 0): void {
    this.calloutsByName.set(name, (this.calloutsByName.get(name) ?? 0) + 1);
    this.note(KIND.callout, ACTORS.hypervisor.code, name, address, 0);
  }

  /** A guest did what the device cannot obey: a row says so, nothing is thrown. */
  guestError(actor: number, what: string, value: number, detail = 0): void {
    this.note(KIND.guestError, actor, this.trace.id(what), value, detail);
  }

  /**
   * Opens a span (a driver function, a thread's step): rows until `close` lie inside it.
   * @param name Dictionary number from `trace.id`.
   * @returns The span's row, for `close`.
   */
  open(actor: number, name: number, value = 0): number {
    const row = this.note(KIND.call, actor, name, value, 0);
    if (row >= 0) this.trace.enter(row);
    return row;
  }

  /** Closes the span that `open` returned. */
  close(row: number): void {
    if (row >= 0) this.trace.leave(row, this.scheduler.nowCycles);
  }

  /**
   * A delay that only puts things in order: so many cycles without prices, and none with them, as
   * then whatever happens in between has a price of its own.
   */
  ticks(count: number): number {
    return this.clock.timed ? 0 : count;
  }

  /** Typical cycles of a step that has no row of its own; without prices the default CPU's. */
  costCycles(name: CostName): number {
    if (this.pricing !== undefined) return this.pricing.prices.prices[name].cycles.typical;
    const { unit, value, cycles } = defaultPrices().prices[name];
    return unit === "nanoseconds" ? this.microseconds(value.typical / 1000) : cycles.typical;
  }

  /** Posts work of a host thread, device or wire; what happens now is its cause. */
  post(task: Task, delayCycles: number): void {
    task.causeRow = this.trace.parent;
    task.packet = this.trace.packet;
    this.scheduler.post(task, delayCycles);
  }

  /** Posts work of the guest; what happens now is its cause. */
  postGuest(task: Task, delayCycles: number): void {
    task.causeRow = this.trace.parent;
    task.packet = this.trace.packet;
    this.scheduler.postGuest(task, delayCycles);
  }

  /** Microseconds as cycles of this machine's clock. */
  microseconds(time: number): number {
    return time * this.cyclesPerMicrosecond;
  }

  /** A block of guest memory that driver and device share; rows name it. */
  block(name: string, base: number, byteCount: number): SharedBlock {
    const { memory, trace, scheduler } = this;
    const block = new SharedBlock(name, base, byteCount, memory, trace, scheduler);
    this.blocks.set(name, block);
    return block;
  }

  /** A driver has a window onto a region. */
  addWindow(region: Region, window: DeviceWindow): void {
    this.regions.set(region.name, region);
    this.windows.set(region.name, window);
    this.onWindow?.(window);
  }

  /** A device's way to guest memory; `actor` says whether chip or model moves the bytes. */
  dmaPort(actor: number, translation?: DmaTranslation): DmaPort {
    return new DmaPort(this.memory, this.trace, this.scheduler, actor, translation);
  }

  /** The IOAPIC pin with this number; `actor` is who drives it. */
  pin(gsi: number, actor: number = ACTORS.deviceModel.code): IoApicPin {
    let pin = this.#pins.get(gsi);
    if (pin === undefined) {
      pin = new IoApicPin(gsi, actor, this.trace, this.scheduler, this.vcpu.apic);
      pin.onRequest = (vector, again) => this.#lineRequested(vector, again);
      pin.onLevelBegins = (level) => this.host.lineBegins(gsi, level);
      pin.onLevelEnds = (level) => this.host.lineEnds(gsi, level);
      this.#pins.set(gsi, pin);
    }
    return pin;
  }

  /** The IOAPIC's pins that are in use, by number. */
  get pins(): ReadonlyMap<number, IoApicPin> {
    return this.#pins;
  }

  /**
   * Delivers a message-signalled interrupt; `name` is the entry's dictionary number. What a guest
   * put wrongly into the message (an address that is not the APIC's, a vector below 16: Intel SDM
   * vol. 3A, 11.5.3 "Error Handling", "Received illegal vector") reaches no CPU.
   */
  sendMsix(actor: number, name: number, addressLow: number, data: number): void {
    const vector = data & 0xff;
    if ((addressLow & 0xfff0_0000) >>> 0 !== 0xfee0_0000) {
      this.guestError(actor, "MSI-X message outside the APIC's addresses", addressLow, data);
      return;
    }
    if (vector < 16) {
      this.guestError(actor, "MSI-X message with an illegal vector", vector, data);
      return;
    }
    const row = this.note(KIND.msix, actor, name, data, addressLow);
    const { apic } = this.vcpu;
    apic.request(vector, row);
    this.interruptCrossing.raised(vector, false);
    apic.arrived(vector);
  }

  /** Lets the machine run until it rests, or until `untilCycles`. */
  run(untilCycles = Infinity): void {
    this.scheduler.run(untilCycles);
  }

  /** A line that is let in again is still being handled by the exit of the EOI. */
  #lineRequested(vector: number, again: boolean): void {
    const { exited } = this;
    this.exited = exited || again;
    this.interruptCrossing.raised(vector, true);
    this.vcpu.apic.arrived(vector);
    this.exited = exited;
  }

  #enter(task: Task, ofHost: boolean): void {
    const trace = this.trace;
    const { parent, cause, packet } = trace;
    trace.parent = -1;
    trace.cause = task.causeRow;
    trace.packet = task.packet;
    const { host } = this.scheduler;
    if (ofHost) host.taskBegins(task);
    task.run();
    if (ofHost) host.taskEnds(task);
    trace.parent = parent;
    trace.cause = cause;
    trace.packet = packet;
  }
}
