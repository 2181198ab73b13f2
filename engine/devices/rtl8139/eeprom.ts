const WORDS = 64;

/** What the serial port of the EEPROM is doing. */
const MODE = { idle: 0, start: 1, command: 2, dataOut: 3 } as const;
type Mode = (typeof MODE)[keyof typeof MODE];

/**
 * The 93C46 serial EEPROM behind 9346CR: 64 words, read bit by bit over four pins. Atmel AT93C46
 * datasheet, "Functional Description"; hw/net/rtl8139.c, prom9346_shift_clock. Write, erase and
 * their enables are recognised and ignored, as the model in QEMU does.
 */
export class Eeprom {
  readonly #words = new Uint16Array(WORDS);
  #mode: Mode = MODE.idle;
  #clocks = 0;
  #shift = 0;
  #select = false;
  #clock = false;
  #dataOut = 0;

  /** @param macAddress Six bytes, stored in words 7 to 9. */
  constructor(macAddress: Uint8Array) {
    this.#words[0] = 0x8129;
    this.#words[1] = 0x10ec;
    this.#words[2] = 0x8139;
    for (let i = 0; i < 3; i++) {
      const low = macAddress[2 * i] as number;
      this.#words[7 + i] = low | ((macAddress[2 * i + 1] as number) << 8);
    }
  }

  /** The data output pin, 0 or 1; 0 while the chip is not selected. */
  get dataOut(): number {
    return this.#select ? this.#dataOut : 0;
  }

  /** One stored word; `address` is 0 to 63. */
  word(address: number): number {
    return this.#words[address] as number;
  }

  /** Drives the three input pins; a rising clock shifts one bit. */
  drive(select: boolean, clock: boolean, dataIn: number): void {
    const selected = this.#select;
    const clocked = this.#clock;
    this.#select = select;
    this.#clock = clock;
    if (!selected && select) {
      this.#mode = MODE.start;
      this.#clocks = 0;
      this.#shift = 0;
    }
    if (select && !clocked && clock) this.#rise(dataIn);
  }

  #rise(dataIn: number): void {
    this.#clocks++;
    if (this.#mode === MODE.start) {
      if (dataIn !== 0) this.#enter(MODE.command);
    } else if (this.#mode === MODE.command) {
      this.#shift = ((this.#shift << 1) | dataIn) & 0xff;
      if (this.#clocks === 8) this.#decode(this.#shift);
    } else if (this.#mode === MODE.dataOut) {
      this.#dataOut = (this.#shift >> 15) & 1;
      this.#shift = (this.#shift << 1) & 0xffff;
      // After the last bit the chip waits for a new start bit even if it stays selected.
      if (this.#clocks === 16) this.#enter(MODE.start);
    }
  }

  #decode(command: number): void {
    if ((command & 0xc0) !== 0x80) {
      this.#mode = MODE.idle;
      return;
    }
    this.#enter(MODE.dataOut);
    this.#shift = this.#words[command & (WORDS - 1)] as number;
    this.#dataOut = 0;
  }

  #enter(mode: Mode): void {
    this.#mode = mode;
    this.#clocks = 0;
    this.#shift = 0;
  }
}
