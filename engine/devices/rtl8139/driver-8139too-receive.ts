import { Napi } from "../../guest/napi.ts";
import type { NetDevice } from "../../guest/net-device.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import type { Bar } from "../../pci/bar.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import { RECEIVE_HEADER } from "./descriptors.ts";
import type { Rtl8139DriverParts } from "./driver-parts.ts";
import { loadForCopy } from "./driver-copy.ts";
import { storeAndFlush } from "./driver-registers.ts";
import { ReceiveSkbs } from "./driver-skb.ts";
import { COMMAND, INTERRUPT } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";

const DRIVER = ACTORS.guestDriver.code;
/** RX_BUF_LEN, and RX_BUF_TOT_LEN with room for a frame that runs past the end. */
const BUFFER_BYTES = 32768;
const BUFFER_TOTAL_BYTES = BUFFER_BYTES + 16 + 2048;
const PAGE_BYTES = 4096;
const HEADER_BYTES = 4;
const CRC_BYTES = 4;
/** MAX_ETH_FRAME_SIZE + 4. */
const SIZE_MAX = 1796;
const SIZE_MIN = 8;
const RX_ACK = INTERRUPT.FOVW | INTERRUPT.RXOVW | INTERRUPT.ROK;

/** The receive half of 8139too: `rtl8139_poll`, one copy out of the receive buffer per frame. */
export class TooReceive extends Napi {
  readonly #machine: Machine;
  readonly #bar: Bar;
  readonly #netDevice: NetDevice;
  readonly #block: SharedBlock;
  readonly #skbs: ReceiveSkbs;
  readonly #interruptMask: number;
  readonly #pollName: number;
  readonly #copyName: number;
  #current = 0;
  /** What RCR was last set to. */
  config = 0;
  /** Frames with errors, overflows: `rx_errors`. */
  errorCount = 0;

  /** @param interruptMask IMR when polling ends. */
  constructor(parts: Rtl8139DriverParts, interruptMask: number) {
    super();
    const { machine } = parts;
    this.#machine = machine;
    this.#bar = parts.bar;
    this.#netDevice = parts.netDevice;
    this.#interruptMask = interruptMask;
    const base = machine.memory.allocate(BUFFER_TOTAL_BYTES, PAGE_BYTES);
    this.#block = machine.block("rx_buffer", base, BUFFER_TOTAL_BYTES);
    machine.ringIndices.set("rx_buffer", "driver", "cur_rx", () => this.#current);
    this.#skbs = new ReceiveSkbs(machine.memory);
    this.#pollName = machine.trace.id("rtl8139_poll");
    this.#copyName = machine.trace.id("skb_copy_to_linear_data");
  }

  /** Guest-physical address of the receive buffer. */
  get bufferAddress(): number {
    return this.#block.base;
  }

  /** Sets RCR, which empties the chip's buffer, and begins at its start. */
  restart(config: number): void {
    this.config = config;
    this.#bar.store(REGISTERS.RCR, config);
    this.#current = 0;
  }

  /** `rtl8139_poll`. */
  override poll(budget: number): number {
    const machine = this.#machine;
    const { packet } = machine.trace;
    const span = machine.open(DRIVER, this.#pollName);
    let worked = 0;
    if ((this.#bar.load(REGISTERS.ISR) & RX_ACK) !== 0) worked = this.#receive(budget);
    if (worked < budget) {
      machine.kernel.disableInterrupts();
      if (machine.kernel.completeNapi(this)) {
        storeAndFlush(this.#bar, REGISTERS.IMR, this.#interruptMask);
      }
      machine.kernel.enableInterrupts();
    }
    machine.trace.packet = packet;
    machine.close(span);
    return worked;
  }

  /** `rtl8139_rx`. @returns Frames taken, or -1 when the receiver had to be restarted. */
  #receive(budget: number): number {
    let received = 0;
    while (received < budget && (this.#bar.load(REGISTERS.CR) & COMMAND.BUFE) === 0) {
      const offset = this.#current % BUFFER_BYTES;
      this.#machine.trace.packet = this.#machine.packets.get(this.#block.base + offset);
      const header = this.#block.load32(offset);
      const size = header >>> 16;
      if (size > SIZE_MAX || size < SIZE_MIN || (header & RECEIVE_HEADER.ROK) === 0) {
        this.#restartReceiver();
        return -1;
      }
      this.#copyOut(offset + HEADER_BYTES, size - CRC_BYTES);
      received++;
      this.#current = (this.#current + size + HEADER_BYTES + 3) & ~3;
      this.#bar.store(REGISTERS.CAPR, (this.#current - 16) & 0xffff);
      this.#acknowledge();
    }
    if (received === 0) this.#acknowledge();
    return received;
  }

  #copyOut(offset: number, byteCount: number): void {
    const machine = this.#machine;
    const target = this.#skbs.take(byteCount);
    machine.note(KIND.copy, DRIVER, this.#copyName, byteCount, target);
    loadForCopy(this.#block, offset, byteCount, target);
    machine.memory.move(this.#block.base + offset, target, byteCount);
    machine.packets.set(target, machine.trace.packet);
    this.#netDevice.receive(target, byteCount);
  }

  /** `rtl8139_isr_ack`. */
  #acknowledge(): void {
    const status = this.#bar.load(REGISTERS.ISR) & RX_ACK;
    if (status === 0) return;
    if ((status & (INTERRUPT.FOVW | INTERRUPT.RXOVW)) !== 0) this.errorCount++;
    storeAndFlush(this.#bar, REGISTERS.ISR, RX_ACK);
  }

  /** `rtl8139_rx_err`: the driver is lost in the buffer. */
  #restartReceiver(): void {
    this.errorCount++;
    const command = this.#bar.load(REGISTERS.CR);
    this.#bar.store(REGISTERS.CR, command & ~COMMAND.RE);
    this.#bar.store(REGISTERS.CR, command);
    this.restart(this.config);
  }
}
