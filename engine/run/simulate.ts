import { receiverOf, senderOf, type GuestIdentity } from "../guest/identity.ts";
import { InputError } from "../core/input-error.ts";
import type { Nic } from "../devices/nic.ts";
import type { Machine } from "../machine.ts";
import type { Mode } from "../modes/define.ts";
import type { KnobValues } from "../modes/knob.ts";
import { defaultPrices, type PriceList } from "../ledger/price-list.ts";
import { readCosts, type RunCosts } from "../ledger/run-costs.ts";
import { KIND } from "../trace/schema.ts";
import type { RegisterMeaning } from "../registers/decode.ts";
import { addressKey, registerKey, type RegisterNames } from "../trace/sentence.ts";
import type { Trace } from "../trace/store.ts";
import { ringFieldName } from "./ring-field.ts";
import { checkFrames } from "./frame-check.ts";
import { LatencyMeter } from "./latency-meter.ts";
import { bringUp } from "./prepared-machine.ts";
import { readTotals, type Totals } from "./totals.ts";
import type { Direction } from "./direction.ts";
import { ArrivalSequence, EchoPeer, SendSequence } from "./traffic.ts";
import type { HistoryData } from "../history/history-data.ts";
import { type Places, placesOf } from "../inspect/places.ts";

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
  /** Knobs of the mode by name; what the CPU of the prices decides need not be set. */
  readonly knobs?: KnobValues;
  /** What steps cost, default on the default CPU; null: a guest access is a cycle, all else none. */
  readonly prices?: PriceList | null;
  readonly seed?: number;
  /** Whether the trace is kept, default true. */
  readonly trace?: boolean;
  /** Trace rows to keep at most, default all; the totals count them all the same. */
  readonly traceRowsMax?: number;
  /** Whether the state of every row is recorded, default false. It begins when the machine is up. */
  readonly history?: boolean;
  /** Whether probe, interface-up and warm-up stay in the trace and totals, default false. */
  readonly includeSetup?: boolean;
  /** Whether the frames on the wire and in the guest are kept, default true. */
  readonly keepFrames?: boolean;
  /** Hears now and then how many packets of how many are on their way. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** A frame as it was seen at one end. */
export interface SeenFrame {
  readonly packet: number;
  readonly timeCycles: number;
  readonly bytes: Uint8Array;
}

/** What the bits of registers mean, by `registerKey`; only registers whose fields are described. */
export type RegisterMeanings = ReadonlyMap<string, RegisterMeaning>;

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
  /** What the bits of the registers that occur in the trace mean. */
  readonly registerMeanings: RegisterMeanings;
  /** Frames of the guest that reached the peer, in order: without the headers of an overlay. */
  readonly transmitted: readonly SeenFrame[];
  /** Frames that reached the guest's socket, in order, as they lay in its memory. */
  readonly delivered: readonly SeenFrame[];
  /** Frames on the wire in both directions, in order, with whatever headers the host path adds. */
  readonly wire: readonly SeenFrame[];
  /** Frames given to the run, as sent or as they arrived. */
  readonly frames: readonly Uint8Array[];
  readonly cyclesPerMicrosecond: number;
  /** What it cost; undefined without prices. */
  readonly costs: RunCosts | undefined;
  /**
   * Latencies in cycles of the packets that arrived: from the application's send to the last bit on
   * the wire (tx), from the first bit to the application (rx), or there and back (echo).
   */
  readonly latencies: Float64Array;
  /** When each packet set out, in cycles; NaN for one that did not. */
  readonly sentAtCycles: Float64Array;
  /** The state of every row, when it was asked for: open it with `History`. */
  readonly history: HistoryData | undefined;
  /** Where its rings, tables and buffers lie. */
  readonly places: Places;
}

type SeenFrames = Pick<Run, "transmitted" | "delivered" | "wire">;

const ECHO_DELAY_MICROSECONDS = 20;
/** Rows to make room for at once: what most modes need for a packet, and 376 MiB at most. */
const ROWS_PER_PACKET = 128;
const ROWS_RESERVED_MAX = 1 << 23;
/** Packets between two calls of onProgress. */
const PROGRESS_PACKETS = 1024;

