import { HAND_OVER, Task } from "../../../core/task.ts";
import type { CellStorage } from "../../../history/cell-scan.ts";
import type { Wire } from "../../../host/wire.ts";
import type { Machine } from "../../../machine.ts";
import type { DmaPort } from "../../../memory/dma-port.ts";
import type { Msix } from "../../../pci/msix.ts";
import type { IgbBehaviours } from "../behaviour.ts";
import { Interrupts } from "./interrupts.ts";
import { Mailbox } from "./mailbox.ts";
import { Nvm } from "./nvm.ts";
import { Phy } from "./phy.ts";
import { Receiver } from "./receiver.ts";
import { resetWords } from "./reset-values.ts";
import { WORD_COUNT } from "./register-map.ts";
import { Statistics } from "./statistics.ts";
import { SystemTime } from "./system-time.ts";
import { Transmitter } from "./transmitter.ts";
import { POOL_COUNT, VECTOR_COUNT, WORD } from "./word.ts";

const LINK_UP = 2;
const RESET = 1 << 26;
const PHY_RESET = 0x8000_0000;
const PHY_RESET_ASSERTED = 1 << 10;
const FLOW_CONTROL = (1 << 27) | (1 << 28);
const LINK_CHANGED = 1 << 2;
const RESETTING = 0x40;
const ADDRESS_VALID = 0x8000_0000;
/** Number of the negotiation timer among the device's timers; 0 to 24 are the throttles. */
export const NEGOTIATION_TIMER = 32;
/** How long auto-negotiation takes: QEMU's e1000x_restart_autoneg. */
const NEGOTIATION_MICROSECONDS = 500_000;

/** What the chip is built into. */
export interface ChipOptions {
  readonly machine: Machine;
  readonly wire: Wire;
  readonly actor: number;
  readonly behaviours: IgbBehaviours;
  /** Permanent Ethernet address, 6 bytes. */
  readonly address: Uint8Array;
  readonly pfMsix: Msix;
  readonly vfMsix: readonly Msix[];
  /** Way to guest memory of each pool's function; changes when VFs come and go. */
  readonly ports: readonly DmaPort[];
  /** The PF's INTx line. */
  readonly line: (asserted: boolean) => void;
}

class NegotiationTimer extends Task {
  readonly #chip: Chip;

  constructor(chip: Chip) {
    super(HAND_OVER.deviceTimer, NEGOTIATION_TIMER);
    this.#chip = chip;
  }

  run(): void {
    this.#chip.negotiated();
  }
}

/** The chip's parts and what concerns several of them: reset, link, number of VFs. */
export class Chip {
  readonly words = new Uint32Array(WORD_COUNT);
  /** EITR as the guest wrote it; the throttle keeps only the interval. */
  readonly throttles = new Uint32Array(VECTOR_COUNT);
  readonly interrupts: Interrupts;
  readonly mailbox: Mailbox;
  readonly receiver: Receiver;
  readonly transmitter: Transmitter;
  readonly phy: Phy;
  readonly nvm: Nvm;
  readonly time: SystemTime;
  readonly #machine: Machine;
  readonly #address: Uint8Array;
  readonly #negotiation = new NegotiationTimer(this);

