import { identityOf } from "../guest/identity.ts";
import { InputError } from "../core/input-error.ts";
import { Machine } from "../machine.ts";
import type { Mode } from "../modes/define.ts";
import { readKnobs, type KnobValues } from "../modes/knob.ts";
import { KIND } from "../trace/schema.ts";
import { registerKey, type RegisterNames } from "../trace/sentence.ts";
import type { Trace } from "../trace/store.ts";
import { readTotals, type Totals } from "./totals.ts";
import { ArrivalSequence, EchoPeer, SendSequence, type Direction } from "./traffic.ts";

/** What to run. */
export interface Scenario {
  readonly mode: Mode;
  /** Ethernet frames without FCS, 14 bytes to the mode's maximum; at least one. */
  readonly frames: readonly Uint8Array[];
  /** Number of packets; frames are used again when they run out. Default: one per frame. */
  readonly packetCount?: number;
  readonly direction: Direction;
  /** Microseconds between packets, 0 to 1e6. Default 100. */
  readonly gapMicroseconds?: number;
  /** Knobs of the mode by name. */
  readonly knobs?: KnobValues;
  readonly seed?: number;
  /** Whether the trace is kept, default true. */
  readonly trace?: boolean;
  /** Whether probe and interface-up stay in the trace and totals, default false. */
  readonly includeSetup?: boolean;
  /** Whether the frames on the wire and in the guest are kept, default true. */
  readonly keepFrames?: boolean;
}

/** A frame as it was seen at one end. */
export interface SeenFrame {
  readonly packet: number;
  readonly timeCycles: number;
  readonly bytes: Uint8Array;
}

/** What came of a scenario. */
export interface Run {
  readonly mode: Mode;
  readonly direction: Direction;
  readonly packetCount: number;
  readonly knobs: KnobValues;
  readonly totals: Totals;
  readonly trace: Trace;
  /** Names of the registers that occur in the trace. */
  readonly registers: RegisterNames;
  /** Frames that left, in order. */
  readonly transmitted: readonly SeenFrame[];
  /** Frames that reached the guest's socket, in order, as they lay in its memory. */
  readonly delivered: readonly SeenFrame[];
  /** Frames given to the run, as sent or as they arrived. */
  readonly frames: readonly Uint8Array[];
  readonly cyclesPerMicrosecond: number;
}

const ECHO_DELAY_MICROSECONDS = 20;

/**
 * Runs a scenario from a cold machine: probe, interface up, then the packets, until all is at rest.
 * @throws InputError when the scenario asks for what the mode does not have or carry.
 */
export function simulate(scenario: Scenario): Run {
  const { mode, frames, direction } = scenario;
  const packetCount = scenario.packetCount ?? frames.length;
  check(scenario, packetCount);
  const knobs = readKnobs(mode.id, mode.knobs, scenario.knobs ?? {});
  const machine = new Machine({
    seed: scenario.seed ?? 1,
    trace: scenario.trace ?? true,
    identity: identityOf(frames, direction === "rx" ? "destination" : "source"),
    interruptCrossing: (self) => mode.interrupt(self, knobs),
  });
  const nic = mode.build(machine, knobs);
  machine.kernel.runProcess(() => {
    nic.driver.probe();
    nic.driver.open();
  });
  machine.run(machine.nowCycles);
  if (scenario.includeSetup !== true) {
    machine.trace.clear();
    machine.exitsByReason.fill(0);
  }
  const transmitted: SeenFrame[] = [];
  const delivered: SeenFrame[] = [];
  const keep = scenario.keepFrames ?? true;
  const seen = (address: number, byteCount: number, packet: number): SeenFrame => ({
    packet,
    timeCycles: machine.nowCycles,
    bytes: machine.memory.bytes.slice(address, address + byteCount),
  });
  const peer = direction === "echo" ? echoPeer(machine, nic) : undefined;
  if (keep || peer !== undefined) {
    nic.wire.onTransmit = (address, byteCount, packet) => {
      const frame = seen(address, byteCount, packet);
      if (keep) transmitted.push(frame);
      peer?.take(frame.bytes, packet);
    };
  }
  if (keep) {
    nic.netDevice.onReceive = (address, byteCount, packet) =>
      delivered.push(seen(address, byteCount, packet));
  }
  const gapCycles = machine.microseconds(scenario.gapMicroseconds ?? 100);
  if (direction === "rx") {
    machine.post(new ArrivalSequence(machine, nic, frames, packetCount, gapCycles), 0);
  } else {
    machine.postGuest(new SendSequence(machine, nic, frames, packetCount, gapCycles), 0);
  }
  machine.run();
  const trace = machine.trace.finish();
  return {
    mode,
    direction,
    packetCount,
    knobs,
    totals: readTotals(machine),
    trace,
    registers: registerNames(machine, trace),
    transmitted,
    delivered,
    frames,
    cyclesPerMicrosecond: machine.cyclesPerMicrosecond,
  };
}

function registerNames(machine: Machine, trace: Trace): RegisterNames {
  const names = new Map<string, string>();
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row] as number;
    if (kind < KIND.mmioRead || kind > KIND.pioWrite) continue;
    const where = trace.where[row] as number;
    const offset = trace.a[row] as number;
    const key = registerKey(where, offset);
    if (names.has(key)) continue;
    const name = machine.regions.get(trace.names[where] ?? "")?.nameOf?.(offset);
    if (name !== undefined) names.set(key, name);
  }
  return names;
}

function echoPeer(machine: Machine, nic: ReturnType<Mode["build"]>): EchoPeer {
  return new EchoPeer(machine, nic, machine.microseconds(ECHO_DELAY_MICROSECONDS));
}

function check(scenario: Scenario, packetCount: number): void {
  const { mode, frames } = scenario;
  if (frames.length === 0) throw new InputError("Packets: there are none; at least one is needed.");
  if (!Number.isInteger(packetCount) || packetCount < 1 || packetCount > 1e8) {
    throw new InputError(`Packets: ${packetCount} is not an integer from 1 to 100000000.`);
  }
  const gap = scenario.gapMicroseconds ?? 0;
  if (!(gap >= 0 && gap <= 1e6)) {
    throw new InputError(`Gap: ${gap} is not a number of microseconds from 0 to 1000000.`);
  }
  frames.forEach((frame, index) => {
    if (frame.length >= 14 && frame.length <= mode.frameBytesMax) return;
    throw new InputError(
      `Packet ${index + 1}: ${frame.length} bytes do not fit mode ${mode.id}, ` +
        `which carries frames of 14 to ${mode.frameBytesMax} bytes without FCS.`,
    );
  });
}
