import type { Chip } from "./chip.ts";
import { VF_VECTOR_COUNT } from "./interrupts.ts";
import { wantsInterrupt } from "./phy.ts";
import { accessRules, RULE } from "./register-map.ts";
import { POOL_COUNT, POOL_WORDS, QUEUE_COUNT, QUEUE_WORDS, VECTOR_COUNT, WORD } from "./word.ts";

const MDAC = 1 << 9;
const IMS_MASK = 0x77d4_fbfd;
const EECD_FIXED = 0x7b00;
const GCR_FIXED = (1 << 23) | (1 << 25) | (1 << 26);
const RING_LENGTH_MASK = 0xf_fff0;
const RING_BASE_MASK = 0xffff_fff0;
const RESET = 1 << 26;
const RESET_DONE = 1 << 14;
const SELF_CLEARING_EXTENSIONS = (1 << 12) | (1 << 13);
const RECEIVE_ENABLE = 2;
const PHY_RESET_ASSERTED = 1 << 10;
const THROTTLE_IGNORED = 0x8000_0000;
const THROTTLE_MASK = 0x7ffe;
const SMBI = 1;
const IVAR_VALID = 0x80;
const PENDING_CLEAR_MASK = 0x1f;
const GCR_WORD = 0x16c0;
const TXSTMPH_WORD = 0x2d87;
const RXSATRH_WORD = 0x2d8c;
const IMC_WORD = 0x36;

type Read = (chip: Chip, word: number, index: number) => number;
type Write = (chip: Chip, word: number, value: number, index: number) => void;

/** What a guest's access to a word of the register file does. */
export class RegisterAccess {
  readonly #chip: Chip;
  readonly #rules = accessRules();
  readonly #reads: (Read | undefined)[] = [];
  readonly #writes: (Write | undefined)[] = [];
  readonly #indexes = new Uint8Array(0x8000);
  readonly #receiveReady: () => void;
  readonly #unknown: (word: number, write: boolean) => void;

  /**
   * @param receiveReady Called when the receiver may be able to take frames again.
   * @param unknown Called for words that have no register.
   */
  constructor(
    chip: Chip,
    receiveReady: () => void,
    unknown: (word: number, write: boolean) => void,
  ) {
    this.#chip = chip;
    this.#receiveReady = receiveReady;
    this.#unknown = unknown;
    this.#reads = new Array(0x8000).fill(undefined);
    this.#writes = new Array(0x8000).fill(undefined);
    this.#installReads();
    this.#installControlWrites();
    this.#installInterruptWrites();
    this.#installQueueWrites();
    this.#installVfWrites();
  }

  /** A guest's read of a word. */
  read(word: number): number {
    const handler = this.#reads[word];
    if (handler !== undefined) return handler(this.#chip, word, this.#indexes[word] as number);
    const w = this.#chip.words;
    const rule = this.#rules[word] as number;
    if (rule === RULE.unknown) {
      this.#unknown(word, false);
      return 0;
    }
    if (rule === RULE.writeOnly) return 0;
    const value = w[word] as number;
    if (rule === RULE.readClears) w[word] = 0;
    return value;
  }

  /** A guest's write of a word. */
  write(word: number, value: number): void {
    const handler = this.#writes[word];
    if (handler !== undefined) {
      handler(this.#chip, word, value, this.#indexes[word] as number);
      return;
    }
    const w = this.#chip.words;
    const rule = this.#rules[word] as number;
    if (rule === RULE.storage || rule === RULE.writeOnly) w[word] = value;
    else if (rule === RULE.writeOneClears) w[word] = (w[word] as number) & ~value;
    else if (rule === RULE.unknown) this.#unknown(word, true);
    if (word >= WORD.RA && word < WORD.VFTA) this.#chip.receiver.filter.forgetAddresses();
  }

  #on(word: number, count: number, stride: number, write: Write): void {
    for (let i = 0; i < count; i++) {
      this.#writes[word + i * stride] = write;
      this.#indexes[word + i * stride] = i;
    }
  }

  #installReads(): void {
    const reads = this.#reads;
    reads[WORD.STATUS] = (chip) => chip.readStatus();
    reads[WORD.ICR] = (chip) => chip.interrupts.readCause();
    reads[IMC_WORD] = (chip) => chip.words[WORD.IMS] as number;
    reads[WORD.EICR] = readAndClear;
    reads[WORD.SYSTIML] = (chip) => chip.time.latch();
    reads[WORD.SWSM] = (chip, word) => {
      const value = chip.words[word] as number;
      chip.words[word] = value | SMBI;
      return value;
    };
    // Reading the high half of a 64-bit counter clears both.
    for (const low of [WORD.GORCL, WORD.GOTCL, WORD.TORL, WORD.TOTL]) {
      reads[low + 1] = (chip, word) => {
        chip.words[word - 1] = 0;
        return readAndClear(chip, word);
      };
    }
    reads[RXSATRH_WORD] = (chip, word) => clearValid(chip, WORD.TSYNCRXCTL, word);
    reads[TXSTMPH_WORD] = (chip, word) => clearValid(chip, WORD.TSYNCTXCTL, word);
    for (let v = 0; v < VECTOR_COUNT; v++) {
      reads[WORD.EITR + v] = (chip, _, index) => chip.throttles[index] as number;
    }
    for (let vf = 0; vf < POOL_COUNT; vf++) {
      reads[WORD.V2PMAILBOX + vf] = (chip, _, index) => chip.mailbox.readFromVf(index);
      reads[WORD.PVTEICR + vf * POOL_WORDS] = readAndClear;
    }
  }

