import type { Register, RegisterTable, Registers } from "../../../registers/define.ts";
import { CONTROL_REGISTERS } from "../registers/control.ts";
import { FILTER_REGISTERS } from "../registers/filter.ts";
import { INTERRUPT_REGISTERS } from "../registers/interrupt.ts";
import { QUEUE_ALIAS_REGISTERS } from "../registers/queue-alias.ts";
import { QUEUE_REGISTERS } from "../registers/queue.ts";
import { STATISTICS_REGISTERS } from "../registers/statistics.ts";
import { SYSTEM_REGISTERS } from "../registers/system.ts";
import { VF_REGISTERS } from "../registers/vf.ts";
import { VIRTUALIZATION_REGISTERS } from "../registers/virtualization.ts";

/** Words of the physical function's register file: 128 KiB. */
export const WORD_COUNT = 0x8000;
/** Bytes of one virtual function's register file. */
export const VF_BYTES = 0x4000;

/** What a word does on an access. Anything else is in `special`, by name of its register. */
export const RULE = {
  unknown: 0,
  storage: 1,
  readOnly: 2,
  readClears: 3,
  writeOnly: 4,
  writeOneClears: 5,
} as const;

/** All registers of the physical function, by table. */
export const PF_TABLES: readonly Registers<RegisterTable>[] = [
  CONTROL_REGISTERS,
  SYSTEM_REGISTERS,
  INTERRUPT_REGISTERS,
  FILTER_REGISTERS,
  QUEUE_REGISTERS,
  STATISTICS_REGISTERS,
  VIRTUALIZATION_REGISTERS,
];

/** Calls `visit` for every bank of every register of a table. */
export function eachBank(
  table: Registers<RegisterTable>,
  visit: (register: Register, bank: number, offset: number) => void,
): void {
  for (const register of Object.values(table)) {
    const count = register.banks?.count ?? 1;
    const stride = register.banks?.stride ?? 0;
    for (let bank = 0; bank < count; bank++) visit(register, bank, register.offset + bank * stride);
  }
}

/** Rule of each word, by the access that its register's table prints. */
export function accessRules(): Uint8Array {
  const rules = new Uint8Array(WORD_COUNT);
  const byAccess = {
    rw: RULE.storage,
    ro: RULE.readOnly,
    rc: RULE.readClears,
    wo: RULE.writeOnly,
    w1c: RULE.writeOneClears,
  } as const;
  for (const table of PF_TABLES) {
    eachBank(table, (register, _, offset) => {
      rules[offset >> 2] = byAccess[register.access];
    });
  }
  return rules;
}

/** Word that each word of the 128 KiB window means: aliases lead to their registers. */
export function aliases(): Uint16Array {
  const words = Uint16Array.from({ length: WORD_COUNT }, (_, word) => word);
  const targets: Registers<RegisterTable> = QUEUE_REGISTERS;
  for (const [name, register] of Object.entries(QUEUE_ALIAS_REGISTERS)) {
    for (let q = 0; q < 4; q++) {
      const target = targets[name] as Register;
      words[(register.offset + q * 0x100) >> 2] = (target.offset + q * 0x40) >> 2;
    }
  }
  return words;
}

/** Value in `vfWords` where a VF has no register. */
export const NO_WORD = 0xffff;

const MAILBOX_WORDS = 16;
const SHARED: readonly string[] = ["STATUS", "PBACL", "FRTIMER"];

/** Word of the physical function's file behind each word of virtual function `vf`'s BAR. */
export function vfWords(vf: number): Uint16Array {
  const words = new Uint16Array(VF_BYTES >> 2).fill(NO_WORD);
  eachBank(VF_REGISTERS, (register, bank, offset) => {
    words[offset >> 2] = backingWord(register, bank, vf);
  });
  // CTRL answers at its shadow's place as well.
  words[1] = words[0] as number;
  return words;
}

function backingWord(register: Register, bank: number, vf: number): number {
  const { name } = register;
  const window: Registers<RegisterTable> = VIRTUALIZATION_REGISTERS;
  const queues: Registers<RegisterTable> = QUEUE_REGISTERS;
  if (name === "STATUS") return CONTROL_REGISTERS.STATUS.offset >> 2;
  if (name === "PBACL") return SYSTEM_REGISTERS.PBACLR.offset >> 2;
  if (name === "PSRTYPE") return (FILTER_REGISTERS.PSRTYPE.offset >> 2) + vf;
  if (name === "VMBMEM") {
    return (VIRTUALIZATION_REGISTERS.VMBMEM.offset >> 2) + vf * MAILBOX_WORDS + bank;
  }
  if (name === "V2PMAILBOX") return (VIRTUALIZATION_REGISTERS.V2PMAILBOX.offset >> 2) + vf;
  if (name === "VTEITR") return (INTERRUPT_REGISTERS.EITR.offset >> 2) + 22 - 3 * vf + bank;
  if (name === "VTIVAR" || name === "VTIVAR_MISC") {
    return ((window[name] as Register).offset >> 2) + vf;
  }
  const queue = queues[name];
  if (queue !== undefined) return (queue.offset + (vf + 8 * bank) * 0x40) >> 2;
  const own = window[`P${name}`];
  if (own !== undefined) return (own.offset + vf * 0x100) >> 2;
  return SHARED.includes(name) ? register.offset >> 2 : NO_WORD;
}
