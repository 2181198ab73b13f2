import { RegisterFile } from "../../registers/register-file.ts";
import { Eeprom } from "./eeprom.ts";
import { HANDLERS } from "./handlers.ts";
import { Interrupts } from "./interrupts.ts";
import { Phy } from "./phy.ts";
import {
  type FrameOutlet,
  RECEPTION,
  type Reception,
  type RegisterStore,
  type Rtl8139Ports,
} from "./ports.ts";
import { ReceiveBuffer } from "./receive-buffer.ts";
import { ReceiveFilter } from "./receive-filter.ts";
import { ReceiveRing } from "./receive-ring.ts";
import { RegisterWindow, type WindowOwner } from "./register-window.ts";
import { ANSWERED_WIDTHS } from "./answered-widths.ts";
import { COMMAND, CPLUS_COMMAND, INTERRUPT, LOOPBACK } from "./register-bits.ts";
import { REGISTERS, type Rtl8139Registers } from "./registers.ts";
import { TallyCounters } from "./tally-counters.ts";
import { CountTimer } from "./timer.ts";
import { TransmitRing } from "./transmit-ring.ts";
import { TransmitSlots } from "./transmit-slots.ts";
import { ACTORS } from "../../trace/actor.ts";

/** How the chip is built, and which habits of QEMU's model it has; all of them default to on. */
export interface Rtl8139Options {
  /** Six bytes. */
  readonly macAddress: Uint8Array;
  /**
   * A write to ISR deasserts INTA# for a moment even if causes remain. QEMU clears ISR, updates the
   * line, restores what was not acknowledged and updates again; a chip's line would stay asserted.
   */
  readonly isrWritePulse?: boolean;
  /**
   * A frame that finds the C mode receive buffer full counts as missed, yet stays in the host's
   * queue and is offered again when the driver writes CAPR. A chip loses it.
   */
  readonly overflowKeepsFrame?: boolean;
  /**
   * TCP segmentation clears PSH and FIN in the gathered header, so that the last segment lacks
   * them too. A chip sets them on the last segment.
   */
  readonly segmentsLosePushAndFin?: boolean;
}

/** Dictionary numbers of the chip's DMA rows. */
export interface DmaPurposes {
  readonly transmitDescriptor: number;
  readonly transmitPayload: number;
  readonly receiveDescriptor: number;
  readonly receivePayload: number;
  readonly tally: number;
}

/** Registers that a reset, by command or by the EEPROM's autoload, leaves alone. */
const KEPT_BY_RESET = new Set<string>([
  "MAR0",
  "MAR4",
  "TSAD0",
  "RCR",
  "MPC",
  "9346CR",
  "CONFIG4",
  "MULINT",
  "TPPoll",
  "ETThR",
]);

/** The RTL8139C+: registers and what they do. The bus sees `window`, the wire calls `receive`. */
export class Rtl8139 implements FrameOutlet, WindowOwner {
  readonly registers: RegisterFile<Rtl8139Registers, Rtl8139>;
  readonly window: RegisterWindow;
  readonly eeprom: Eeprom;
  readonly interrupts: Interrupts;
  readonly phy: Phy;
  readonly timer: CountTimer;
  readonly tally = new TallyCounters();
  readonly slots: TransmitSlots;
  readonly transmitRing: TransmitRing;
  readonly receiveBuffer: ReceiveBuffer;
  readonly receiveRing: ReceiveRing;
  /** CPCR was written since the last reset: TSD is then the tally dump command. */
  cPlus = false;
  readonly #ports: Rtl8139Ports;
  readonly #options: Rtl8139Options;
  readonly #purposes: DmaPurposes;
  readonly #filter: ReceiveFilter;

  constructor(ports: Rtl8139Ports, options: Rtl8139Options, purposes: DmaPurposes) {
    this.#ports = ports;
    this.#options = options;
    this.#purposes = purposes;
    this.registers = new RegisterFile<Rtl8139Registers, Rtl8139>(REGISTERS, HANDLERS, {
      name: "rtl8139",
      byteCount: 0x100,
      device: this,
      sheet: {
        title: "RTL8139C+ registers",
        actor: ACTORS.deviceModel.code,
        source: 'RealTek RTL8139C+ datasheet 1.6, section 5 "Register Descriptions"',
      },
    });
    const registers: RegisterStore = this.registers;
    this.window = new RegisterWindow(this.registers, ANSWERED_WIDTHS, this);
    this.eeprom = new Eeprom(options.macAddress);
    this.interrupts = new Interrupts(registers, ports, options.isrWritePulse ?? true);
    this.phy = new Phy(registers);
    this.timer = new CountTimer(registers, ports);
    this.#filter = new ReceiveFilter(registers, ports, this.tally);
    this.receiveBuffer = new ReceiveBuffer(registers, ports, purposes.receivePayload);
    this.receiveRing = new ReceiveRing(
      registers,
      ports,
      purposes.receiveDescriptor,
      purposes.receivePayload,
    );
    this.transmitRing = new TransmitRing({
      registers,
      ports,
      outlet: this,
      descriptorPurpose: purposes.transmitDescriptor,
      payloadPurpose: purposes.transmitPayload,
      losesFlags: options.segmentsLosePushAndFin ?? true,
    });
    const fifo = this.transmitRing.bufferAddress;
    this.slots = new TransmitSlots(registers, ports, this, fifo, purposes.transmitPayload);
    this.reset();
  }

