import {
  type ExplorerRun,
  type Move,
  moved,
  type PacketStory,
  restingStep,
  stepOfRow,
  type StoryTeller,
  tellerOf,
} from "#components/plain";

/** A place in a run: packet and step counted from 1, and the row of the trace. */
export interface Place {
  readonly packet: number;
  readonly step: number;
  readonly row: number;
}

/** Where to go: within a packet's journey, or on to another packet. */
export type JourneyMove = Move | "nextPacket" | "previousPacket";

/** The ways through a run: from step to step, crossing to crossing, packet to packet. */
export class Journey {
  readonly run: ExplorerRun;
  readonly #teller: StoryTeller;

  constructor(run: ExplorerRun) {
    this.run = run;
    this.#teller = tellerOf(run);
  }

  /** The rows of a packet's journey in the order of its steps, and its hand-overs. */
  story(packet: number): PacketStory {
    return this.#teller.story(packet);
  }

  /**
   * The place that a link means.
   * @param step From 1; 0 is the most telling step. What is beyond an end is at it.
   */
  at(packet: number, step: number): Place {
    const kept = Math.min(Math.max(1, Math.trunc(packet) || 1), this.run.packetCount);
    const { rows } = this.story(kept);
    const telling = step === 0 ? restingStep(this.run.trace, rows) + 1 : step;
    const at = Math.min(Math.max(1, telling), Math.max(1, rows.length));
    return { packet: kept, step: at, row: rows[at - 1] ?? -1 };
  }

  /** The place of a row of the trace. */
  placeOf(row: number): Place {
    const story = this.#teller.storyOfRow(row);
    return { packet: story.packet, step: Math.max(1, stepOfRow(story, row) + 1), row };
  }

  /** Where a move leads from a place; the same place when there is nowhere to go. */
  moved({ packet, step, row }: Place, move: JourneyMove): Place {
    if (move === "nextPacket") return this.at(packet + 1, packet < this.run.packetCount ? 1 : step);
    if (move === "previousPacket") return this.at(packet - 1, packet > 1 ? 1 : step);
    const { rows, handOvers } = this.story(packet);
    const to = moved(move, step - 1, rows.length, handOvers) + 1;
    if (to !== step) return this.at(packet, to);
    const beyond = this.#beyond(packet, move);
    return beyond ?? { packet, step, row };
  }

  /** Where a move leads that has left its packet: on into the next, or back into the former. */
  #beyond(packet: number, move: Move): Place | undefined {
    const forward = move === "next" || move === "nextExit" || move === "nextHandOver";
    const backward = move === "back" || move === "previousExit" || move === "previousHandOver";
    const other = packet + (forward ? 1 : backward ? -1 : 0);
    if (other === packet || other < 1 || other > this.run.packetCount) return undefined;
    const { rows, handOvers } = this.story(other);
    if (move === "next") return this.at(other, 1);
    if (move === "back") return this.at(other, rows.length);
    const edge = forward ? -1 : rows.length;
    const to = moved(move, edge, rows.length, handOvers);
    return to === edge ? undefined : this.at(other, to + 1);
  }
}
