import type { Register } from "../../../registers/define.ts";
import { QUEUE_ALIAS_REGISTERS } from "./queue-alias.ts";
import { QUEUE_REGISTERS } from "./queue.ts";

/** Queues that the 82575 had: the driver reaches them at their old offsets. */
const OLD_QUEUES = 4;

/** The registers with which igb reaches a queue; the bank is the queue's number. */
export function queueRegisters(
  queue: number,
): Readonly<Record<keyof typeof QUEUE_ALIAS_REGISTERS, Register>> {
  return queue < OLD_QUEUES ? QUEUE_ALIAS_REGISTERS : QUEUE_REGISTERS;
}