  #installControlWrites(): void {
    const control: Write = (chip, _, value) => chip.writeControl(value);
    this.#on(WORD.CTRL, 1, 1, control);
    this.#on(WORD.CTRL_DUP, 1, 1, control);
    this.#on(WORD.STATUS, 1, 1, (chip, word, value) => {
      if ((value & PHY_RESET_ASSERTED) !== 0) return;
      chip.words[word] = (chip.words[word] as number) & ~PHY_RESET_ASSERTED;
    });
    this.#on(WORD.EECD, 1, 1, (chip, word, value) => {
      chip.words[word] = ((chip.words[word] as number) & EECD_FIXED) | (value & ~EECD_FIXED);
    });
    this.#on(WORD.EERD, 1, 1, (chip, word, value) => {
      chip.words[word] = chip.nvm.command(value);
    });
    this.#on(WORD.MDIC, 1, 1, (chip, word, value) => {
      chip.words[word] = chip.phy.command(value, chip.words[word] as number);
      if (wantsInterrupt(value)) chip.interrupts.raise(WORD.ICR, MDAC);
    });
    this.#on(WORD.CTRL_EXT, 1, 1, (chip, word, value) => {
      chip.words[word] = value & ~SELF_CLEARING_EXTENSIONS;
      if ((value & RESET_DONE) !== 0) chip.mailbox.announceReset(POOL_COUNT);
    });
    this.#on(WORD.RCTL, 1, 1, (chip, word, value) => {
      chip.words[word] = value;
      if ((value & RECEIVE_ENABLE) !== 0) this.#receiveReady();
    });
    this.#on(GCR_WORD, 1, 1, (chip, word, value) => {
      chip.words[word] = (value & ~GCR_FIXED) | ((chip.words[word] as number) & GCR_FIXED);
    });
    this.#on(WORD.PBACLR, 1, 1, (chip, word, value) => {
      chip.words[word] = value & PENDING_CLEAR_MASK;
    });
    this.#on(WORD.TIMINCA, 1, 1, (chip, _, value) => chip.time.writeIncrement(value));
    this.#on(WORD.TIMADJH, 1, 1, (chip, _, value) => chip.time.writeAdjustment(value));
  }

  #installInterruptWrites(): void {
    this.#on(WORD.ICR, 1, 1, (chip, word, value) => {
      chip.interrupts.autoMask();
      chip.interrupts.lower(word, value);
    });
    this.#on(WORD.ICS, 1, 1, (chip, _, value) => chip.interrupts.raise(WORD.ICR, value));
    this.#on(WORD.IMS, 1, 1, (chip, _, value) => chip.enableCauses(value & IMS_MASK));
    this.#on(IMC_WORD, 1, 1, (chip, _, value) => chip.interrupts.lower(WORD.IMS, value));
    this.#on(WORD.EICS, 1, 1, (chip, _, value) => causeSet(chip, value));
    this.#on(WORD.EIMS, 1, 1, (chip, _, value) => maskSet(chip, value));
    this.#on(WORD.EIMS + 1, 1, 1, (chip, _, value) => maskClear(chip, value));
    this.#on(WORD.EICR, 1, 1, (chip, _, value) => causeClear(chip, value));
    this.#on(WORD.EIAC, 1, 1, (chip, _, value) => chip.interrupts.writeAutoClear(value));
    this.#on(WORD.EIAM, 1, 1, (chip, _, value) => chip.interrupts.writeAutoMask(value));
    this.#on(WORD.EITR, VECTOR_COUNT, 1, (chip, word, value, index) => {
      chip.throttles[index] = value & ~THROTTLE_IGNORED;
      chip.words[word] = value & THROTTLE_MASK;
    });
  }

  #installQueueWrites(): void {
    const masked =
      (bits: number): Write =>
      (chip, word, value) => {
        chip.words[word] = value & bits;
      };
    for (const [word, bits] of [
      [WORD.RDBAL, RING_BASE_MASK],
      [WORD.TDBAL, RING_BASE_MASK],
      [WORD.RDLEN, RING_LENGTH_MASK],
      [WORD.TDLEN, RING_LENGTH_MASK],
      [WORD.RDH, 0xffff],
      [WORD.TDH, 0xffff],
    ] as const) {
      this.#on(word, QUEUE_COUNT, QUEUE_WORDS, masked(bits));
    }
    this.#on(WORD.RDT, QUEUE_COUNT, QUEUE_WORDS, (chip, word, value) => {
      chip.words[word] = value & 0xffff;
      this.#receiveReady();
    });
    this.#on(WORD.TDT, QUEUE_COUNT, QUEUE_WORDS, (chip, word, value, index) => {
      chip.words[word] = value & 0xffff;
      chip.transmitter.start(index);
    });
  }

  #installVfWrites(): void {
    this.#on(WORD.P2VMAILBOX, POOL_COUNT, 1, (chip, _, value, vf) =>
      chip.mailbox.writeFromPf(vf, value),
    );
    this.#on(WORD.V2PMAILBOX, POOL_COUNT, 1, (chip, _, value, vf) =>
      chip.mailbox.writeFromVf(vf, value),
    );
    const window = (word: number, write: Write): void =>
      this.#on(word, POOL_COUNT, POOL_WORDS, write);
    window(WORD.PVTCTRL, (chip, _, value, vf) => {
      if ((value & RESET) !== 0) chip.mailbox.resetVf(vf);
    });
    const vectors =
      (act: (chip: Chip, bits: number, reach: number) => void): Write =>
      (chip, word, value, vf) => {
        chip.words[word] = value;
        const first = 22 - vf * VF_VECTOR_COUNT;
        act(chip, (value & 7) << first, 7 << first);
      };
    window(WORD.PVTEICS, vectors(causeSet));
    window(WORD.PVTEIMS, vectors(maskSet));
    window(WORD.PVTEIMC, vectors(maskClear));
    window(WORD.PVTEICR, vectors(causeClear));
    window(
      WORD.PVTEIAC,
      vectors((chip, bits, reach) => chip.interrupts.writeAutoClear(bits, reach)),
    );
    window(
      WORD.PVTEIAM,
      vectors((chip, bits, reach) => chip.interrupts.writeAutoMask(bits, reach)),
    );
    this.#on(WORD.VTIVAR, POOL_COUNT, 1, writeVfVectors);
  }
}

