import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { PvHost } from "./pv-host.ts";
import type { PvKernel } from "./pv-kernel.ts";

/** Calls that fit into one batch, and bytes of arguments: arch/x86/xen/multicalls.c, MC_BATCH, MC_ARGS. */
const BATCH_CALLS = 32;
const BATCH_ARGUMENT_BYTES = BATCH_CALLS * 16;
/** struct mmu_update and struct mmuext_op in bytes. */
const ARGUMENT_BYTES = { mmu_update: 16, mmuext_op: 24 } as const;

/** A hypercall that carries a list of requests. */
export type ListCall = keyof typeof ARGUMENT_BYTES;

/** One request in a list, or one `update_va_mapping`. */
export interface BatchedRequest {
  /** What it does: a command of `mmuext_op`, or what an entry becomes. */
  readonly what: string;
  /** Byte offset of the entry in its table with the command in the low bits; 0 for others. */
  readonly offset: number;
}

interface BatchedCall {
  readonly name: ListCall | "update_va_mapping";
  readonly requests: BatchedRequest[];
}

/**
 * The kernel's buffer of hypercalls to come: one call goes out plainly, more as a multicall.
 * arch/x86/xen/multicalls.c.
 */
export class MulticallBatch {
  readonly #host: PvHost;
  readonly #kernel: PvKernel;
  #calls: BatchedCall[] = [];
  #argumentBytes = 0;
  #lazyMmu = false;

  constructor(host: PvHost, kernel: PvKernel) {
    this.#host = host;
    this.#kernel = kernel;
  }

  /** Whether page-table updates wait for the end of a section (`arch_enter_lazy_mmu_mode`). */
  get lazyMmu(): boolean {
    return this.#lazyMmu;
  }

  /** Begins a section whose page-table updates go out together. */
  enterLazyMmu(): void {
    this.#lazyMmu = true;
  }

  /** Ends the section: what waits goes out. */
  leaveLazyMmu(): void {
    this.#lazyMmu = false;
    this.flush();
  }

  /** `update_va_mapping` of one kernel page: a call of its own, its arguments lie in registers. */
  updateVaMapping(what: string): void {
    this.#entry("update_va_mapping", 0, { what, offset: 0 });
  }

  /** Adds a request to the last call when that is of the same kind and has room, else a new one. */
  extend(name: ListCall, request: BatchedRequest): void {
    const bytes = ARGUMENT_BYTES[name];
    const last = this.#calls.at(-1);
    if (last?.name === name && this.#argumentBytes + bytes < BATCH_ARGUMENT_BYTES) {
      last.requests.push(request);
      this.#argumentBytes += bytes;
    } else this.#entry(name, bytes, request);
  }

  /** xen_mc_issue: sends what waits, unless a lazy section holds page-table updates back. */
  issue(heldByLazyMmu: boolean): void {
    if (!(heldByLazyMmu && this.#lazyMmu)) this.flush();
  }

  /** xen_mc_flush. */
  flush(): void {
    const calls = this.#calls;
    this.#calls = [];
    this.#argumentBytes = 0;
    const [first] = calls;
    if (first === undefined) return;
    if (calls.length === 1) this.#single(first);
    else {
      this.#kernel.hypercall("multicall", calls.length, () => {
        for (const call of calls) this.#inMulticall(call);
      });
    }
  }

  /** A list of one that goes out at once, past the buffer. */
  direct(name: ListCall, request: BatchedRequest): void {
    this.#single({ name, requests: [request] });
  }

  #entry(name: BatchedCall["name"], bytes: number, request: BatchedRequest): void {
    const full = this.#calls.length === BATCH_CALLS;
    if (full || this.#argumentBytes + bytes >= BATCH_ARGUMENT_BYTES) this.flush();
    this.#calls.push({ name, requests: [request] });
    this.#argumentBytes += bytes;
  }

  #single(call: BatchedCall): void {
    const { name, requests } = call;
    const commands = [...new Set(requests.map(({ what }) => what))].join("+");
    const full = name === "mmuext_op" ? `${name}.${commands}` : name;
    this.#kernel.hypercall(full, requests.length, () => this.#requests(call));
  }

  #inMulticall(call: BatchedCall): void {
    this.#step(call.name, call.requests.length, 0);
    this.#requests(call);
  }

  #requests(call: BatchedCall): void {
    if (call.name === "update_va_mapping") return;
    const before = call.name === "mmu_update" ? "entry " : "";
    for (const { what, offset } of call.requests) this.#step(before + what, offset, 0);
  }

  #step(name: string, value: number, detail: number): void {
    const { trace } = this.#host;
    this.#host.note(KIND.deviceStep, ACTORS.hypervisor.code, trace.id(name), value, detail);
  }
}
