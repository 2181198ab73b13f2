import { InputError } from "../core/input-error.ts";
import { Random } from "../core/random.ts";
import { receiverOf, senderOf } from "../guest/identity.ts";
import type { Nic } from "../devices/nic.ts";
import { answered, routed } from "../guest/frame-turn.ts";
import { PollModePort } from "../guest/poll-mode-port.ts";
import { ReceiveSocket } from "../guest/receive-socket.ts";
import type { Machine } from "../machine.ts";
import { checkFrames } from "../run/frame-check.ts";
import { bringUp, forget, type PreparedMachine } from "../run/prepared-machine.ts";
import { LoadMeter } from "./load-meter.ts";
import type { LoadResult } from "./load-result.ts";
import { BurstSource, type PacketSource, SocketSource, WireSource } from "./packet-source.ts";
import { ClosedPacer, OpenPacer, type Pacer } from "./pacer.ts";
import { readLoad } from "./read-load.ts";
import { LOAD_DIRECTIONS, type LoadScenario, type LoadSource } from "./scenario.ts";

/** Packets offered before those that are measured, as a share of these. */
const WARM_UP_SHARE = 0.25;
/** The guest's memory: enough for every driver's rings and full queues, and quick to make anew. */
const GUEST_BYTES = 40 << 20;
/** Cycles between two looks at whether the run is to end early, in microseconds. */
const SLICE_MICROSECONDS = 10_000;

/**
 * Puts a mode under load: packets come from a source until all have arrived or were dropped.
 * @throws InputError when the scenario asks for what the mode does not have or carry.
 */
export function simulateLoad(scenario: LoadScenario): LoadResult {
  return new LoadSeries(scenario).run(scenario.source);
}

/**
 * Puts a mode under one load after another: the machine is brought up once, and rests between two
 * loads. Where packets were left behind in it, the next load has a machine of its own.
 */
export class LoadSeries {
  readonly #scenario: Omit<LoadScenario, "source">;
  #prepared: PreparedMachine | undefined;

  constructor(scenario: Omit<LoadScenario, "source">) {
    this.#scenario = scenario;
  }