/** A machine that is up and warm, and whose frames are watched. */
export interface Prepared {
  readonly machine: Machine;
  readonly nic: Nic;
  readonly knobs: KnobValues;
  readonly packetCount: number;
  readonly seen: SeenFrames;
  /** Posts the packets' first step; the rest follows from it. */
  start(): void;
  /** What came of it, once all is at rest. */
  finish(): Run;
}

/** What is different for one of several guests of a host. */
export interface Place {
  readonly identity: GuestIdentity;
  /** Comes before anything is built. */
  readonly onMachine: (machine: Machine) => void;
}

/**
 * Runs a scenario from a cold machine: probe, interface up, one packet each way to warm up, then
 * the packets, until all is at rest.
 * @throws InputError when the scenario asks for what the mode does not have or carry.
 */
export function simulate(scenario: Scenario): Run {
  const prepared = prepare(scenario);
  prepared.start();
  prepared.machine.run();
  return prepared.finish();
}

/**
 * Brings a scenario's machine up: probe, interface up, one packet each way to warm up.
 * @throws InputError when the scenario asks for what the mode does not have or carry.
 */
export function prepare(scenario: Scenario, place?: Place): Prepared {
  const { mode, frames, direction } = scenario;
  const packetCount = scenario.packetCount ?? frames.length;
  check(scenario, packetCount);
  const prices = scenario.prices === undefined ? defaultPrices() : scenario.prices;
  const { machine, nic, knobs } = bringUp({
    mode,
    knobs: scenario.knobs ?? {},
    prices,
    identity: place?.identity ?? (direction === "rx" ? receiverOf(frames) : senderOf(frames)),
    seed: scenario.seed ?? 1,
    trace: scenario.trace ?? true,
    history: scenario.history === true,
    ...(scenario.traceRowsMax === undefined ? {} : { traceRowsMax: scenario.traceRowsMax }),
    ...(place === undefined ? {} : { onMachine: place.onMachine }),
    includeSetup: scenario.includeSetup === true,
  });
  machine.trace.reserve(Math.min(packetCount * ROWS_PER_PACKET, ROWS_RESERVED_MAX));
  const meter = new LatencyMeter(packetCount);
  const seen = watch(machine, nic, scenario, meter);
  const start = (): void => post(machine, nic, scenario, packetCount, meter);
  return {
    machine,
    nic,
    knobs,
    packetCount,
    seen,
    start,
    finish() {
      const trace = machine.trace.finish();
      return {
        mode,
        direction,
        packetCount,
        knobs,
        totals: readTotals(machine),
        trace,
        ...registersIn(machine, trace, mode.parts.driver),
        ...seen,
        frames,
        cyclesPerMicrosecond: machine.cyclesPerMicrosecond,
        costs: machine.pricing && readCosts(machine.pricing, machine.clock),
        latencies: meter.latencies(),
        sentAtCycles: meter.starts,
        history: machine.journal?.finish(),
        places: placesOf(machine, mode),
      };
    },
  };
}

/** The registers and ring fields that occur in a trace: their names, and what their bits mean. */
function registersIn(
  machine: Machine,
  trace: Trace,
  driver: string,
): Pick<Run, "registers" | "registerMeanings"> {
  const names = new Map<string, string>();
  const meanings = new Map<string, RegisterMeaning>();
  /** By `where`: a byte for each offset that was seen. */
  const seen: Uint8Array[] = [];
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row] as number;
    if (kind > KIND.ringStore || kind === KIND.configRead || kind === KIND.configWrite) continue;
    const where = trace.where[row] as number;
    const offset = trace.a[row] as number;
    let offsets = seen[where];
    if (offsets?.[offset] === 1) continue;
    const holder = trace.names[where] ?? "";
    const isRing = kind >= KIND.ringLoad;
    const block = isRing ? machine.blocks.get(holder) : undefined;
    const region = machine.regions.get(holder);
    if (offsets === undefined) {
      offsets = new Uint8Array(block?.byteCount ?? region?.byteCount ?? 0);
      seen[where] = offsets;
    }
    offsets[offset] = 1;
    const name = block
      ? ringFieldName(driver, holder, offset, block.byteCount)
      : region?.nameOf?.(offset);
    const key = registerKey(where, offset);
    if (name !== undefined) names.set(key, name);
    const meaning = isRing ? undefined : region?.meaningOf?.(offset);
    if (meaning !== undefined && meaning.fields.length > 0) meanings.set(key, meaning);
  }
  nameAddresses(machine, trace, driver, names);
  return { registers: names, registerMeanings: meanings };
}

