import { KIND, type Trace } from "#engine";
import type { Side } from "./block.ts";

/** What decides which block a row belongs to. */
export interface RowFacts {
  readonly kind: number;
  readonly actor: number;
  readonly name: string;
  readonly side: Side;
}

const SEND = /(^|[^a-z])tx|_tx|xmit|transmit|to send|sendto|^write to |dequeue/i;
const RECEIVE = /(^|[^a-z])rx|_rx|_poll$|receive|recvfrom|^read from |enqueue/i;
const SIDES: readonly Side[] = ["both", "send", "receive"];
/** Kinds that serve both ways: interrupts, exits, threads; a name in them is a vector's or a thread's. */
const NEITHER: ReadonlySet<number> = new Set([
  KIND.vmExit,
  KIND.vmEntry,
  KIND.userExit,
  KIND.interruptTaken,
  KIND.interruptInjected,
  KIND.interruptPosted,
  KIND.lapicEoi,
  KIND.ioapicEoi,
  KIND.msix,
  KIND.intxAssert,
  KIND.intxDeassert,
  KIND.wakeUp,
  KIND.contextSwitch,
  KIND.signal,
]);

/** Which way each row's work is for, as an index into SIDES: by its name, or by what it happens in. */
export function sidesOf(trace: Trace): Uint8Array {
  const byName = trace.names.map((name) => (SEND.test(name) ? 1 : RECEIVE.test(name) ? 2 : 0));
  const sides = new Uint8Array(trace.length);
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row] ?? 0;
    if (NEITHER.has(kind)) continue;
    const named = sideOfKind(kind) || (byName[trace.where[row] ?? 0] ?? 0);
    const parent = trace.parent[row] ?? -1;
    sides[row] = named > 0 ? named : parent < 0 ? 0 : (sides[parent] ?? 0);
  }
  return sides;
}

function sideOfKind(kind: number): number {
  if (kind === KIND.wireTransmit) return 1;
  return kind === KIND.wireReceive || kind === KIND.deliver ? 2 : 0;
}

/** The side that a number of {@link sidesOf} stands for. */
export function sideNamed(side: number): Side {
  return SIDES[side] ?? "both";
}
