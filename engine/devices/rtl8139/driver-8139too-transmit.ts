import type { NetDevice } from "../../guest/net-device.ts";
import type { Skb } from "../../guest/skb.ts";
import type { Machine } from "../../machine.ts";
import type { Bar } from "../../pci/bar.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { Rtl8139DriverParts } from "./driver-parts.ts";
import { storeAndFlush } from "./driver-registers.ts";
import { TRANSMIT_STATUS } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";

const DRIVER = ACTORS.guestDriver.code;
/** NUM_TX_DESC. */
const SLOTS = 4;
/** TX_BUF_SIZE. */
const SLOT_BYTES = 1792;
/** ETH_ZLEN: the chip does not pad. */
const SHORTEST_BYTES = 60;
const PAGE_BYTES = 4096;
/** TX_FIFO_THRESH 256 in units of 32 bytes, in its place. */
const THRESHOLD = 0x00080000;
const THRESHOLD_STEP = 0x00020000;
const THRESHOLD_MAX = 0x00300000;
const OUT_OF_WINDOW = 0x20000000;
/** TxClearAbt. */
const CLEAR_ABORT = 1;

/** The transmit half of 8139too: `rtl8139_start_xmit` and `rtl8139_tx_interrupt`. */
export class TooTransmit {
  readonly #machine: Machine;
  readonly #bar: Bar;
  readonly #netDevice: NetDevice;
  readonly #buffers: number;
  readonly #startXmitName: number;
  readonly #completeName: number;
  readonly #copyName: number;
  readonly #packets = new Int32Array(SLOTS).fill(-1);
  #threshold = THRESHOLD;
  #current = 0;
  #dirty = 0;
  /** Frames too long for a slot: `tx_dropped`. */
  droppedCount = 0;

  constructor(parts: Rtl8139DriverParts) {
    const { machine } = parts;
    this.#machine = machine;
    this.#bar = parts.bar;
    this.#netDevice = parts.netDevice;
    this.#buffers = machine.memory.allocate(SLOTS * SLOT_BYTES, PAGE_BYTES);
    for (let i = 0; i < SLOTS; i++) {
      machine.block(`tx_buf${i}`, this.#buffers + i * SLOT_BYTES, SLOT_BYTES);
    }
    machine.ringIndices.set("tx_buf", "driver", "cur_tx", () => this.#current);
    machine.ringIndices.set("tx_buf", "driver", "dirty_tx", () => this.#dirty);
    this.#startXmitName = machine.trace.id("rtl8139_start_xmit");
    this.#completeName = machine.trace.id("rtl8139_tx_interrupt");
    this.#copyName = machine.trace.id("skb_copy_and_csum_dev");
  }

  /** `rtl8139_init_ring`, `rtl8139_tx_clear`. */
  reset(): void {
    this.#threshold = THRESHOLD;
    this.#current = 0;
    this.#dirty = 0;
  }

  /** Tells the chip where the four buffers are. */
  storeAddresses(): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      storeAndFlush(this.#bar, REGISTERS.TSAD0, this.#buffers + slot * SLOT_BYTES, slot);
    }
  }

  /** `rtl8139_start_xmit`: copies the frame, frees the skb, writes and reads the slot's TSD. */
  startXmit(skb: Skb): boolean {
    const machine = this.#machine;
    const span = machine.open(DRIVER, this.#startXmitName);
    const slot = this.#current % SLOTS;
    const { byteCount, dataAddress, packet } = skb;
    if (byteCount >= SLOT_BYTES) {
      this.droppedCount++;
      this.#netDevice.skbs.give(skb);
      machine.close(span);
      return true;
    }
    const buffer = this.#buffers + slot * SLOT_BYTES;
    if (byteCount < SHORTEST_BYTES) machine.memory.bytes.fill(0, buffer, buffer + SHORTEST_BYTES);
    machine.note(KIND.copy, DRIVER, this.#copyName, byteCount, buffer);
    machine.memory.move(dataAddress, buffer, byteCount);
    machine.packets.set(buffer, packet);
    this.#packets[slot] = packet;
    this.#netDevice.skbs.give(skb);
    machine.kernel.disableInterrupts();
    const size = Math.max(byteCount, SHORTEST_BYTES);
    storeAndFlush(this.#bar, REGISTERS.TSD0, this.#threshold | size, slot);
    this.#current++;
    if (this.#current - SLOTS === this.#dirty) this.#netDevice.stopQueue();
    machine.kernel.enableInterrupts();
    machine.close(span);
    return true;
  }

  /** `rtl8139_tx_interrupt`: reads TSD of each slot that was not seen finished. */
  complete(): void {
    const machine = this.#machine;
    const { packet } = machine.trace;
    const span = machine.open(DRIVER, this.#completeName);
    const before = this.#dirty;
    while (this.#dirty < this.#current) {
      const slot = this.#dirty % SLOTS;
      machine.trace.packet = this.#packets[slot] as number;
      const status = this.#bar.load(REGISTERS.TSD0, slot);
      const { TOK, TUN, TABT } = TRANSMIT_STATUS;
      if ((status & (TOK | TUN | TABT)) === 0) break;
      if ((status & (OUT_OF_WINDOW | TABT)) !== 0) this.#failed(status);
      else if ((status & TUN) !== 0 && this.#threshold < THRESHOLD_MAX) {
        this.#threshold += THRESHOLD_STEP;
      }
      this.#dirty++;
    }
    machine.trace.packet = packet;
    machine.close(span);
    if (this.#dirty !== before) this.#netDevice.wakeQueue();
  }

  #failed(status: number): void {
    if ((status & TRANSMIT_STATUS.TABT) === 0) return;
    this.#bar.store(REGISTERS.TCR, CLEAR_ABORT);
    this.#bar.store(REGISTERS.ISR, 0x08);
  }
}
