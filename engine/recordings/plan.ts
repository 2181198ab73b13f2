import type { SchedulePoint } from "../core/schedule.ts";
import { HAND_OVER, type HandOver } from "../core/task.ts";
import { KIND } from "../trace/schema.ts";
import type { RecordedEvent } from "./event.ts";
import { arrivalPlaces } from "./arrivals.ts";
import type { PhaseName } from "./folder.ts";
import { expiryIndex, watchdogRuns, type WatchdogOwner } from "./left-out.ts";
import type { Pause } from "./pauses.ts";
import type { Visibility } from "./visibility.ts";

/** What the recorder's script or the guest's own clock does between two stretches of a phase. */
export type Action =
  | { readonly kind: "send"; readonly first: number; readonly count: number }
  | { readonly kind: "mark"; readonly mark: string }
  | {
      readonly kind: "watchdog";
      readonly owner: WatchdogOwner;
      /** Whether the machine had come to rest since the watchdog before, if that was the last. */
      readonly rested: boolean;
    };

/** A stretch of a phase: an action, then the points until the next action. */
export interface Stretch {
  readonly action: Action | undefined;
  /** Points in order; accesses are counted from the action on. */
  readonly points: readonly SchedulePoint[];
}

/** The order of hand-overs in a phase: points in time and nothing else. */
export interface PhasePlan {
  readonly stretches: readonly Stretch[];
  /** Points by kind, for the report. */
  readonly counts: Readonly<Record<PointKind, number>>;
}

/** The kinds of points as the report names them. */
export type PointKind = "interrupts taken" | "host steps" | "frame arrivals" | "timers";

const KIND_OF_POINT: Readonly<Record<HandOver, PointKind>> = {
  [HAND_OVER.interruptTaken]: "interrupts taken",
  [HAND_OVER.hostStep]: "host steps",
  [HAND_OVER.frameArrival]: "frame arrivals",
  [HAND_OVER.deviceTimer]: "timers",
};

const RING_KINDS: Readonly<Record<string, number>> = {
  mmio_read: KIND.mmioRead,
  mmio_write: KIND.mmioWrite,
  pio_read: KIND.pioRead,
  pio_write: KIND.pioWrite,
  mem_read: KIND.ringLoad,
  mem_write: KIND.ringStore,
};

/** Whether an event is a guest access that counts: registers, EOIs and, where recorded, rings. */
function isCounted(event: RecordedEvent, visibility: Visibility): boolean {
  if (event.op === "lapic_eoi") return true;
  if (event.op === "mem_read" || event.op === "mem_write") {
    return visibility.showsAccess(RING_KINDS[event.op] as number, event.block, event.offset);
  }
  return event.op in RING_KINDS;
}

/** Whether a mark shows that the guest had finished what it did before: it waits for time. */
function isRest(event: RecordedEvent): boolean {
  return event.op === "mark" && (event.mark === "received" || event.mark === "send-returned");
}

/**
 * Reads the order of hand-overs of one phase. Phases in which interrupts taken are not recorded
 * (init, teardown) have actions only: their hand-overs happen by default timing.
 * @param sent Datagrams that the guest sends in the phase.
 * @param runsWatchdog Whether the driver model has a watchdog to be run at recorded moments.
 * @param pauses Where the sender of a burst found its queue stopped.
 * @param waiting Sizes of frames that the phase before left in the device.
 */
