import { registerMeanings } from "../../../registers/decode.ts";
import { registerNames } from "../../../registers/define.ts";
import { CONTROL_REGISTERS } from "./control.ts";
import { FILTER_REGISTERS } from "./filter.ts";
import { INTERRUPT_REGISTERS } from "./interrupt.ts";
import { QUEUE_ALIAS_REGISTERS } from "./queue-alias.ts";
import { QUEUE_REGISTERS } from "./queue.ts";
import { STATISTICS_REGISTERS } from "./statistics.ts";
import { SYSTEM_REGISTERS } from "./system.ts";
import { VF_REGISTERS } from "./vf.ts";
import { VIRTUALIZATION_REGISTERS } from "./virtualization.ts";

const PF_TABLES = [
  CONTROL_REGISTERS,
  FILTER_REGISTERS,
  INTERRUPT_REGISTERS,
  QUEUE_ALIAS_REGISTERS,
  QUEUE_REGISTERS,
  STATISTICS_REGISTERS,
  SYSTEM_REGISTERS,
  VIRTUALIZATION_REGISTERS,
] as const;

/** Names of the physical function's registers by offset. */
export const PF_REGISTER_NAMES = registerNames(...PF_TABLES);
/** What the bits of the physical function's registers mean, by offset. */
export const PF_REGISTER_MEANINGS = registerMeanings(...PF_TABLES);

/** Names of a virtual function's registers by offset. */
export const VF_REGISTER_NAMES = registerNames(VF_REGISTERS);
/** What the bits of a virtual function's registers mean, by offset. */
export const VF_REGISTER_MEANINGS = registerMeanings(VF_REGISTERS);
