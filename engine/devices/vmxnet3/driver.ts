import { assert } from "../../core/assert.ts";
import type { IrqAction } from "../../guest/irq.ts";
import { Napi } from "../../guest/napi.ts";
import type { NetDevice, NetDriver } from "../../guest/net-device.ts";
import type { Skb } from "../../guest/skb.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import { COMMANDS } from "./commands.ts";
import { DriverFilter } from "./driver-filter.ts";
import { DriverMemory } from "./driver-memory.ts";
import type { DriverBus, DriverOptions } from "./driver-options.ts";
import { DriverReceiveQueue } from "./driver-receive.ts";
import { setupDriverShared } from "./driver-shared.ts";
import { DriverTransmitQueue } from "./driver-transmit.ts";
import { BAR0, BAR1 } from "./registers.ts";
import { DISABLE_ALL, EVENT, SHARED } from "./shared-area.ts";

const DRIVER = ACTORS.guestDriver.code;
/** Vectors the driver allocates at least: transmit, receive, events. */
const MIN_VECTORS = 3;
const QUEUE_VECTOR = 0;
const EVENT_VECTOR = 1;
/** VMXNET3_MAX_ETH_HDR_SIZE: Ethernet with two tags. */
const HEADER_BYTES_MAX = 22;
const HEAD_BYTES_MAX = 3072;
const HEAD_BYTES_MIN = 128;

/** The poll routine of the queue pair: with INTx it looks after events too. */
class QueueNapi extends Napi {
  readonly #driver: Vmxnet3Driver;

  constructor(driver: Vmxnet3Driver) {
    super();
    this.#driver = driver;
  }

  override poll(budget: number): number {
    return this.#driver.poll(budget);
  }
}

/**
 * Linux's driver, one queue pair as on a guest with one CPU.
 * drivers/net/vmxnet3/vmxnet3_drv.c, Linux 6.12.
 */
export class Vmxnet3Driver implements NetDriver {
  readonly memory: DriverMemory;
  readonly #machine: Machine;
  readonly #bus: DriverBus;
  readonly #options: DriverOptions;
  readonly #napi: QueueNapi = new QueueNapi(this);
  readonly #tx: DriverTransmitQueue;
  readonly #rx: DriverReceiveQueue;
  readonly #shared: SharedBlock;
  readonly #names: { readonly xmit: number; readonly irq: number; readonly poll: number };
  readonly #mac = new Uint8Array(6);
  #actions: IrqAction[] = [];
  readonly #filter: DriverFilter;
  #carrier = false;