/** Names the ring fields that the device reads and writes by address. */
function nameAddresses(
  machine: Machine,
  trace: Trace,
  driver: string,
  names: Map<string, string>,
): void {
  const blocks = [...machine.blocks.entries()];
  const seen = new Set<number>();
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row];
    if (kind !== KIND.dmaRead && kind !== KIND.dmaWrite) continue;
    const address = trace.b[row] as number;
    if (seen.has(address)) continue;
    seen.add(address);
    const found = blocks.find(
      ([, { base, byteCount }]) => address >= base && address < base + byteCount,
    );
    if (found === undefined) continue;
    const [name, { base, byteCount }] = found;
    const field = ringFieldName(driver, name, address - base, byteCount);
    if (field !== undefined) names.set(addressKey(address), field);
  }
}

/** Keeps the frames at both ends, and lets the peer echo if it is to. */
function watch(machine: Machine, nic: Nic, scenario: Scenario, meter: LatencyMeter): SeenFrames {
  const frames = {
    transmitted: [] as SeenFrame[],
    delivered: [] as SeenFrame[],
    wire: [] as SeenFrame[],
  };
  const keep = scenario.keepFrames ?? true;
  const delay = machine.microseconds(ECHO_DELAY_MICROSECONDS);
  const peer = scenario.direction === "echo" ? new EchoPeer(machine, nic, delay) : undefined;
  const outward = scenario.direction === "tx";
  const now = (): number => Math.max(machine.nowCycles, machine.clock.lastEndCycles);
  const seen = (packet: number, bytes: Uint8Array): SeenFrame => ({
    packet,
    timeCycles: now(),
    bytes,
  });
  const bytesAt = (address: number, byteCount: number): Uint8Array =>
    machine.memory.bytes.slice(address, address + byteCount);
  if (keep || peer !== undefined || outward) {
    nic.wire.onTransmit = (address, byteCount, packet) => {
      if (outward) meter.ended(packet, now());
      if (!keep && peer === undefined) return;
      const onWire = seen(packet, bytesAt(address, byteCount));
      if (keep) frames.wire.push(onWire);
      const { farEnd } = nic.wire.hostPath ?? {};
      const frame = farEnd === undefined ? onWire.bytes : farEnd.receive(onWire.bytes);
      if (frame === undefined) return;
      if (keep) frames.transmitted.push(frame === onWire.bytes ? onWire : seen(packet, frame));
      peer?.take(frame, packet);
    };
  }
  if (keep) nic.wire.onArrive = (frame, packet) => frames.wire.push(seen(packet, frame));
  if (keep || !outward) {
    nic.netDevice.onReceive = (address, byteCount, packet) => {
      if (!outward) meter.ended(packet, now());
      if (keep) frames.delivered.push(seen(packet, bytesAt(address, byteCount)));
    };
  }
  return frames;
}

/** Posts the packets' first step; the rest follows from it. */
function post(
  machine: Machine,
  nic: Nic,
  scenario: Scenario,
  packetCount: number,
  meter: LatencyMeter,
): void {
  const gapCycles = machine.microseconds(scenario.gapMicroseconds ?? 100);
  const { frames, onProgress } = scenario;
  const inward = scenario.direction === "rx";
  const Sequence = inward ? ArrivalSequence : SendSequence;
  const sequence = new Sequence(machine, nic, frames, packetCount, gapCycles);
  sequence.onStart = (packet) => meter.started(packet, machine.nowCycles);
  if (onProgress !== undefined) {
    sequence.onPacket = (count) => {
      if (count % PROGRESS_PACKETS === 0) onProgress(count, packetCount);
    };
  }
  if (inward) machine.post(sequence, 0);
  else {
    machine.postGuest(sequence, 0);
    sequence.packet = 0;
  }
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
  if (scenario.history === true && (scenario.trace === false || scenario.includeSetup === true)) {
    throw new InputError("History: it needs the trace, and begins when the machine is up.");
  }
  checkFrames(mode, frames);
}