export function planPhase(
  name: PhaseName,
  events: readonly RecordedEvent[],
  visibility: Visibility,
  sent: number,
  runsWatchdog: boolean,
  pauses: readonly Pause[] = [],
  waiting: readonly number[] = [],
): PhasePlan {
  const stretches: { action: Action | undefined; points: SchedulePoint[] }[] = [
    { action: undefined, points: [] },
  ];
  const arrivals = arrivalPlaces(events, waiting);
  const watchdogs = runsWatchdog ? watchdogRuns(events) : new Map<number, WatchdogOwner>();
  const counts = { "interrupts taken": 0, "host steps": 0, "frame arrivals": 0, timers: 0 };
  const pauseAt = new Map(pauses.map((pause) => [pause.lastAccess, pause.sends]));
  let accesses = 0;
  let rested = false;
  let expired = false;
  let afterSends = 0;
  const begin = (action: Action): void => {
    stretches.push({ action, points: [] });
    accesses = 0;
    rested = false;
    afterSends = 0;
  };
  // Without ring accesses a poll leaves no trace: an arrival that interrupts came after it.
  const quietly = !visibility.rings && ["warmup", "rx", "burst-rx"].includes(name);
  const add: AddPoint = (handOver, stream, { optional = false, calm = false } = {}) => {
    const whenIdle = (rested || calm) && handOver !== HAND_OVER.interruptTaken;
    const point = { handOver, stream, afterAccesses: accesses, afterSends, whenIdle, optional };
    (stretches.at(-1) as { points: SchedulePoint[] }).points.push(point);
    if (!optional) counts[KIND_OF_POINT[handOver]]++;
  };
  for (const [at, event] of events.entries()) {
    const owner = watchdogs.get(at);
    if (event.op === "dev" && expiryIndex(event) >= 0) expired = true;
    if (owner !== undefined) {
      const rested = expired || stretches.at(-1)?.action?.kind !== "watchdog";
      begin({ kind: "watchdog", owner, rested });
      expired = false;
    }
    if (visibility.interruptsTaken) {
      const calm = quietly && raisesInterrupt(events, at);
      for (let n = arrivals.get(at) ?? 0; n > 0; n--) add(HAND_OVER.frameArrival, 0, { calm });
    }
    const action = actionOf(name, event, sent);
    if (action !== undefined) begin(action);
    else if (visibility.interruptsTaken) addPoint(events, at, add);
    if (isRest(event)) rested = true;
    else if (event.op === "cpu_intr") rested = false;
    if (!isCounted(event, visibility)) continue;
    accesses++;
    rested = false;
    // The send that made the last access returns as well.
    const quiet = pauseAt.get(at);
    afterSends = quiet === undefined ? 0 : quiet + 1;
  }
  return { stretches, counts };
}

function actionOf(name: PhaseName, event: RecordedEvent, sent: number): Action | undefined {
  if (event.op !== "mark") return undefined;
  if (event.mark === "send-call") {
    // A burst marks only its first call: all datagrams go out back to back.
    const burst = name.startsWith("burst");
    return { kind: "send", first: event.packet, count: burst ? sent : 1 };
  }
  const own = ["send-returned", "received", `${name}-begin`, `${name}-end`];
  return own.includes(event.mark) ? undefined : { kind: "mark", mark: event.mark };
}

const QUEUES = ["rx", "tx", "ctrl"];

type AddPoint = (
  handOver: HandOver,
  stream: number,
  options?: { readonly optional?: boolean; readonly calm?: boolean },
) => void;

/** Stream of a transmit element's completion, apart from its pop: 32 + queue. */
const COMPLETION = 32;

function addPoint(events: readonly RecordedEvent[], at: number, add: AddPoint): void {
  const event = events[at] as RecordedEvent;
  if (event.op === "cpu_intr") add(HAND_OVER.interruptTaken, -1);
  else if (event.op === "dev" && expiryIndex(event) >= 0) {
    add(HAND_OVER.deviceTimer, expiryIndex(event));
  } else if (event.op === "vq_pop" && isTransmit(event.queue)) {
    add(HAND_OVER.hostStep, streamOf(event.queue));
  } else if (event.op === "vq_fill" && isTransmit(event.queue)) {
    const stream = streamOf(event.queue);
    add(HAND_OVER.hostStep, COMPLETION + stream);
    if (endsBatch(events, at)) add(HAND_OVER.hostStep, stream, { optional: true });
  }
}

/** Receive elements come with their frame; the control queue is served inside the doorbell. */
function isTransmit(queue: string): boolean {
  return queue !== "rx" && queue !== "ctrl";
}

function streamOf(queue: string): number {
  return Math.max(1, QUEUES.indexOf(queue));
}

/** Whether the receive element that an event belongs to got an interrupt of its own. */
function raisesInterrupt(events: readonly RecordedEvent[], at: number): boolean {
  if ((events[at] as RecordedEvent).op.startsWith("vq_") === false) return false;
  for (let next = at + 1; next < events.length; next++) {
    const event = events[next] as RecordedEvent;
    if (event.op === "vq_interrupt") return event.queue === "rx";
    if (event.op === "vq_pop") return false;
  }
  return false;
}

/** Whether the queue's thread found it empty after this element: a new notify comes before more. */
function endsBatch(events: readonly RecordedEvent[], at: number): boolean {
  const { queue } = events[at] as { queue: string };
  for (let next = at + 1; next < events.length; next++) {
    const event = events[next] as RecordedEvent;
    if (event.op === "notify" && event.queue === queue) return true;
    if (event.op === "vq_pop" && event.queue === queue) return false;
  }
  return true;
}
