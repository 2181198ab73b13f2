import type { TraceStore } from "../../trace/store.ts";

/** What a PV kernel needs of the machine it runs on; `Machine` is one. */
export interface PvHost {
  readonly trace: TraceStore;
  readonly nowCycles: number;
  /** Writes an instant row; see `Machine.note`. */
  note(kind: number, actor: number, where: number, a: number, b: number): number;
  /** Counts and writes a hypercall; see `Machine.hypercall`. */
  hypercall(actor: number, name: string, argument?: number, result?: number): number;
}
