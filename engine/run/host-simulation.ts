import { InputError } from "../core/input-error.ts";
import { RESOURCES } from "../core/resource.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import { receiverOf, senderOf, type GuestIdentity } from "../guest/identity.ts";
import { NicSwitch, VIRTUAL_FUNCTIONS_MAX } from "../host/nic-switch.ts";
import { CoreSharingPath, HostCores } from "../host/shared-core.ts";
import { HostSwitches, placeOnHost } from "../host/shared-switches.ts";
import type { Wire } from "../host/wire.ts";
import type { Mode } from "../modes/define.ts";
import type { KnobValues } from "../modes/knob.ts";
import { prepare, type Prepared, type Run, type Scenario } from "./simulate.ts";
import type { Direction } from "./direction.ts";

/** Whom guests send to: a host on the wire, or the next guest of their own host. */
export const TARGETS = ["peer", "neighbour"] as const;
/** One of {@link TARGETS}. */
export type Target = (typeof TARGETS)[number];

/** One guest of a host. */
export interface GuestChoice {
  readonly mode: Mode;
  /** Knobs of its mode by name. */
  readonly knobs?: KnobValues;
}

/** What to run on one host. */
export interface HostScenario extends Omit<Scenario, "mode" | "knobs" | "direction"> {
  /** 1 to {@link GUESTS_MAX} guests; each sends or gets all the packets. */
  readonly guests: readonly GuestChoice[];
  /** With neighbours, "tx" only: what is sent arrives within the host. */
  readonly direction: Direction;
  readonly to: Target;
  /** Host cores that the guests' backends share; default one for each guest. */
  readonly hostCores?: number;
}

/** What came of it. */
export interface HostRun {
  /** What each guest's machine saw and did. */
  readonly guests: readonly Run[];
  /** Addresses of the guests' NICs. */
  readonly macs: readonly Uint8Array[];
  /** By sender, then receiver: frames; the last row and column are the wire. */
  readonly talk: readonly (readonly number[])[];
  /** Switches between guests' backends on shared cores. */
  readonly backendSwitches: number;
  readonly direction: Direction;
  readonly to: Target;
  readonly packetCount: number;
}

/** Guests of one host at most: each has 64 MiB of memory of its own. */
export const GUESTS_MAX = 16;
/**
 * Least time from one guest to another through the host. Machines run ahead of each other by less
 * than that, so that no frame arrives in a machine's past.
 */
const HAND_OVER_MICROSECONDS = 1;

/**
 * Runs several guests on one host against a common clock: each a machine of its own, with frames
 * between them through the host's switches and the NIC's.
 * @throws InputError when they do not fit one host, or a mode does not have what is asked for.
 */
export function simulateHost(scenario: HostScenario): HostRun {
  checkGuests(scenario);
  const host = new Host(scenario);
  host.run();
  return host.finish();
}

/** A frame from another guest, on its way. */
class NeighbourArrival extends Task {
  readonly #wire: Wire;
  readonly #frame: Uint8Array;
  readonly #inNic: boolean;

  constructor(wire: Wire, frame: Uint8Array, packet: number, inNic: boolean) {
    super(HAND_OVER.frameArrival);
    this.resource = RESOURCES.wireIn.code;
    this.#wire = wire;
    this.#frame = frame;
    this.packet = packet;
    this.#inNic = inNic;
  }

  override run(): void {
    this.#wire.arriveFromNeighbour(this.#frame, this.packet, this.#inNic);
  }
}

class Host {
  readonly #scenario: HostScenario;
  readonly #guests: Prepared[] = [];
  readonly #macs: readonly Uint8Array[];
  readonly #talk: number[][];
  readonly #nic = new NicSwitch();
  readonly #cores: HostCores;
  /** By switch: the guest behind each of its ports. */
  readonly #places = new Map<object, number[]>();
  readonly #packetCount: number;