  constructor(machine: Machine, netDevice: NetDevice, bus: DriverBus, options: DriverOptions) {
    this.#machine = machine;
    this.#bus = bus;
    this.#options = options;
    this.memory = new DriverMemory(machine, options);
    const { memory } = this;
    this.#shared = memory.shared;
    this.#filter = new DriverFilter(machine, memory, (code) => this.#command(code));
    this.#tx = new DriverTransmitQueue(
      machine,
      netDevice,
      bus.bar0,
      memory.transmit,
      options.txRingSize,
    );
    this.#rx = new DriverReceiveQueue(machine, netDevice, bus.bar0, memory.receive, {
      ring0: options.rxRingSize,
      ring1: options.rxRing2Size,
      headBytes: headBytes(options.mtuBytes),
    });
    const { trace } = machine;
    const intx = options.interrupts === "intx";
    this.#names = {
      xmit: trace.id("vmxnet3_xmit_frame"),
      irq: trace.id(intx ? "vmxnet3_intr" : "vmxnet3_msix_rx"),
      poll: trace.id(intx ? "vmxnet3_poll" : "vmxnet3_poll_rx_only"),
    };
    netDevice.checksumOffload = true;
    netDevice.attach(this);
  }

  /** `vmxnet3_probe_device`, then what registering the net device brings. */
  probe(): void {
    const { pci, bar1, msix } = this.#bus;
    pci.enable();
    pci.setMaster();
    this.#selectRevision();
    this.#command(COMMANDS.GET_CONF_INTR);
    bar1.load(BAR1.CMD);
    if (this.#options.interrupts === "msix") msix.enable(MIN_VECTORS);
    this.#readMac();
    this.getStats();
    this.#checkLink(false);
    this.getStats();
  }

  /** `vmxnet3_open`, then what the stack does with an interface that is up. */
  open(): void {
    this.#activate();
    // dev_open loads the receive filters once more; a netlink message carries the counters.
    this.#filter.setMc();
    this.getStats();
    this.#filter.joinGroups();
    this.#filter.setMc();
    for (const id of this.#machine.identity.vlanIds) this.#filter.addVlan(id);
  }

  /** `vmxnet3_close`, after the stack touched the filters a last time. */
  stop(): void {
    this.#filter.setMc();
    this.#quiesce();
    this.getStats();
  }

  /** `vmxnet3_remove_device`. */
  remove(): void {
    this.getStats();
    if (this.#options.interrupts === "msix") this.#bus.msix.disable();
    // pci_disable_device: what is left of it is bus mastering.
    this.#bus.pci.clearMaster();
  }

  startXmit(skb: Skb): boolean {
    const row = this.#machine.open(DRIVER, this.#names.xmit);
    const taken = this.#tx.xmit(skb);
    this.#machine.close(row);
    return taken;
  }

  /** `vmxnet3_poll_rx_only`, or `vmxnet3_poll` with INTx. */
  poll(budget: number): number {
    const machine = this.#machine;
    const row = machine.open(DRIVER, this.#names.poll);
    const intx = this.#options.interrupts === "intx";
    if (intx && this.#shared.load32(SHARED.ecr) !== 0) this.#processEvents();
    this.#tx.txComplete();
    const done = this.#rx.rxComplete(budget);
    if (done < budget) {
      machine.kernel.completeNapi(this.#napi);
      if (intx) this.#enableAllIntrs();
      else this.#bus.bar0.store(BAR0.IMR, 0, QUEUE_VECTOR);
    }
    machine.close(row);
    return done;
  }

  /** `vmxnet3_get_stats64`: the counters land in the queue descriptors. */
  getStats(): void {
    this.#command(COMMANDS.GET_STATS);
  }

  #selectRevision(): void {
    const { bar1 } = this.#bus;
    assert((bar1.load(BAR1.VRRS) & 1) !== 0, "the device knows revision 1");
    bar1.store(BAR1.VRRS, 1);
    assert((bar1.load(BAR1.UVRS) & 1) !== 0, "the device knows version 1");
    bar1.store(BAR1.UVRS, 1);
  }

  #readMac(): void {
    const { bar1 } = this.#bus;
    const low = bar1.load(BAR1.MACL);
    const high = bar1.load(BAR1.MACH);
    for (let i = 0; i < 6; i++) this.#mac[i] = i < 4 ? low >>> (8 * i) : high >>> (8 * (i - 4));
  }

  /** `vmxnet3_activate_dev`. */
  #activate(): void {
    const { bar0, bar1 } = this.#bus;
    this.memory.clear();
    this.#rx.init();
    this.#requestIrqs();
    this.#setupShared();
    const low = this.#mac.reduceRight((sum, byte, i) => (i < 4 ? sum * 256 + byte : sum), 0);
    bar1.store(BAR1.MACL, low);
    bar1.store(BAR1.MACH, (this.#mac[4] as number) | ((this.#mac[5] as number) << 8));
    bar1.store(BAR1.DSAL, this.#shared.base % 4294967296);
    bar1.store(BAR1.DSAH, Math.floor(this.#shared.base / 4294967296));
    this.#command(COMMANDS.ACTIVATE_DEV);
    assert(bar1.load(BAR1.CMD) === 0, "the device takes the driver's shared area");
    bar0.store(BAR0.RXPROD, this.#rx.rings[0].next2fill);
    bar0.store(BAR0.RXPROD2, this.#rx.rings[1].next2fill);
    this.#filter.setMc();
    this.#checkLink(true);
    this.#enableAllIntrs();
  }

  #setupShared(): void {
    const { memory } = this;
    const msix = this.#options.interrupts === "msix";
    setupDriverShared(this.#shared, {
      queueDesc: memory.transmit.queueDesc,
      tx: this.#tx,
      rx: this.#rx,
      dataRingAddress: memory.transmit.data.base,
      driverDataAddress: memory.driverDataAddress,
      mtuBytes: this.#options.mtuBytes,
      interruptCount: msix ? 2 : 1,
      eventInterrupt: msix ? EVENT_VECTOR : QUEUE_VECTOR,
    });
    this.#filter.restoreVlan();
  }

  /** `vmxnet3_request_irqs`. */
  #requestIrqs(): void {
    const { msix, pin } = this.#bus;
    if (this.#options.interrupts === "intx") {
      const handler = { handleIrq: () => this.#intr() };
      this.#actions = [this.#machine.kernel.requestLevelIrq(pin, handler)];
      return;
    }
    this.#actions = [
      msix.request(QUEUE_VECTOR, "vec0", { handleIrq: () => this.#msixRx() }),
      msix.request(EVENT_VECTOR, "vec1", { handleIrq: () => this.#msixEvent() }),
    ];
  }

  /** `vmxnet3_free_irqs`. */
  #freeIrqs(): void {
    if (this.#options.interrupts === "intx") {
      this.#machine.kernel.freeIrq(this.#actions[0] as IrqAction);
    } else {
      this.#bus.msix.free(QUEUE_VECTOR, this.#actions[0] as IrqAction);
      this.#bus.msix.free(EVENT_VECTOR, this.#actions[1] as IrqAction);
    }
    this.#actions = [];
  }

  /** `vmxnet3_msix_rx`: the device masked its vector by itself. */
  #msixRx(): void {
    const row = this.#machine.open(DRIVER, this.#names.irq);
    this.#machine.kernel.scheduleNapi(this.#napi);
    this.#machine.close(row);
  }

  /** `vmxnet3_msix_event`. */
  #msixEvent(): void {
    if (this.#shared.load32(SHARED.ecr) !== 0) this.#processEvents();
    this.#bus.bar0.store(BAR0.IMR, 0, EVENT_VECTOR);
  }

  /** `vmxnet3_intr`: the line may belong to somebody else. */
  #intr(): void {
    const row = this.#machine.open(DRIVER, this.#names.irq);
    if (this.#bus.bar1.load(BAR1.ICR) !== 0) this.#machine.kernel.scheduleNapi(this.#napi);
    this.#machine.close(row);
  }

  /** `vmxnet3_process_events`. */
  #processEvents(): void {
    const events = this.#shared.load32(SHARED.ecr);
    if (events === 0) return;
    this.#bus.bar1.store(BAR1.ECR, events);
    if ((events & EVENT.LINK) !== 0) this.#checkLink(true);
    if ((events & (EVENT.TQERR | EVENT.RQERR)) !== 0) this.#command(COMMANDS.GET_QUEUE_STATUS);
  }

  /** `vmxnet3_check_link`. */
  #checkLink(affectsQueue: boolean): void {
    this.#command(COMMANDS.GET_LINK);
    this.#carrier = (this.#bus.bar1.load(BAR1.CMD) & 1) !== 0;
    if (!affectsQueue) return;
    if (this.#carrier) this.#tx.start();
    else this.#tx.stop();
  }

  /** `vmxnet3_enable_all_intrs`. */
  #enableAllIntrs(): void {
    this.#maskAll(0);
    const shared = this.#shared;
    shared.store32(SHARED.intrCtrl, shared.load32(SHARED.intrCtrl) & ~DISABLE_ALL);
  }

  /** `vmxnet3_quiesce_dev`. */
  #quiesce(): void {
    const shared = this.#shared;
    this.#command(COMMANDS.QUIESCE_DEV);
    shared.store32(SHARED.intrCtrl, shared.load32(SHARED.intrCtrl) | DISABLE_ALL);
    this.#maskAll(1);
    this.#tx.stop();
    this.#tx.cleanup();
    this.#rx.cleanup();
    this.#freeIrqs();
  }

  #maskAll(value: 0 | 1): void {
    const count = this.#options.interrupts === "intx" ? 1 : 2;
    for (let i = 0; i < count; i++) this.#bus.bar0.store(BAR0.IMR, value, i);
  }

  /** Writes a command with interrupts off, as under `cmd_lock`. */
  #command(code: number): void {
    const { kernel } = this.#machine;
    kernel.disableInterrupts();
    this.#bus.bar1.store(BAR1.CMD, code);
    kernel.enableInterrupts();
  }
}

/** `vmxnet3_adjust_rx_ring_size`: a head holds a whole frame up to 3 KiB. */
function headBytes(mtuBytes: number): number {
  if (mtuBytes > HEAD_BYTES_MAX - HEADER_BYTES_MAX) return HEAD_BYTES_MAX;
  return Math.max(mtuBytes + HEADER_BYTES_MAX, HEAD_BYTES_MIN);
}
