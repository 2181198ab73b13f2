import type { GuestProgram } from "../cpu/program.ts";
import { checksum } from "./checksum.ts";
import { contextSwitch } from "./context-switch.ts";
import { interrupt } from "./interrupt.ts";
import { leak } from "./leak.ts";
import { memory } from "./memory.ts";
import { popf } from "./popf.ts";
import { selfModifying } from "./self-modifying.ts";
import { systemCall } from "./system-call.ts";
import { transmitPorts } from "./transmit-ports.ts";
import { transmit } from "./transmit.ts";

/** Every guest program, in the order of the explanation. */
export const PROGRAMS: readonly GuestProgram[] = [
  checksum,
  transmit,
  transmitPorts,
  interrupt,
  popf,
  leak,
  contextSwitch,
  memory,
  systemCall,
  selfModifying,
];
