import { KIND } from "#engine";
import { blocksOf } from "../block/blocks-of.ts";
import { softwareOf } from "../block/software.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { isRegisterAccess } from "../flow/steps.ts";

/** Functions of the kernel's own, among those that run in the interrupt. */
const KERNEL_FUNCTION = /evtchn|^xen_irq/;

/** Who acts in a row, as the subject of a sentence: "QEMU", "The vhost worker", "8139cp". */
export function subjectOf(run: FlowRun, row: number): string {
  return agentOf(run, row).replace(/^the /, "The ");
}

/** Who acts in a row, inside a sentence: "the vhost worker". */
export function agentOf(run: FlowRun, row: number): string {
  const { id, agent } = blocksOf(run).of(row);
  if (id === "slow-path" && run.trace.kind[row] === KIND.contextSwitch) return "the host's kernel";
  // The kernel takes the interrupt; what it calls and what that accesses is the driver's.
  return id === "guest-interrupts" && isDrivers(run, row) ? softwareOf(run).driver : agent;
}

function isDrivers({ trace }: FlowRun, row: number): boolean {
  if (isRegisterAccess(trace, row)) return true;
  const name = trace.names[trace.where[row] ?? 0] ?? "";
  return trace.kind[row] === KIND.call && !KERNEL_FUNCTION.test(name);
}
