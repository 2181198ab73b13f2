import { KIND } from "#engine";
import { type HandOver, type HandOverKind, handOversOf } from "../flow/hand-over.ts";
import type { PacketRows } from "../flow/packet-rows.ts";
import { stepsOf } from "../flow/steps.ts";
import { laneKey, laneOfRow } from "./lane-order.ts";
import type { RowIndex } from "./row-index.ts";

/** One hand-over in time: from a moment in a lane to a moment in another. */
export interface Arrow {
  readonly kind: HandOverKind;
  readonly fromLane: number;
  readonly toLane: number;
  readonly fromCycles: number;
  readonly toCycles: number;
}

/** Packets whose arrows are remembered. */
const KEPT_MAX = 256;

/** Finds the hand-overs of packets, each only once. */
export class Arrows {
  readonly #index: RowIndex;
  readonly #packets: PacketRows;
  readonly #found = new Map<number, readonly Arrow[]>();

  constructor(index: RowIndex, packets: PacketRows) {
    this.#index = index;
    this.#packets = packets;
  }

  /** The hand-overs of a packet, counted from 0, in their order. */
  of(packet: number): readonly Arrow[] {
    let found = this.#found.get(packet);
    if (found !== undefined) return found;
    const { trace } = this.#index;
    const rows = stepsOf(trace, this.#packets.of(packet));
    found = handOversOf(trace, rows).flatMap((handOver) => this.#inTime(handOver, rows));
    if (this.#found.size >= KEPT_MAX) this.#found.clear();
    this.#found.set(packet, found);
    return found;
  }

  #inTime({ kind, fromActor, fromStep, toStep, toActor }: HandOver, rows: Int32Array): Arrow[] {
    const { trace, order } = this.#index;
    const from = rows[fromStep] ?? 0;
    const to = rows[toStep] ?? 0;
    const start = (row: number) => trace.startCycles[row] as number;
    const end = (row: number) => start(row) + (trace.durationCycles[row] as number);
    const laneFor = (row: number, actor: number) =>
      order.byKey[laneKey(trace.resource[row] as number, actor)] ?? -1;
    const isLine = kind === "exit" || kind === "entry";
    const fromLane = isLine ? laneFor(to, fromActor) : laneOfRow(order, trace, from);
    const toLane = isLine ? laneFor(to, toActor) : laneOfRow(order, trace, to);
    if (fromLane < 0 || toLane < 0 || fromLane === toLane) return [];
    const toCycles = kind === "entry" ? end(to) : start(to);
    // Who hands over does so when it is done, but not after the other has begun.
    const isSpan = trace.kind[from] === KIND.call || trace.kind[from] === KIND.interruptTaken;
    const fromCycles = isLine ? toCycles : Math.min(isSpan ? start(from) : end(from), toCycles);
    return [{ kind, fromLane, toLane, fromCycles, toCycles }];
  }
}
