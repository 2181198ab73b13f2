import { InputError } from "../core/input-error.ts";
import { readCapture } from "../packets/capture.ts";
import {
  echoOf,
  farEndDatagram,
  FAR_END_MAC,
  guestDatagram,
  withoutPadding,
} from "./agent-frame.ts";
import type { RecordedEvent, WireEvent } from "./event.ts";
import { PHASES, type PhaseName, type RecordedRun, type RecordingFolder } from "./folder.ts";
import { readSmallHeadOffset } from "./head-placement.ts";
import { firstIdentification } from "./identification.ts";
import type { NicScenario } from "./verified-nic.ts";

/** The packets of one phase: what the guest sends and what arrives for it, each in order. */
export interface PhasePackets {
  readonly name: PhaseName;
  /** Frames as the guest's socket makes them: not padded. */
  readonly sent: readonly Uint8Array[];
  /** Frames as they come from the wire. */
  readonly arriving: readonly Uint8Array[];
  /** Frames the far end saw, or undefined where their bytes are not known (length only). */
  readonly onWire: readonly Uint8Array[] | undefined;
}

/** What one run did, as far as it is an input: NIC, driver, packets. */
export interface Scenario {
  readonly nic: NicScenario;
  readonly phases: ReadonlyMap<PhaseName, PhasePackets>;
}

/**
 * Reads the scenario of a run.
 * @throws InputError when the capture does not hold the frames that the phases count.
 */
export function readScenario(folder: RecordingFolder, run: RecordedRun): Scenario {
  const { manifest } = run;
  const nic: NicScenario = {
    device: manifest.nic,
    driver: manifest.driver,
    memoryBytes: manifest.memoryBytes,
    rssKey: readRssKey(run.phases.get("init")?.events ?? []),
    vfAddresses: readVfAddresses(run),
    watchdogBeforeVfs: readWatchdogBeforeVfs(run),
    smallHeadOffset: readSmallHeadOffset(run),
    receiveModeRuns: readReceiveModeRuns(run.phases.get("init")?.events ?? []),
  };
  const known = run.variant === "plain" && folder.capture !== undefined;
  const phases = known
    ? packetsOfCapture(folder.capture as Uint8Array, run)
    : packetsOfAgent(folder, run);
  return { nic, phases };
}

/** Each run of virtio_net's work item is three control commands: two modes and the MAC table. */
function readReceiveModeRuns(init: readonly RecordedEvent[]): number {
  const commands = init.filter((event) => event.op === "notify" && event.queue === "ctrl").length;
  return Math.round(commands / 3);
}

/** The frames on the wire in a phase, per direction, as the recording counts them. */
function wireLines(events: readonly RecordedEvent[], op: "wire_tx" | "wire_rx"): WireEvent[] {
  return events.filter((event): event is WireEvent => event.op === op);
}

/** A plain run's frames stand in `wire.pcap`, in the order of the phases. */
function packetsOfCapture(capture: Uint8Array, run: RecordedRun): Map<PhaseName, PhasePackets> {
  const frames = readCapture(capture, "wire.pcap", { maxFrameBytes: 9018 }).packets;
  const fromFarEnd = (frame: Uint8Array): boolean =>
    FAR_END_MAC.every((byte, i) => frame[6 + i] === byte);
  const out = frames.map((p) => p.frame).filter((frame) => !fromFarEnd(frame));
  const into = frames.map((p) => p.frame).filter((frame) => fromFarEnd(frame));
  let outAt = 0;
  let intoAt = 0;
  const phases = new Map<PhaseName, PhasePackets>();
  for (const [name, { events, file }] of run.phases) {
    const sentCount = wireLines(events, "wire_tx").length;
    const arrivingLines = wireLines(events, "wire_rx");
    const onWire = out.slice(outAt, outAt + sentCount);
    const arriving = into.slice(intoAt, intoAt + arrivingLines.length);
    const lines = [...wireLines(events, "wire_tx"), ...arrivingLines];
    checkLengths(file, lines, [...onWire, ...arriving]);
    outAt += sentCount;
    intoAt += arrivingLines.length;
    phases.set(name, { name, sent: onWire.map(withoutPadding), arriving, onWire });
  }
  if (outAt !== out.length || intoAt !== into.length) {
    throw new InputError(
      `wire.pcap: ${out.length} frames from the guest and ${into.length} to it, ` +
        `expected ${outAt} and ${intoAt} as the phases count`,
    );
  }
  return phases;
}

function checkLengths(file: string, lines: WireEvent[], frames: readonly Uint8Array[]): void {
  for (const [at, line] of lines.entries()) {
    const frame = frames[at];
    if (frame !== undefined && frame.length === line.byteCount) continue;
    const found = frame === undefined ? "no frame" : `a frame of ${frame.length} bytes`;
    throw new InputError(
      `wire.pcap: ${found} for ${file}, line ${line.line}, expected ${line.byteCount} bytes`,
    );
  }
}

