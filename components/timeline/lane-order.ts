import { ACTORS, RESOURCE_COUNT, RESOURCES, type Trace } from "#engine";
import { GUEST_LANES, LANES } from "../flow/lane.ts";

/**
 * The lanes of a timeline: grouped by resource, and in each group the actors in their fixed order.
 *
 * Two ways were sketched. By actor first, each actor's resources side by side: the line is one
 * stroke by nature, but a vCPU's time is torn over five places, and that a resource does one thing
 * at a time cannot be seen. By resource first: who runs on the vCPU stands together, one lane
 * filled where the others are empty, and what waits for another thread reads from group to group.
 * The second was taken. It keeps the order and the line because guest code runs on the vCPU alone,
 * whose group stands first: above the line is the guest, below it all the rest.
 */
export interface TimelineLane {
  /** Its place, from the top. */
  readonly index: number;
  /** Code of the resource, as in the trace's column. */
  readonly resource: number;
  readonly actor: number;
  readonly tone: (typeof LANES)[number]["tone"];
  /** The actor's short label. */
  readonly label: string;
  readonly resourceLabel: string;
  /** The same where there is little room. */
  readonly resourceName: string;
  /** Whether it lies on the guest's side of the line. */
  readonly isGuest: boolean;
  /** Whether it is the first of its resource. */
  readonly opensGroup: boolean;
}

/** The lanes of a trace, and which one a row stands in. */
export interface LaneOrder {
  readonly lanes: readonly TimelineLane[];
  /** By {@link laneKey}: the lane's index, or -1. */
  readonly byKey: Int16Array;
}

const ACTOR_SLOTS = 8;

/** Where a lane stands in {@link LaneOrder.byKey}. */
export function laneKey(resource: number, actor: number): number {
  return resource * ACTOR_SLOTS + actor;
}

/** Names of resources whose labels are too long to stand beside a lane. */
const SHORT_NAMES: ReadonlyMap<number, string> = new Map([
  [RESOURCES.hostCpu.code, "CPU of NIC interrupts"],
  [RESOURCES.handler.code, "Switch's handler"],
]);

/** Resources from the vCPU outward to the wire. */
const RESOURCE_ORDER = [
  RESOURCES.vcpu,
  RESOURCES.mainLoop,
  RESOURCES.vhostWorker,
  RESOURCES.dom0,
  RESOURCES.pollingCore,
  RESOURCES.handler,
  RESOURCES.hostCpu,
  RESOURCES.nic,
  RESOURCES.nicIn,
  RESOURCES.pcie,
  RESOURCES.wireOut,
  RESOURCES.wireIn,
];

/** The lanes of a trace: those in which something happened, and always the guest's. */
export function laneOrder(trace: Trace): LaneOrder {
  const used = new Uint8Array(RESOURCE_COUNT * ACTOR_SLOTS);
  const { resource, actor, length } = trace;
  for (let row = 0; row < length; row++) {
    used[laneKey(resource[row] as number, actor[row] as number)] = 1;
  }
  for (let guest = 0; guest < GUEST_LANES; guest++) used[laneKey(RESOURCES.vcpu.code, guest)] = 1;
  const byKey = new Int16Array(used.length).fill(-1);
  const lanes: TimelineLane[] = [];
  for (const { code, label: resourceLabel } of RESOURCE_ORDER) {
    let opensGroup = true;
    for (const { actor: of, tone, label } of LANES) {
      if (used[laneKey(code, of)] !== 1) continue;
      const index = lanes.length;
      byKey[laneKey(code, of)] = index;
      const isGuest = of <= ACTORS.guestDriver.code;
      lanes.push({
        index,
        resource: code,
        actor: of,
        tone,
        label,
        resourceLabel,
        resourceName: SHORT_NAMES.get(code) ?? resourceLabel,
        isGuest,
        opensGroup,
      });
      opensGroup = false;
    }
  }
  return { lanes, byKey };
}

/** The lane of a row. */
export function laneOfRow({ byKey }: LaneOrder, trace: Trace, row: number): number {
  return byKey[laneKey(trace.resource[row] as number, trace.actor[row] as number)] ?? -1;
}
