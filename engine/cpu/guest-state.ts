import type { GuestState } from "./mode.ts";
import { FLAG } from "./x86/flags.ts";
import { GPR, SEGMENT } from "./x86/instruction.ts";
import type { CpuState } from "./x86/state.ts";

/** The guest-visible registers by name. */
export function guestState(cpu: CpuState): GuestState {
  const state: Record<string, bigint> = { rip: cpu.rip, rflags: cpu.rflags & ~FLAG.RF };
  for (const [name, number] of Object.entries(GPR)) state[name] = cpu.gpr[number] as bigint;
  for (const [name, number] of Object.entries(SEGMENT)) {
    state[name] = BigInt(cpu.selectors[number] as number);
  }
  for (const name of ["cr0", "cr2", "cr3", "cr4", "cr8", "efer"] as const) state[name] = cpu[name];
  for (const name of ["gdtr", "idtr"] as const) {
    state[name] = cpu[name].base;
    state[`${name}Limit`] = BigInt(cpu[name].limit);
  }
  for (const name of ["star", "lstar", "fmask", "fsBase", "gsBase", "kernelGsBase"] as const) {
    state[name] = cpu[name];
  }
  state["cpl"] = BigInt(cpu.cpl);
  state["tr"] = BigInt(cpu.tr);
  state["ldtr"] = BigInt(cpu.ldtr);
  return state;
}
