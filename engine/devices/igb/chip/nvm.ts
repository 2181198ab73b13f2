const WORD_COUNT = 1024;
const CHECKSUM_WORD = 0x3f;
/** The words up to the checksum add up to this (Intel 82576EB datasheet 2.63, 6.2.32 Checksum). */
const CHECKSUM = 0xbaba;
const START = 1;
const DONE = 2;

/**
 * Words of the EEPROM that are not 0, as QEMU's igb carries them: identification, PBA number, PCI
 * identifiers, LED defaults, MSI-X and SR-IOV set-up (Intel 82576EB datasheet 2.63, 6.1 EEPROM
 * Map). Words 0 to 2 are the address, 0x3f is the checksum.
 */
const CONTENT: readonly (readonly [first: number, words: readonly number[]])[] = [
  [0x03, [0x0d34, 0xffff, 0x2010, 0xffff, 0xffff, 0x1040, 0xffff, 0x002b, 0x10c9, 0x8086, 0x10c9]],
  [0x0f, [0x70c3, 0x0004, 0x10c9, 0x5c00, 0x0000, 0x2880, 0x0014, 0x4a40, 0x0060]],
  [0x18, [0x6cfb, 0xc7b0, 0x0abe, 0x0403, 0x0783, 0x10a6, 0x0001, 0x0602]],
  [0x20, [0x0004, 0x0020, 0x0000, 0x004a, 0x2080, 0x00f5, 0x10ca, 0x0000]],
  [0x2a, [0x4784, 0x4602, 0x0000, 0x0000, 0x1000, 0xffff]],
  [0x30, [0x0100, 0x4000, 0x131f, 0x4013, 0x0100, 0x4000, 0xffff, 0xffff]],
  [0x38, [0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0x00e0, 0xffff]],
  [0x40, [0x0003]],
];

/** The EEPROM behind EERD, with the function's permanent address in it. */
export class Nvm {
  readonly words = new Uint16Array(WORD_COUNT);

  /** @param address Permanent Ethernet address, 6 bytes. */
  constructor(address: Uint8Array) {
    for (const [first, words] of CONTENT) this.words.set(words, first);
    for (let i = 0; i < 3; i++) {
      this.words[i] = ((address[2 * i + 1] as number) << 8) | (address[2 * i] as number);
    }
    let sum = 0;
    for (let i = 0; i < CHECKSUM_WORD; i++) sum += this.words[i] as number;
    this.words[CHECKSUM_WORD] = CHECKSUM - sum;
  }

  /** Does what a write of EERD asks and returns EERD's value afterwards. */
  command(command: number): number {
    const address = (command >>> 2) & 0x3fff;
    if (address >= WORD_COUNT || (command & START) === 0) return (address << 2) >>> 0;
    return (((this.words[address] as number) << 16) | (address << 2) | DONE) >>> 0;
  }
}