  /**
   * @param packetCount Packets that are measured, default the scenario's.
   * @throws InputError when load and scenario ask for what the mode does not have or carry.
   */
  run(source: LoadSource, packetCount = this.#scenario.packetCount): LoadResult {
    const scenario = { ...this.#scenario, source, packetCount };
    checkScenario(scenario);
    const prepared = this.#prepared ?? bringUpFor(scenario);
    const { machine } = prepared;
    // What the last load's frames still keep busy is over when the next load begins.
    machine.scheduler.nowCycles = machine.clock.horizonCycles;
    const first = Math.ceil(packetCount * WARM_UP_SHARE);
    const meter = new LoadMeter(first, first + packetCount);
    listen(prepared, scenario, meter);
    const pacer = pacerOf(scenario, machine, scenario.seed ?? 1);
    const packets = makeSource(prepared, scenario, meter, pacer);
    meter.onSettled = (cycles) => {
      if (pacer.settled(cycles)) packets.plan();
    };
    packets.plan();
    runToEnd(machine, scenario);
    packets.retire();
    const whole = meter.strand() === 0 && scenario.signal?.aborted !== true;
    this.#prepared = whole ? prepared : undefined;
    return readLoad(prepared, scenario, meter);
  }
}

function bringUpFor({
  direction,
  frames,
  knobs = {},
  mode,
  prices,
  seed = 1,
}: LoadScenario): PreparedMachine {
  const identity = direction === "tx" ? senderOf(frames) : receiverOf(frames);
  return bringUp({
    mode,
    knobs,
    prices,
    identity,
    seed,
    trace: false,
    guestBytes: GUEST_BYTES,
  });
}

function runToEnd(machine: Machine, { signal }: LoadScenario): void {
  if (signal === undefined) {
    machine.run();
    return;
  }
  const slice = machine.microseconds(SLICE_MICROSECONDS);
  while (!signal.aborted && !machine.scheduler.resting) {
    const next = machine.scheduler.nextDueCycles;
    if (next === Infinity) return;
    machine.run(Math.max(next, machine.nowCycles) + slice);
  }
}

function pacerOf({ source }: LoadScenario, machine: Machine, seed: number): Pacer {
  const startCycles = machine.nowCycles;
  if (source.kind === "closed") {
    const think = machine.microseconds(source.thinkMicroseconds ?? 0);
    return new ClosedPacer(startCycles, source.outstanding, think);
  }
  const gapCycles = machine.microseconds(1e6) / source.packetsPerSecond;
  const random = source.spacing === "poisson" ? new Random(seed) : undefined;
  return new OpenPacer(startCycles, gapCycles, random);
}

function makeSource(
  { machine, nic }: PreparedMachine,
  { direction, frames }: LoadScenario,
  meter: LoadMeter,
  pacer: Pacer,
): PacketSource {
  const options = {
    machine,
    nic,
    frames,
    pacer,
    count: meter.count,
    onStart(packet: number, dueCycles: number): void {
      meter.started(packet, dueCycles, machine.nowCycles);
      if (packet === meter.first) forget(machine);
    },
  };
  const polls = nic.netDevice instanceof PollModePort;
  const Source = direction !== "tx" ? WireSource : polls ? BurstSource : SocketSource;
  return new Source(options);
}

/** Tells the meter of packets that arrive and of those that are dropped. */
function listen(
  { machine, nic }: PreparedMachine,
  { direction }: LoadScenario,
  meter: LoadMeter,
): void {
  const now = (): number => Math.max(machine.nowCycles, machine.clock.lastEndCycles);
  machine.onDrop = (actor, why, packet) =>
    meter.dropped(packet, actor, machine.trace.name(why), now());
  const { netDevice } = nic;
  const polls = netDevice instanceof PollModePort;
  if (direction === "rx") {
    netDevice.onReceive = (_address, _byteCount, packet) => meter.delivered(packet, now());
    if (!polls) {
      const read = (_: unknown, __: number, packet: number): void => meter.delivered(packet, now());
      netDevice.socket = new ReceiveSocket(machine, read, false);
    }
    return;
  }
  if (direction === "forward") netDevice.sendsOn = routed;
  else if (direction === "rr" && polls) netDevice.sendsOn = answered;
  else if (direction === "rr") netDevice.socket = serverSocket(machine, nic);
  const farEnd = nic.wire.hostPath?.farEnd;
  nic.wire.onTransmit = (address, byteCount, packet) => {
    const { bytes } = machine.memory;
    // The other host gets copies for an analyzer, and fragments, that are not the packet.
    if (farEnd?.receive(bytes.slice(address, address + byteCount)) !== undefined || !farEnd)
      meter.delivered(packet, now());
  };
}

/** The guest's server: answers each request, and sleeps while its send buffer is full. */
function serverSocket(machine: Machine, { netDevice }: Nic): ReceiveSocket {
  const { sendBuffer } = netDevice.skbs;
  const answer = (frame: Uint8Array | undefined, byteCount: number, packet: number): void => {
    if (frame === undefined) return;
    answered(frame, 0, byteCount);
    machine.kernel.runProcess(() => netDevice.send(frame, packet));
  };
  const socket = new ReceiveSocket(machine, answer, true);
  const wake = (): void => socket.wake();
  socket.ready = () => {
    if (!sendBuffer.writable) sendBuffer.sleep(wake);
    return sendBuffer.writable;
  };
  return socket;
}

function checkScenario(scenario: LoadScenario): void {
  const { direction, frames, mode, packetCount, source } = scenario;
  if (frames.length === 0) throw new InputError("Packets: there are none; at least one is needed.");
  if (!Number.isInteger(packetCount) || packetCount < 1 || packetCount > 1e7) {
    throw new InputError(`Packets: ${packetCount} is not an integer from 1 to 10000000.`);
  }
  if (!LOAD_DIRECTIONS.includes(direction)) {
    throw new InputError(`Direction: ${direction} is not one of ${LOAD_DIRECTIONS.join(", ")}.`);
  }
  if (source.kind === "open" && !(source.packetsPerSecond > 0 && source.packetsPerSecond <= 1e9)) {
    throw new InputError(
      `Load: ${source.packetsPerSecond} is not a number of packets a second from 0 to 1000000000.`,
    );
  }
  const { outstanding = 1 } = source.kind === "closed" ? source : {};
  if (!Number.isInteger(outstanding) || outstanding < 1 || outstanding > 1e5) {
    throw new InputError(
      `Load: ${outstanding} packets under way is not a number from 1 to 100000.`,
    );
  }
  const { thinkMicroseconds: think = 0 } = source.kind === "closed" ? source : {};
  if (!(think >= 0 && think <= 1e6)) {
    throw new InputError(`Load: ${think} is not a number of microseconds from 0 to 1000000.`);
  }
  checkFrames(mode, frames);
}
