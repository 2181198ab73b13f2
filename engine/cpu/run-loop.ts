import type { CpuRun, CpuRunOptions } from "./mode.ts";
import { OpcodeError } from "./x86/opcode-error.ts";
import { TripleFault } from "./x86/processor.ts";

const DEFAULT_LIMIT = 100_000;

/**
 * Steps until the guest sleeps for good, with a bound on the steps; errors that end a guest become
 * the end of the run.
 * @param step Does one step. @returns Whether the guest sleeps for good.
 */
export function runToEnd(
  options: CpuRunOptions,
  step: () => boolean,
): Pick<CpuRun, "end" | "endText"> {
  const limit = options.stepLimit ?? DEFAULT_LIMIT;
  try {
    for (let count = 0; count < limit; count++) {
      if (step()) return { end: "halted", endText: "" };
    }
  } catch (error) {
    if (error instanceof TripleFault) return { end: "tripleFault", endText: error.message };
    if (error instanceof OpcodeError) return { end: "unsupported", endText: error.message };
    throw error;
  }
  return { end: "stepLimit", endText: `the program did not end within ${limit} steps` };
}