  constructor(options: ChipOptions) {
    const { machine, wire, actor, behaviours, ports } = options;
    this.#machine = machine;
    this.#address = options.address;
    this.interrupts = new Interrupts(
      this.words,
      machine,
      actor,
      behaviours,
      options.pfMsix,
      options.vfMsix,
      options.line,
    );
    const statistics = new Statistics(this.words);
    this.mailbox = new Mailbox(this.words, this.interrupts);
    this.receiver = new Receiver(this.words, machine, actor, ports, this.interrupts, statistics);
    this.phy = new Phy(() => this.#restartNegotiation());
    this.transmitter = new Transmitter(
      this.words,
      machine,
      actor,
      ports,
      this.interrupts,
      statistics,
      this.receiver,
      wire,
      behaviours,
      () => this.phy.loopback,
    );
    this.nvm = new Nvm(options.address);
    this.time = new SystemTime(
      this.words,
      () => (machine.nowCycles * 1000) / machine.cyclesPerMicrosecond,
    );
    this.reset(true);
  }

  /** Virtual functions that are enabled now. */
  get vfCount(): number {
    return this.interrupts.vfCount;
  }

  /** Device reset: by power (`hard`) or by CTRL.RST. */
  reset(hard: boolean): void {
    this.#machine.scheduler.cancel(this.#negotiation);
    this.interrupts.reset();
    this.phy.reset();
    resetWords(this.words, hard);
    if (hard) this.throttles.fill(0);
    const a = this.#address;
    const w = this.words;
    w[WORD.RA] = quad(a, 0);
    w[WORD.RA + 1] = ADDRESS_VALID + ((a[5] as number) << 8) + (a[4] as number);
    this.receiver.filter.forgetAddresses();
    for (let vf = 0; vf < POOL_COUNT; vf++) w[WORD.V2PMAILBOX + vf] = RESETTING;
    this.transmitter.reset();
  }

  /** A guest's write of CTRL. */
  writeControl(value: number): void {
    const w = this.words;
    w[WORD.CTRL] = value & ~RESET;
    w[WORD.CTRL_DUP] = w[WORD.CTRL] as number;
    if ((value & RESET) !== 0) this.reset(false);
    if ((value & PHY_RESET) !== 0) w[WORD.STATUS] = (w[WORD.STATUS] as number) | PHY_RESET_ASSERTED;
  }

  /** STATUS as a guest reads it: link, speed, enabled VFs. */
  readStatus(): number {
    const w = this.words;
    const control = w[WORD.CTRL] as number;
    let status = w[WORD.STATUS] as number;
    const forcedDuplex = (control & (1 << 12)) !== 0;
    if (!forcedDuplex || (control & 1) !== 0) status |= 1;
    const extended = w[WORD.CTRL_EXT] as number;
    const forcedSpeed = (control & (1 << 11)) !== 0 || (extended & (1 << 15)) !== 0;
    const speed = forcedSpeed ? Math.min(2, (control >> 8) & 3) : 2;
    status |= speed << 6;
    if (this.vfCount > 0) status |= (this.vfCount << 14) | (1 << 18);
    if ((control & (1 << 2)) === 0) status |= 1 << 19;
    return status >>> 0;
  }

  /** What a word holds, without the effects of a guest's read; 0 where there is none. */
  peek(word: number): number {
    if (word === WORD.STATUS) return this.readStatus();
    const storage = this.storage(word);
    return storage === undefined ? 0 : (storage.array[storage.index] ?? 0);
  }

  /** Where what a word holds stands; undefined for what is computed. */
  storage(word: number): CellStorage | undefined {
    if (word === WORD.STATUS) return undefined;
    const vector = word - WORD.EITR;
    if (vector >= 0 && vector < VECTOR_COUNT) return { array: this.throttles, index: vector };
    return word < WORD_COUNT ? { array: this.words, index: word } : undefined;
  }

  /** Auto-negotiation has found the link. */
  negotiated(): void {
    const w = this.words;
    w[WORD.STATUS] = (w[WORD.STATUS] as number) | LINK_UP;
    this.phy.linkUp(true);
    if (this.phy.negotiates) w[WORD.CTRL] = (w[WORD.CTRL] as number) | FLOW_CONTROL;
    this.interrupts.raise(WORD.ICR, LINK_CHANGED);
  }

  /** A guest's write of IMS: from now on it may want to hear of the link. */
  enableCauses(value: number): void {
    this.interrupts.raise(WORD.IMS, value);
    const task = this.#negotiation;
    if (!task.queued || !task.background) return;
    this.#machine.scheduler.cancel(task);
    this.#negotiate(Math.max(0, task.dueCycles - this.#machine.nowCycles));
  }

  #restartNegotiation(): void {
    const w = this.words;
    w[WORD.STATUS] = (w[WORD.STATUS] as number) & ~LINK_UP;
    this.phy.linkDown();
    this.#machine.scheduler.cancel(this.#negotiation);
    this.#negotiate(this.#machine.microseconds(NEGOTIATION_MICROSECONDS));
  }

  /** While nobody would hear of its end, a machine may rest although the PHYs still negotiate. */
  #negotiate(cycles: number): void {
    this.#negotiation.background = ((this.words[WORD.IMS] as number) & LINK_CHANGED) === 0;
    this.#machine.post(this.#negotiation, cycles);
  }
}

function quad(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return (low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)) >>> 0;
}
