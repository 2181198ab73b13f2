import { Napi } from "../../guest/napi.ts";
import type { NetDevice } from "../../guest/net-device.ts";
import type { Machine } from "../../machine.ts";
import { BufferPool } from "../../memory/buffer-pool.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import type { Bar } from "../../pci/bar.ts";
import { ACTORS } from "../../trace/actor.ts";
import { DESCRIPTOR_BYTES, DESCRIPTOR_OFFSET, OPTS1, RECEIVE_SIZE_MASK } from "./descriptors.ts";
import type { Rtl8139DriverParts } from "./driver-parts.ts";
import { storeAndFlush } from "./driver-registers.ts";
import { INTERRUPT } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";

const DRIVER = ACTORS.guestDriver.code;
const ENTRIES = 64;
const LAST = ENTRIES - 1;
/** The NAPI weight that the driver asks for. */
const WEIGHT = 16;
/** PKT_BUF_SZ. */
const BUFFER_BYTES = 1536;
const PAD_BYTES = 64;
const SKB_BYTES = 2048;
const CRC_BYTES = 4;
const WHOLE = OPTS1.FS | OPTS1.LS;
const RX_INTERRUPTS = INTERRUPT.ROK | INTERRUPT.RER | INTERRUPT.RXOVW | INTERRUPT.FOVW;
const ALL_INTERRUPTS =
  RX_INTERRUPTS | INTERRUPT.SERR | INTERRUPT.PUN | INTERRUPT.TOK | INTERRUPT.TER | INTERRUPT.TDU;

/** The receive half of 8139cp: `cp_rx_poll`, a fresh buffer for each frame. */
export class CpReceive extends Napi {
  override readonly weight = WEIGHT;
  readonly #machine: Machine;
  readonly #bar: Bar;
  readonly #netDevice: NetDevice;
  readonly #ring: SharedBlock;
  readonly #buffers: BufferPool;
  readonly #pollName: number;
  readonly #addresses = new Float64Array(ENTRIES);
  #tail = 0;
  /** Frames with errors, or spread over several buffers: `rx_errors`. */
  errorCount = 0;

  constructor(parts: Rtl8139DriverParts, ring: SharedBlock) {
    super();
    this.#machine = parts.machine;
    this.#bar = parts.bar;
    this.#netDevice = parts.netDevice;
    this.#ring = ring;
    this.#buffers = new BufferPool(parts.machine.memory, SKB_BYTES, SKB_BYTES);
    this.#pollName = parts.machine.trace.id("cp_rx_poll");
    parts.machine.ringIndices.set(ring.name, "driver", "rx_tail", () => this.#tail);
  }

  /** `cp_refill_rx`: a buffer for every descriptor. */
  initRing(): void {
    this.#tail = 0;
    for (let i = 0; i < ENTRIES; i++) this.#arm(i, this.#buffers.take() + PAD_BYTES);
  }

  /** `cp_stop_hw` begins the ring anew. */
  resetIndex(): void {
    this.#tail = 0;
  }

  /** `cp_clean_rings`: gives the buffers back and clears the ring. */
  clean(): void {
    for (let i = 0; i < ENTRIES; i++)
      this.#buffers.give((this.#addresses[i] as number) - PAD_BYTES);
    const { base, byteCount } = this.#ring;
    this.#machine.memory.bytes.fill(0, base, base + byteCount);
  }

  /** `cp_rx_poll`. */
  override poll(budget: number): number {
    const machine = this.#machine;
    const { packet } = machine.trace;
    const span = machine.open(DRIVER, this.#pollName);
    this.#bar.store(REGISTERS.ISR, RX_INTERRUPTS);
    let received = 0;
    while (received < budget) {
      const taken = this.#takeOne();
      if (taken < 0) break;
      received += taken;
    }
    machine.trace.packet = packet;
    if (received < budget && machine.kernel.completeNapi(this)) {
      machine.kernel.disableInterrupts();
      storeAndFlush(this.#bar, REGISTERS.IMR, ALL_INTERRUPTS);
      machine.kernel.enableInterrupts();
    }
    machine.close(span);
    return received;
  }

  /** @returns 1 for a frame, 0 for one with errors, -1 when the next descriptor is the chip's. */
  #takeOne(): number {
    const entry = this.#tail;
    const at = entry * DESCRIPTOR_BYTES;
    const mapped = this.#addresses[entry] as number;
    this.#machine.trace.packet = this.#machine.packets.get(mapped);
    const status = this.#ring.load32(at + DESCRIPTOR_OFFSET.opts1);
    if (status >= OPTS1.OWN) return -1;
    this.#tail = (entry + 1) % ENTRIES;
    const byteCount = (status & RECEIVE_SIZE_MASK) - CRC_BYTES;
    this.#ring.load64(at + DESCRIPTOR_OFFSET.address);
    const broken = (status & WHOLE) !== WHOLE || (status & (OPTS1.RES | OPTS1.FOVF)) !== 0;
    if (broken || byteCount < 0) {
      this.errorCount++;
      this.#arm(entry, mapped);
      return 0;
    }
    const fresh = this.#buffers.take() + PAD_BYTES;
    this.#ring.load32(at + DESCRIPTOR_OFFSET.opts2);
    this.#netDevice.receive(mapped, byteCount);
    this.#buffers.give(mapped - PAD_BYTES);
    this.#arm(entry, fresh);
    return 1;
  }

  /** Gives a descriptor to the chip, OWN last. */
  #arm(entry: number, address: number): void {
    const at = entry * DESCRIPTOR_BYTES;
    this.#addresses[entry] = address;
    this.#ring.store32(at + DESCRIPTOR_OFFSET.opts2, 0);
    this.#ring.store64(at + DESCRIPTOR_OFFSET.address, address);
    const end = entry === LAST ? OPTS1.EOR : 0;
    this.#machine.packets.set(address, -1);
    this.#ring.store32(at + DESCRIPTOR_OFFSET.opts1, OPTS1.OWN + end + BUFFER_BYTES);
  }
}