  /** Reset by CR, by the EEPROM's autoload or by power. */
  reset(): void {
    const { registers } = this;
    for (const register of Object.values(REGISTERS)) {
      if (KEPT_BY_RESET.has(register.name)) continue;
      for (let bank = 0; bank < ("banks" in register ? register.banks.count : 1); bank++) {
        registers.set(register, "reset" in register ? register.reset : 0, bank);
      }
    }
    registers.set(REGISTERS.CR, COMMAND.RST);
    const mac = this.#options.macAddress;
    const view = new DataView(mac.buffer, mac.byteOffset, 6);
    registers.set(REGISTERS.IDR0, view.getUint32(0, true));
    registers.set(REGISTERS.IDR4, view.getUint16(4, true));
    this.interrupts.update();
    this.slots.index = 0;
    this.transmitRing.index = 0;
    this.receiveRing.index = 0;
    this.receiveBuffer.reset(0);
    this.cPlus = false;
    this.phy.reset();
    this.timer.reset();
    this.tally.clear();
  }

  /** Whether a frame may be offered; while it says no, the host keeps frames back. */
  get canReceive(): boolean {
    const { registers } = this;
    if (registers.get(REGISTERS.HltClk) === 0) return true;
    if ((registers.get(REGISTERS.CR) & COMMAND.RE) === 0) return true;
    if (this.#cPlusReceiver && this.receiveRing.valid) return true;
    if (this.receiveBuffer.hasRoom) return true;
    return (registers.get(REGISTERS.IMR) & INTERRUPT.RXOVW) !== 0;
  }

  /** A frame (without CRC) arrives and lies at `hostAddress` in host memory. */
  receive(hostAddress: number, byteCount: number): Reception {
    const { registers } = this;
    if (registers.get(REGISTERS.HltClk) === 0 || (registers.get(REGISTERS.CR) & COMMAND.RE) === 0) {
      return this.#drop("receiver disabled", byteCount);
    }
    const frameClass = this.#filter.classify(hostAddress);
    if (frameClass < 0) return this.#drop("receive filter", byteCount);
    const cPlus = this.#cPlusReceiver;
    if (cPlus && !this.receiveRing.valid) return this.#drop("no receive ring", byteCount);
    const result = cPlus
      ? this.receiveRing.store(hostAddress, byteCount, frameClass)
      : this.receiveBuffer.store(hostAddress, byteCount, frameClass);
    if (result !== RECEPTION.received) return this.#missed(byteCount, result);
    if (cPlus) this.tally.rxOk++;
    this.interrupts.raise(INTERRUPT.ROK);
    return result;
  }

  /** The transmitter's frame leaves, or comes round in loopback mode. */
  send(hostAddress: number, byteCount: number): void {
    if (byteCount === 0) return;
    if ((this.registers.get(REGISTERS.TCR) & LOOPBACK) !== LOOPBACK) {
      this.#ports.transmit(hostAddress, byteCount);
    } else if (this.canReceive) this.receive(hostAddress, byteCount);
  }

  /** TPPoll asked for the normal priority ring. */
  pollTransmitRing(): void {
    if (this.transmitRing.poll() > 0) this.interrupts.raise(INTERRUPT.TOK);
  }

  /** TSD of a slot was written in C mode. */
  startSlot(slot: number): void {
    if (this.slots.start(slot)) this.interrupts.raise(INTERRUPT.TOK);
  }

  /** DTCCR: writes the tally counters to the 64-byte block it names. */
  dumpTally(): void {
    const { registers } = this;
    const low = (registers.get(REGISTERS.TSD0, 0) & ~0x3f) >>> 0;
    const address = low + registers.get(REGISTERS.TSD0, 1) * 4294967296;
    this.tally.dump(this.#ports.dma, address, this.#purposes.tally);
    registers.set(REGISTERS.TSD0, registers.get(REGISTERS.TSD0, 0) & ~0x8, 0);
  }

  /** CAPR was written: the driver made room. */
  advanceReceiveBuffer(capr: number): void {
    this.receiveBuffer.advance(capr);
    this.#ports.receiverReady();
  }

  /** TCTR reached TimerInt. */
  timerExpired(): void {
    if (this.registers.get(REGISTERS.HltClk) === 0) return;
    this.interrupts.raise(INTERRUPT.timeOut);
    this.timer.arm();
  }

  /** The cable is plugged or pulled: PUN, which drivers read as "link change". */
  setLink(up: boolean): void {
    this.phy.setLink(up);
    this.interrupts.raise(INTERRUPT.PUN);
  }

  unanswered(offset: number, sizeBytes: number): void {
    this.#ports.guestError("register does not answer this access", offset, sizeBytes);
  }

  /** The guest did what this chip cannot do. */
  guestError(what: string, value: number, detail = 0): void {
    this.#ports.guestError(what, value, detail);
  }

  get #cPlusReceiver(): boolean {
    return (this.registers.get(REGISTERS.CPCR) & CPLUS_COMMAND.CPRE) !== 0;
  }

  #missed(byteCount: number, result: Reception): Reception {
    const { registers } = this;
    registers.set(REGISTERS.MPC, registers.get(REGISTERS.MPC) + 1);
    if (result === RECEPTION.dropped) {
      this.tally.rxError++;
      this.tally.missedPackets++;
    }
    this.interrupts.raise(INTERRUPT.RXOVW);
    if (result === RECEPTION.refused && (this.#options.overflowKeepsFrame ?? true)) return result;
    return this.#drop("no receive buffer", byteCount);
  }

  #drop(cause: string, byteCount: number): Reception {
    this.#ports.dropped(cause, byteCount, this.registers.get(REGISTERS.MPC));
    return RECEPTION.dropped;
  }
}
