import { FLAG } from "../x86/flags.ts";
import { GPR, type Instruction, SEGMENT } from "../x86/instruction.ts";
import type { Processor } from "../x86/processor.ts";
import type { TwoStates } from "./two-states.ts";

/**
 * What the processor does wrong with an instruction that depends on privileged state and does not
 * trap in ring 3. @returns A sentence, or undefined when it makes no difference this time.
 */
export function silentFailure(
  processor: Processor,
  { guest, real }: TwoStates,
  instruction: Instruction,
): string | undefined {
  const at = `${instruction.mnemonic} at ${instruction.address.toString(16)}`;
  const on = (rflags: bigint) => ((rflags & FLAG.IF) === 0n ? 0 : 1);
  switch (instruction.mnemonic) {
    case "popf":
    case "popfq": {
      const wanted = on(processor.memory.load(real.gpr[GPR.rsp] as bigint, 2));
      if (wanted === on(guest.rflags)) return undefined;
      return `${at} asked for IF = ${wanted}; nothing trapped and IF stays ${on(guest.rflags)}`;
    }
    case "pushf":
    case "pushfq":
      if (on(guest.rflags) === on(real.rflags)) return undefined;
      return `${at} pushes the real IF = ${on(real.rflags)}; the guest's is ${on(guest.rflags)}`;
    case "sgdt":
      return `${at} shows the hypervisor's table at ${real.gdtr.base.toString(16)}`;
    case "sidt":
      return `${at} shows the hypervisor's table at ${real.idtr.base.toString(16)}`;
    case "smsw":
      return `${at} shows the real CR0, ${real.cr0.toString(16)}`;
    case "str":
      return `${at} shows the hypervisor's task register, ${real.tr.toString(16)}`;
    case "mov":
      return segmentFailure(at, guest.selectors, real.selectors, instruction);
    default:
      return undefined;
  }
}

function segmentFailure(
  at: string,
  guest: Uint16Array,
  real: Uint16Array,
  { operands }: Instruction,
): string | undefined {
  const from = operands[1];
  if (from?.kind !== "segment" || real[from.segment] === guest[from.segment]) return undefined;
  const ring = from.segment === SEGMENT.cs ? " and with it ring 3" : "";
  return `${at} shows the real selector ${(real[from.segment] ?? 0).toString(16)}${ring}`;
}