function readAndClear(chip: Chip, word: number): number {
  const value = chip.words[word] as number;
  chip.words[word] = 0;
  return value;
}

function clearValid(chip: Chip, control: number, word: number): number {
  chip.words[control] = (chip.words[control] as number) & ~1;
  return chip.words[word] as number;
}

function causeSet(chip: Chip, bits: number): void {
  chip.interrupts.raise(WORD.EICR, bits & chip.interrupts.extendedMask);
}

function maskSet(chip: Chip, bits: number): void {
  chip.interrupts.raise(WORD.EIMS, bits & chip.interrupts.extendedMask);
}

function maskClear(chip: Chip, bits: number): void {
  chip.interrupts.lower(WORD.EIMS, bits & chip.interrupts.extendedMask);
}

function causeClear(chip: Chip, bits: number): void {
  chip.interrupts.lower(WORD.EICR, bits & chip.interrupts.extendedMask);
}

/** A VF's IVAR: its queues' vectors, translated to the chip's, are added to the PF's table. */
function writeVfVectors(chip: Chip, word: number, value: number, vf: number): void {
  const w = chip.words;
  w[word] = value;
  const first = 22 - vf * VF_VECTOR_COUNT;
  const at = WORD.IVAR + vf;
  if ((value & IVAR_VALID) !== 0) {
    w[at] = (w[at] as number) | (IVAR_VALID | (first + (value & 7)));
  }
  const transmit = (value >>> 8) & 0xff;
  if ((transmit & IVAR_VALID) !== 0) {
    w[at] = (w[at] as number) | ((IVAR_VALID | (first + (transmit & 7))) << 8);
  }
}