  constructor(scenario: HostScenario) {
    this.#scenario = scenario;
    const { guests, frames, direction } = scenario;
    const count = guests.length;
    this.#talk = Array.from({ length: count + 1 }, () => new Array<number>(count + 1).fill(0));
    this.#cores = new HostCores(scenario.hostCores ?? count);
    this.#packetCount = scenario.packetCount ?? frames.length;
    const base = direction === "rx" ? receiverOf(frames) : senderOf(frames);
    this.#macs = freeAddresses(base.mac, frames, count);
    const switches = new HostSwitches();
    guests.forEach((guest, index) => this.#add(guest, index, base, switches));
  }

  /** Runs all machines until all rest. */
  run(): void {
    const machines = this.#guests.map(({ machine }) => machine);
    // Setting up took each machine its own time: the host's clock begins when the last is up.
    const startCycles = Math.max(...machines.map(({ nowCycles }) => nowCycles));
    for (const { scheduler } of machines) scheduler.nowCycles = startCycles;
    for (const guest of this.#guests) guest.start();
    while (!machines.every(({ scheduler }) => scheduler.resting)) {
      const next = Math.min(...machines.map(({ scheduler }) => scheduler.nextDueCycles));
      for (const machine of machines) {
        machine.run(next + machine.microseconds(HAND_OVER_MICROSECONDS) - 1);
      }
    }
  }

  finish(): HostRun {
    const { direction, to } = this.#scenario;
    const guests = this.#guests.map((guest) => guest.finish());
    const wire = guests.length;
    guests.forEach(({ totals }, index) => {
      (this.#talk[index] as number[])[wire] = totals.transmittedFrames;
      (this.#talk[wire] as number[])[index] = totals.arrivedFrames;
    });
    return {
      guests,
      macs: this.#macs,
      talk: this.#talk,
      direction,
      to,
      backendSwitches: this.#cores.switchCount,
      packetCount: this.#packetCount,
    };
  }

  #add(choice: GuestChoice, index: number, base: GuestIdentity, switches: HostSwitches): void {
    const { guests: _, hostCores: __, to, direction, frames, ...rest } = this.#scenario;
    const mac = this.#macs[index] as Uint8Array;
    const next = this.#macs[(index + 1) % this.#macs.length] as Uint8Array;
    const target = to === "neighbour" ? next : undefined;
    const own = frames.map((frame) => readdressed(frame, base.mac, mac, direction, target));
    const prepared = prepare(
      { ...rest, ...choice, direction, frames: own },
      {
        identity: { ...base, mac },
        onMachine: (machine) => placeOnHost(machine, switches),
      },
    );
    this.#guests.push(prepared);
    this.#connect(prepared, index, mac);
  }

  /** Puts a guest behind the host's switches and the NIC's. */
  #connect({ machine, nic }: Prepared, index: number, mac: Uint8Array): void {
    const { wire } = nic;
    const path = wire.hostPath;
    const place = path?.place;
    if (path === undefined) this.#nic.addVirtual(index, mac);
    else {
      const behind = place === undefined ? [] : (this.#places.get(place.switch) ?? []);
      if (path.farEnd === undefined) this.#nic.addPhysical(index, mac, behind.length === 0);
      else this.#nic.addOverlaid(index);
      if (place !== undefined) {
        behind[place.port] = index;
        this.#places.set(place.switch, behind);
        wire.onNeighbour = (port, at, byteCount) =>
          this.#deliver(index, behind[port] as number, at, byteCount, false);
      }
      if (this.#scenario.hostCores !== undefined) {
        wire.hostPath = new CoreSharingPath(machine, path, this.#cores, index);
      }
    }
    wire.uplink = (at, byteCount) => {
      const { guests, wire: onWire } = this.#nic.route(machine, index, at);
      for (const guest of guests) this.#deliver(index, guest, at, byteCount, true);
      return !onWire;
    };
  }

  /** A frame goes from guest to guest; its packet's number in the other's trace is one of its own. */
  #deliver(from: number, to: number, at: number, byteCount: number, inNic: boolean): void {
    const sender = (this.#guests[from] as Prepared).machine;
    const { machine, nic } = this.#guests[to] as Prepared;
    const row = this.#talk[from] as number[];
    row[to] = (row[to] as number) + 1;
    const frame = sender.memory.bytes.slice(at, at + byteCount);
    const packet = sender.trace.packet % this.#packetCount;
    const number = packet < 0 ? packet : packet + this.#packetCount * (from + 1);
    const dueCycles = sender.nowCycles + sender.microseconds(HAND_OVER_MICROSECONDS);
    const task = new NeighbourArrival(nic.wire, frame, number, inNic);
    machine.scheduler.post(task, Math.max(0, dueCycles - machine.nowCycles));
  }
}

function checkGuests({ guests, direction, to, hostCores }: HostScenario): void {
  const count = guests.length;
  if (count < 1 || count > GUESTS_MAX) {
    throw new InputError(`Guests: ${count} is not a number of guests from 1 to ${GUESTS_MAX}.`);
  }
  if (guests.some(({ mode }) => mode.id === "native")) {
    throw new InputError(
      "Guests: mode native is the host itself, on which no guest runs; choose modes of guests.",
    );
  }
  const virtual = guests.filter(({ mode }) => mode.id.startsWith("vf-")).length;
  if (virtual > VIRTUAL_FUNCTIONS_MAX) {
    throw new InputError(
      `Guests: ${virtual} guests want a virtual function, but a port of the 82576 has ` +
        `${VIRTUAL_FUNCTIONS_MAX} for guests: the eighth pool is the physical function's.`,
    );
  }
  if (to === "neighbour" && count < 2) {
    throw new InputError("Guests: one guest has no neighbour; at least two are needed.");
  }
  if (to === "neighbour" && direction !== "tx") {
    throw new InputError(
      `Guests: between neighbours the direction is tx, as each frame sent arrives; ${direction} has no meaning.`,
    );
  }
  const cores = hostCores ?? 1;
  if (!Number.isInteger(cores) || cores < 1 || cores > GUESTS_MAX) {
    throw new InputError(`Host cores: ${cores} is not a number from 1 to ${GUESTS_MAX}.`);
  }
}

/** The first guest's address and the ones after it, as far as the frames leave them free. */
function freeAddresses(
  first: Uint8Array,
  frames: readonly Uint8Array[],
  count: number,
): Uint8Array[] {
  const taken = new Set<string>();
  for (const frame of frames) {
    taken.add(String(frame.subarray(0, 6))).add(String(frame.subarray(6, 12)));
  }
  const addresses = [first];
  const next = first.slice();
  while (addresses.length < count) {
    next[5] = ((next[5] as number) + 1) & 0xff;
    if (next[5] === first[5]) next[4] = ((next[4] as number) + 1) & 0xff;
    if (!taken.has(String(next))) addresses.push(next.slice());
  }
  return addresses;
}

/** The frame as this guest sends or gets it: with its own address, and its neighbour's. */
function readdressed(
  frame: Uint8Array,
  base: Uint8Array,
  mac: Uint8Array,
  direction: Direction,
  target: Uint8Array | undefined,
): Uint8Array {
  const own = frame.slice();
  const at = direction === "rx" ? 0 : 6;
  if (base.every((byte, index) => frame[at + index] === byte)) own.set(mac, at);
  if (target !== undefined && ((frame[0] as number) & 1) === 0) own.set(target, 0);
  return own;
}
