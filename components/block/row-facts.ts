import { KIND, type Trace } from "#engine";
import type { Side } from "./block.ts";
import type { Likeness, Likenesses } from "./likeness.ts";

/** What decides which block a row belongs to. */
export interface RowFacts extends Likeness {
  readonly side: Side;
}

const SEND = /(^|[^a-z])tx|_tx|xmit|transmit|to send|sendto|^write to |dequeue/i;
const RECEIVE = /(^|[^a-z])rx|_rx|_poll$|receive|recvfrom|^read from |enqueue/i;
/** The sides in the order of their numbers: 0 is neither way. */
export const SIDES: readonly Side[] = ["both", "send", "receive"];
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
const INHERITED = 3;

/**
 * Which way each row's work is for, as an index into SIDES: by its name, or by what it happens in. A
 * row stands behind the row that encloses it.
 */
export function sidesOf(trace: Trace, { all, of }: Likenesses): Uint8Array {
  const named = Uint8Array.from(all, namedSide);
  const sides = new Uint8Array(trace.length);
  const { parent: parents, length } = trace;
  for (let row = 0; row < length; row++) {
    const side = named[of[row] as number] as number;
    if (side !== INHERITED) sides[row] = side;
    else {
      const parent = parents[row] as number;
      if (parent >= 0) sides[row] = sides[parent] as number;
    }
  }
  return sides;
}

function namedSide({ kind, name }: Likeness): number {
  if (NEITHER.has(kind)) return 0;
  if (kind === KIND.wireTransmit) return 1;
  if (kind === KIND.wireReceive || kind === KIND.deliver) return 2;
  if (SEND.test(name)) return 1;
  return RECEIVE.test(name) ? 2 : INHERITED;
}
