import type { Handler, Handlers } from "../../registers/register-file.ts";
import type { Rtl8139 } from "./device.ts";
import { COMMAND } from "./register-bits.ts";
import { REGISTERS, type Rtl8139Registers } from "./registers.ts";

const PROGRAM = 0x80;
const AUTOLOAD = 0x40;
const MODE_BITS = 0xc0;
const TALLY_DUMP = 0x8;
const PHY_RESET = 0x8000;
const NORMAL_POLL = 0x40;
const HIGH_POLL = 0x80;
const CLOCK_RUN = 0x52;
const CLOCK_HALT = 0x48;

/** A configuration register: writes count only while 9346CR unlocks them. */
const locked: Handler<Rtl8139> = {
  write: (chip, before, written) => {
    if ((chip.registers.get(REGISTERS["9346CR"]) & MODE_BITS) === MODE_BITS) return written;
    if (written !== before) chip.guestError("configuration register is locked", written, before);
    return before;
  },
};

const commandOf = (chip: Rtl8139, stored: number): number =>
  chip.receiveBuffer.empty ? stored | COMMAND.BUFE : stored;
const readPointerOf = (chip: Rtl8139): number => (chip.receiveBuffer.readAt - 16) & 0xffff;
const writePointerOf = (chip: Rtl8139): number => chip.receiveBuffer.writeAt & 0xffff;
const slotsOf = (chip: Rtl8139): number => chip.slots.statusOfAll();
const mediaOf = (chip: Rtl8139): number => chip.phy.mediaStatus;

/** What the chip does at each register besides storing. */
export const HANDLERS: Handlers<Rtl8139Registers, Rtl8139> = {
  TSD0: {
    write: (chip, before, written) =>
      chip.cPlus ? written : chip.slots.statusAfterWrite(before, written),
    wrote: (chip, after, _before, bank) => {
      if (!chip.cPlus) chip.startSlot(bank);
      else if (bank === 0 && (after & TALLY_DUMP) !== 0) chip.dumpTally();
    },
  },
  CR: {
    peek: commandOf,
    read: commandOf,
    write: (chip, _before, written) => {
      if ((written & COMMAND.RST) !== 0) chip.reset();
      if ((written & COMMAND.RE) !== 0) chip.receiveRing.index = 0;
      if ((written & COMMAND.TE) !== 0) chip.transmitRing.index = 0;
      return written & ~COMMAND.RST;
    },
  },
  CAPR: {
    peek: readPointerOf,
    read: readPointerOf,
    wrote: (chip, after) => chip.advanceReceiveBuffer(after),
  },
  CBR: { peek: writePointerOf, read: writePointerOf },
  IMR: { wrote: (chip) => chip.interrupts.update() },
  ISR: {
    write: (chip, before, written) => chip.interrupts.acknowledge(before, written),
    wrote: (chip) => {
      chip.timer.arm();
      chip.interrupts.update();
    },
  },
  TCR: {
    write: (chip, before, written) => {
      if ((chip.registers.get(REGISTERS.CR) & COMMAND.TE) !== 0) return written;
      chip.guestError("TCR is written while the transmitter is disabled", written, before);
      return before;
    },
  },
  RCR: { wrote: (chip, after) => chip.receiveBuffer.reset((after >>> 11) & 3) },
  TCTR: {
    read: (chip) => chip.timer.count,
    wrote: (chip) => chip.timer.restart(),
  },
  TimerInt: {
    wrote: (chip, after, before) => {
      if (after !== before) chip.timer.arm();
    },
  },
  MPC: { write: () => 0 },
  "9346CR": {
    read: (chip, stored) =>
      (stored & MODE_BITS) === PROGRAM ? stored | chip.eeprom.dataOut : stored,
    write: (chip, _before, written) => {
      const mode = written & MODE_BITS;
      if (mode === PROGRAM) {
        chip.eeprom.drive((written & 8) !== 0, (written & 4) !== 0, (written >> 1) & 1);
      } else if (mode === AUTOLOAD) {
        chip.reset();
        return 0;
      }
      return written;
    },
  },
  CONFIG0: locked,
  CONFIG1: locked,
  MSR: { peek: mediaOf, read: mediaOf },
  CONFIG3: locked,
  CONFIG4: locked,
  HltClk: {
    write: (_chip, before, written) =>
      written === CLOCK_RUN ? 1 : written === CLOCK_HALT ? 0 : before,
  },
  TSAD: { peek: slotsOf, read: slotsOf },
  BMCR: {
    write: (chip, _before, written) => {
      if ((written & PHY_RESET) !== 0) chip.phy.reset();
      return written;
    },
  },
  TPPoll: {
    wrote: (chip, after) => {
      if ((after & HIGH_POLL) !== 0) chip.guestError("no high priority ring", after);
      if ((after & NORMAL_POLL) !== 0) chip.pollTransmitRing();
    },
  },
  CPCR: {
    wrote: (chip) => {
      chip.cPlus = true;
    },
  },
};
