import type { Instruction } from "./instruction.ts";
import type { Processor } from "./processor.ts";

/**
 * Carries one instruction out; RIP already names the next one. It may throw a `CpuException` at
 * any point: the processor undoes registers, and memory is written last.
 */
export type Executor = (processor: Processor, instruction: Instruction) => void;
