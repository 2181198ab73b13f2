import { CONTROL_REGISTERS } from "../registers/control.ts";
import { FILTER_REGISTERS } from "../registers/filter.ts";
import { QUEUE_REGISTERS } from "../registers/queue.ts";
import { SYSTEM_REGISTERS } from "../registers/system.ts";
import { VIRTUALIZATION_REGISTERS } from "../registers/virtualization.ts";
import type { Register } from "../../../registers/define.ts";
import { VECTOR_COUNT, WORD } from "./word.ts";

/** Registers that do not start at 0 (QEMU's igb_mac_reg_init; datasheet values where modelled). */
const VALUES: readonly (readonly [Register, number])[] = [
  [CONTROL_REGISTERS.CTRL, 0x0010_0209],
  [CONTROL_REGISTERS.STATUS, 0x8000_0400],
  [CONTROL_REGISTERS.EECD, 0x0000_1110],
  [CONTROL_REGISTERS.LEDCTL, 0x0706_8302],
  [CONTROL_REGISTERS.EEMNGCTL, 0x8000_0000],
  [CONTROL_REGISTERS.VET, 0x8100_8100],
  [CONTROL_REGISTERS.RXPBS, 0x40],
  [CONTROL_REGISTERS.TXPBS, 0x28],
  [SYSTEM_REGISTERS.GCR, 0x0685_0200],
  [FILTER_REGISTERS.TIPG, 0x0060_1008],
  [FILTER_REGISTERS.RXCSUM, 0x300],
  [FILTER_REGISTERS.TCTL, 0xa404_00f8],
  [FILTER_REGISTERS.TCTL_EXT, 0x0001_0840],
  [FILTER_REGISTERS.DTXCTL, 0x44],
  [FILTER_REGISTERS.VMOLR, 0x8000_2600],
  [FILTER_REGISTERS.RPLOLR, 0x8000_0000],
  [FILTER_REGISTERS.RLPML, 0x2600],
  [VIRTUALIZATION_REGISTERS.V2PMAILBOX, 0x40],
  [VIRTUALIZATION_REGISTERS.MBVFIMR, 0xff],
  [VIRTUALIZATION_REGISTERS.VFRE, 0xff],
  [VIRTUALIZATION_REGISTERS.VFTE, 0xff],
  [QUEUE_REGISTERS.RXDCTL, 0x1_0000],
  [QUEUE_REGISTERS.TXCTL, 0x2a00],
];
const QUEUE_ENABLE = 1 << 25;

/**
 * Puts all words to their reset values.
 * @param hard False for CTRL.RST, which leaves packet buffer sizes and throttles alone.
 */
export function resetWords(words: Uint32Array, hard: boolean): void {
  const kept = hard ? [] : keptWords(words);
  words.fill(0);
  for (const [register, value] of VALUES) {
    const count = register.banks?.count ?? 1;
    const stride = register.banks?.stride ?? 0;
    for (let bank = 0; bank < count; bank++) {
      words[(register.offset + bank * stride) >> 2] = value;
    }
  }
  words[WORD.RXDCTL] = (words[WORD.RXDCTL] as number) | QUEUE_ENABLE;
  words[WORD.TXDCTL] = QUEUE_ENABLE;
  for (const [at, value] of kept) words[at] = value;
}

function keptWords(words: Uint32Array): (readonly [number, number])[] {
  const at: number[] = [WORD.RXPBS, WORD.TXPBS];
  for (let v = 0; v < VECTOR_COUNT; v++) at.push(WORD.EITR + v);
  return at.map((word) => [word, words[word] as number] as const);
}
