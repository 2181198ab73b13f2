import type { NetDevice } from "../../guest/net-device.ts";
import type { Skb } from "../../guest/skb.ts";
import type { Machine } from "../../machine.ts";
import { internetChecksum } from "../../packets/checksum.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import type { Bar } from "../../pci/bar.ts";
import { ACTORS } from "../../trace/actor.ts";
import { DESCRIPTOR_BYTES, DESCRIPTOR_OFFSET, OPTS1 } from "./descriptors.ts";
import type { Rtl8139DriverParts } from "./driver-parts.ts";
import { REGISTERS } from "./registers.ts";

const DRIVER = ACTORS.guestDriver.code;
const ENTRIES = 64;
const LAST = ENTRIES - 1;
/** MAX_SKB_FRAGS + 1: free descriptors below which the queue stops. */
const QUEUE_MARGIN = 18;
const NORMAL_POLL = 0x40;
const IPV4 = 0x0800;
const TCP = 6;

/** The transmit half of 8139cp: `cp_start_xmit` and `cp_tx`. */
export class CpTransmit {
  readonly #machine: Machine;
  readonly #bar: Bar;
  readonly #netDevice: NetDevice;
  readonly #ring: SharedBlock;
  readonly #startXmitName: number;
  readonly #completeName: number;
  readonly #skbs: (Skb | undefined)[] = new Array(ENTRIES).fill(undefined);
  #head = 0;
  #tail = 0;

  constructor(parts: Rtl8139DriverParts, ring: SharedBlock) {
    this.#machine = parts.machine;
    this.#bar = parts.bar;
    this.#netDevice = parts.netDevice;
    this.#ring = ring;
    this.#startXmitName = parts.machine.trace.id("cp_start_xmit");
    this.#completeName = parts.machine.trace.id("cp_tx");
    const { ringIndices } = parts.machine;
    ringIndices.set(ring.name, "driver", "tx_head", () => this.#head);
    ringIndices.set(ring.name, "driver", "tx_tail", () => this.#tail);
  }

  /** `cp_init_rings`: the kernel's memset, and the end of the ring. */
  initRing(): void {
    const { base, byteCount } = this.#ring;
    this.#machine.memory.bytes.fill(0, base, base + byteCount);
    this.#ring.store32(LAST * DESCRIPTOR_BYTES, OPTS1.EOR);
    this.resetIndex();
  }

  /** `cp_stop_hw` begins the ring anew. */
  resetIndex(): void {
    this.#head = 0;
    this.#tail = 0;
  }

  /** `cp_clean_rings`: what was never sent is dropped. */
  clean(): void {
    for (let i = 0; i < ENTRIES; i++) {
      const skb = this.#skbs[i];
      if (skb !== undefined) this.#netDevice.skbs.give(skb);
      this.#skbs[i] = undefined;
    }
    const { base, byteCount } = this.#ring;
    this.#machine.memory.bytes.fill(0, base, base + byteCount);
  }

  /** `cp_start_xmit`: one descriptor, OWN last, then the doorbell with interrupts enabled. */
  startXmit(skb: Skb): boolean {
    const machine = this.#machine;
    const span = machine.open(DRIVER, this.#startXmitName);
    machine.kernel.disableInterrupts();
    if (this.#available <= 1) {
      this.#netDevice.stopQueue();
      machine.kernel.enableInterrupts();
      machine.close(span);
      return false;
    }
    const entry = this.#head;
    const at = entry * DESCRIPTOR_BYTES;
    const opts1 =
      OPTS1.OWN + (entry === LAST ? OPTS1.EOR : 0) + OPTS1.FS + OPTS1.LS + this.#checksumBits(skb);
    // The compiler swapped the stores of address and opts2.
    this.#ring.store64(at + DESCRIPTOR_OFFSET.address, skb.dataAddress);
    this.#ring.store32(at + DESCRIPTOR_OFFSET.opts2, 0);
    this.#ring.store32(at + DESCRIPTOR_OFFSET.opts1, opts1 + skb.byteCount);
    this.#skbs[entry] = skb;
    this.#head = (entry + 1) % ENTRIES;
    if (this.#available <= QUEUE_MARGIN) this.#netDevice.stopQueue();
    machine.kernel.enableInterrupts();
    this.#bar.store(REGISTERS.TPPoll, NORMAL_POLL);
    machine.close(span);
    return true;
  }

  /** `cp_tx`: takes back what the chip has sent. */
  complete(): void {
    const machine = this.#machine;
    const { packet } = machine.trace;
    const span = machine.open(DRIVER, this.#completeName);
    while (this.#tail !== this.#head) {
      const at = this.#tail * DESCRIPTOR_BYTES;
      const skb = this.#skbs[this.#tail] as Skb;
      machine.trace.packet = skb.packet;
      const status = this.#ring.load32(at + DESCRIPTOR_OFFSET.opts1);
      if (status >= OPTS1.OWN) break;
      this.#ring.load64(at + DESCRIPTOR_OFFSET.address);
      this.#skbs[this.#tail] = undefined;
      this.#netDevice.skbs.give(skb);
      this.#tail = (this.#tail + 1) % ENTRIES;
    }
    machine.trace.packet = packet;
    machine.close(span);
    if (this.#available > QUEUE_MARGIN) this.#netDevice.wakeQueue();
  }

  /** TX_BUFFS_AVAIL: one descriptor stays unused, so that full and empty differ. */
  get #available(): number {
    const used = this.#head - this.#tail;
    return LAST - (used >= 0 ? used : used + ENTRIES);
  }

  /**
   * NETIF_F_IP_CSUM: the chip finishes what the stack left of a TCP or UDP checksum over IPv4. Over
   * IPv6 the kernel finishes it itself (`skb_checksum_help`).
   */
  #checksumBits(skb: Skb): number {
    if (skb.checksumStart === 0) return 0;
    const { bytes, view } = this.#machine.memory;
    const at = skb.dataAddress;
    if (view.getUint16(at + 12) === IPV4) {
      return OPTS1.IPCS + (view.getUint8(at + 23) === TCP ? OPTS1.TCPCS : OPTS1.UDPCS);
    }
    const start = at + skb.checksumStart;
    const sum = internetChecksum(bytes, start, at + skb.byteCount);
    view.setUint16(start + skb.checksumOffset, sum === 0 ? 0xffff : sum);
    return 0;
  }
}