/** A run without a capture: the recorder's datagrams are known by length and sequence number. */
function packetsOfAgent(folder: RecordingFolder, run: RecordedRun): Map<PhaseName, PhasePackets> {
  const guestMac = guestAddress(run);
  let guestIdentification = firstIdentification(run);
  let farEndIdentification = 1;
  const phases = new Map<PhaseName, PhasePackets>();
  for (const name of PHASES) {
    const events = eventsOf(folder, run, name);
    if (events === undefined) continue;
    const burst = name.startsWith("burst");
    const sent = wireLines(events, "wire_tx").map((line, at) =>
      guestDatagram({
        guestMac,
        payloadBytes: payloadBytes(line),
        seq: line.seq >= 0 ? line.seq : at,
        identification: guestIdentification++,
        ...(burst ? { fillSeq: 0 } : {}),
      }),
    );
    const arriving = wireLines(events, "wire_rx").map((line, at) =>
      name === "echo" && sent[at] !== undefined
        ? echoOf(sent[at])
        : farEndDatagram({
            guestMac,
            payloadBytes: payloadBytes(line),
            seq: line.seq >= 0 ? line.seq : at,
            identification: farEndIdentification++,
          }),
    );
    phases.set(name, { name, sent, arriving, onWire: undefined });
  }
  return phases;
}

/** The run under the plugin has no warmup file: the plain run's warmup sent the same. */
function eventsOf(
  folder: RecordingFolder,
  run: RecordedRun,
  name: PhaseName,
): readonly RecordedEvent[] | undefined {
  const own = run.phases.get(name);
  if (own !== undefined || name !== "warmup") return own?.events;
  const other = folder.runs.find((candidate) => candidate.phases.has("warmup"));
  return other?.phases.get("warmup")?.events;
}

function payloadBytes(line: WireEvent): number {
  return line.payloadBytes >= 0 ? line.payloadBytes : Math.max(0, line.byteCount - 42);
}

/** The address of the NIC that carries the packets. */
function guestAddress(run: RecordedRun): Uint8Array {
  const ofVf = readVfAddresses(run).at(-1);
  if (ofVf !== undefined) return ofVf;
  const { nic } = run.manifest;
  const text = nic.options.get("mac") ?? "52:54:00:12:34:56";
  const bytes = Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16));
  if (bytes.length !== 6) {
    throw new InputError(`manifest: field command has mac=${text}, expected six bytes`);
  }
  return bytes;
}

/** The guest's RSS key is random: the words it programmed into RSSRK are an input. */
function readRssKey(events: readonly RecordedEvent[]): readonly number[] {
  const key: number[] = [];
  for (const event of events) {
    if (event.op !== "mmio_write" || event.region !== "igb-mmio") continue;
    const word = (event.offset - 0x5c80) / 4;
    if (Number.isInteger(word) && word >= 0 && word < 10) key[word] = Number(event.value);
  }
  return key;
}

const VF_MAILBOX = 0x800;
const SET_MAC_ADDRESS = 2n;

/**
 * The addresses that a VF asked its PF for, in order: igbvf draws the first when the PF gives it
 * none, the recorder's script sets the last.
 */
function readVfAddresses(run: RecordedRun): Uint8Array[] {
  const addresses: Uint8Array[] = [];
  let words: bigint[] = [];
  for (const event of run.phases.get("init")?.events ?? []) {
    if (event.op !== "mmio_write" || event.region !== "igbvf-mmio") continue;
    const word = (event.offset - VF_MAILBOX) / 4;
    if (word === 0) words = event.value === SET_MAC_ADDRESS ? [event.value] : [];
    else if (word === words.length && words.length > 0) words.push(event.value);
    if (words.length < 3) continue;
    const address = new Uint8Array(6);
    const view = new DataView(address.buffer);
    view.setUint32(0, Number(words[1]), true);
    view.setUint16(4, Number(words[2]), true);
    addresses.push(address);
    words = [];
  }
  return addresses;
}

/** NumVFs in the PF's SR-IOV capability, and the register with which a watchdog run ends. */
const NUM_VFS = 0x170;
const EICS = 0x1520;

/** Whether the PF's watchdog ran between the mark of VF enabling and the write of NumVFs. */
function readWatchdogBeforeVfs(run: RecordedRun): boolean {
  let begun = false;
  for (const event of run.phases.get("init")?.events ?? []) {
    if (event.op === "mark") begun = event.mark.startsWith("sriov_numvfs");
    if (!begun) continue;
    if (event.op === "cfg_write" && event.offset === NUM_VFS) return false;
    if (event.op === "mmio_write" && event.region === "igb-mmio" && event.offset === EICS) {
      return true;
    }
  }
  return false;
}
