// What goes in comes out, to the byte, or is dropped with a cause; and totals, trace and frames tell
// the same. Every mode, every direction, every bundled capture, paced and all at once.
import { RESOURCE_COUNT, RESOURCES } from "../../../engine/core/resource.ts";
import { expect } from "chai";
import { EXIT_REASON, exitName } from "../../../engine/cpu/exit-reason.ts";
import { senderOf } from "../../../engine/guest/identity.ts";
import { MODES } from "../../../engine/modes/index.ts";
import { readCapture } from "../../../engine/packets/capture.ts";
import { PEER_MAC } from "../../../engine/packets/packet-generator.ts";
import { simulate, type Run, type SeenFrame } from "../../../engine/run/simulate.ts";
import { DIRECTIONS } from "../../../engine/run/direction.ts";
import { ACTORS } from "../../../engine/trace/actor.ts";
import { EVENTS, KIND, KIND_NAMES } from "../../../engine/trace/schema.ts";
import type { Trace } from "../../../engine/trace/store.ts";

const CAPTURES = [
  "ping.pcap",
  "ping-vlan.pcap",
  "web-page.pcapng",
  "imix-udp.pcap",
  "voice-rtp.pcapng",
  "ipv6-mix.pcap",
  "bulk-tcp.pcap",
  "fragments.pcap",
];
/**
 * Modes in which frames may lie in the device when all is at rest. 8139too acknowledges what arrived
 * with each frame it takes (drivers/net/ethernet/realtek/8139too.c, rtl8139_isr_ack): a poll that
 * used its budget up finds no cause left, and the rest of a burst waits for the next frame.
 */
const WAITING: Readonly<Record<string, number>> = { "vtx-rtl8139too": 64 };

/** NICs pad what is shorter: IEEE Std 802.3, 4.2.3.3 "Minimum frame size". */
const FRAME_BYTES_MIN = 60;

/** Rows of a kind, and the sum of their column `a`. */
function query(trace: Trace, kind: number): { count: number; sum: number } {
  let count = 0;
  let sum = 0;
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== kind) continue;
    count++;
    sum += trace.a[row] as number;
  }
  return { count, sum };
}

/** Rows of a kind that are not the guest driver's: its driver domain's, the hypervisor's. */
function foreignCount(trace: Trace, kind: number): number {
  let count = 0;
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] === kind && trace.actor[row] !== ACTORS.guestDriver.code) count++;
  }
  return count;
}

function expectSame(seen: SeenFrame, given: Uint8Array, what: string): void {
  const padded = new Uint8Array(
    seen.bytes.length === given.length ? given.length : FRAME_BYTES_MIN,
  );
  padded.set(given);
  let at = 0;
  while (at < padded.length && padded[at] === seen.bytes[at]) at++;
  expect(at, `${what}, first byte that differs`).to.equal(padded.length);
  expect(seen.bytes.length, what).to.equal(padded.length);
}

/** Each frame seen is the one that its packet number names, in order and once. */
function expectFrames(
  seen: readonly SeenFrame[],
  frames: readonly Uint8Array[],
  what: string,
): void {
  let last = -1;
  for (const frame of seen) {
    expect(frame.packet, `${what}, order`).to.be.greaterThan(last);
    last = frame.packet;
    expectSame(
      frame,
      frames[frame.packet % frames.length] as Uint8Array,
      `${what} ${frame.packet}`,
    );
  }
}

function expectSoundTrace(trace: Trace): void {
  const ends = new Float64Array(RESOURCE_COUNT);
  for (let row = 0; row < trace.length; row++) {
    const [parent, cause] = [trace.parent[row] as number, trace.cause[row] as number];
    const at = `row ${row}, ${KIND_NAMES[trace.kind[row] as number]}`;
    if (parent >= row || cause >= row || parent < -1 || cause < -1) {
      expect.fail(`${at}: parent ${parent}, cause ${cause}`);
    }
    const start = trace.startCycles[row] as number;
    const resource = trace.resource[row] as number;
    // A CPU does one thing after the other; a NIC's steps for two packets overlap.
    // Polls that found nothing are told of at their end.
    const polls = (trace.names[trace.where[row] as number] ?? "").endsWith("empty polls:");
    if (resource < RESOURCES.nic.code && !polls) {
      if (start < (ends[resource] as number)) expect.fail(`${at}: goes back`);
      ends[resource] = start;
    }
    const causedAt = cause < 0 ? -1 : (trace.startCycles[cause] as number);
    // A vCPU that is kicked out leaves at its own moment, up to a step of the kicker's earlier.
    const kicked = trace.kind[row] === KIND.vmExit || trace.kind[row] === KIND.vmEntry;
    if (start < causedAt && !kicked) expect.fail(`${at}: before cause`);
    if (parent < 0) continue;
    const kind = trace.kind[parent];
    if (kind !== KIND.call && kind !== KIND.interruptTaken) continue;
    if (trace.resource[parent] !== resource) continue;
    const end = (trace.startCycles[parent] as number) + (trace.durationCycles[parent] as number);
    // Durations are kept to seven digits.
    if (start + (trace.durationCycles[row] as number) > end + 1) {
      expect.fail(`${at}: ends after the span of row ${parent}, which ends at ${end}`);
    }
  }
}

/** Polls that found nothing, as the rows that stand for stretches of them say. */
function emptyPolls(trace: Trace): number {
  let sum = 0;
  for (let row = 0; row < trace.length; row++) {
    const name = trace.names[trace.where[row] as number] ?? "";
    if (name.endsWith(", empty polls:")) sum += trace.a[row] as number;
  }
  return sum;
}

/** Rows of a kind by the name that they carry. */
function countsByName(trace: Trace, kind: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== kind) continue;
    const name = trace.names[trace.where[row] as number] ?? "";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function expectTotals({ totals, trace }: Run): void {
  const count = (...kinds: number[]) => kinds.reduce((n, kind) => n + query(trace, kind).count, 0);
  const sum = (kind: number) => query(trace, kind).sum;
  const foreign = (kind: number): number => foreignCount(trace, kind);
  const exits: Record<string, number> = {};
  for (const reason of Object.values(EXIT_REASON)) {
    let n = 0;
    for (let row = 0; row < trace.length; row++) {
      if (trace.kind[row] === KIND.vmExit && trace.a[row] === reason) n++;
    }
    if (n > 0) exits[exitName(reason)] = n;
  }
  expect(totals).to.deep.equal({
    exits: count(KIND.vmExit),
    exitsByReason: exits,
    userExits: count(KIND.userExit),
    hypercalls: count(KIND.hypercall),
    hypercallsByName: totals.hypercallsByName,
    callouts: count(KIND.callout),
    calloutsByName: countsByName(trace, KIND.callout),
    exceptions: count(KIND.exception),
    injectedInterrupts: count(KIND.interruptInjected),
    postedInterrupts: count(KIND.interruptPosted),
    contextSwitches: count(KIND.contextSwitch),
    wakeUps: count(KIND.wakeUp),
    upcalls: count(KIND.upcall),
    systemCalls: count(KIND.systemCall),
    emptyPolls: emptyPolls(trace),
    emptyPollsByLoop: totals.emptyPollsByLoop,
    iommuFaults: count(KIND.iommuFault),
    registerReads: count(KIND.mmioRead, KIND.pioRead, KIND.configRead),
    registerWrites: count(KIND.mmioWrite, KIND.pioWrite, KIND.configWrite),
    ringLoads: count(KIND.ringLoad) - foreign(KIND.ringLoad),
    ringStores: count(KIND.ringStore) - foreign(KIND.ringStore),
    foreignRingLoads: foreign(KIND.ringLoad),
    foreignRingStores: foreign(KIND.ringStore),
    interrupts: count(KIND.interruptTaken),
    interruptMessages: count(KIND.msix, KIND.intxAssert),
    copies: count(KIND.copy),
    copiedBytes: sum(KIND.copy),
    dmaReads: count(KIND.dmaRead),
    dmaReadBytes: sum(KIND.dmaRead),
    dmaWrites: count(KIND.dmaWrite),
    dmaWrittenBytes: sum(KIND.dmaWrite),
    transmittedFrames: count(KIND.wireTransmit),
    arrivedFrames: count(KIND.wireReceive),
    deliveredFrames: count(KIND.deliver),
    droppedFrames: count(KIND.frameDropped),
    guestErrors: 0,
    events: trace.length,
  });
  expect(count(KIND.vmEntry)).to.equal(totals.exits);
  expect(count(KIND.lapicEoi)).to.equal(totals.interrupts);
  expect(count(...Object.values(EVENTS).map((event) => event.code))).to.equal(trace.length);
}

/** Whatever arrived is with the guest or dropped, or waits behind whole budgets of a poll. */
function expectArrived({ mode, packetCount, totals }: Run): void {
  const missing = packetCount - totals.deliveredFrames - totals.droppedFrames;
  const budget = WAITING[mode.id];
  if (budget !== undefined && missing > 0) {
    expect(totals.deliveredFrames % budget, "whole polls").to.equal(0);
  } else expect(missing, "frames that are nowhere").to.equal(0);
}

function expectConserved(run: Run): void {
  const { direction, packetCount, totals, frames } = run;
  const dropped = totals.droppedFrames;
  expect(run.transmitted.length).to.equal(totals.transmittedFrames);
  expect(run.delivered.length).to.equal(totals.deliveredFrames);
  if (direction === "rx") {
    expect(totals.arrivedFrames).to.equal(packetCount);
    expectArrived(run);
    expectFrames(run.delivered, frames, "delivered");
    return;
  }
  expectFrames(run.transmitted, frames, "transmitted");
  if (direction === "tx") {
    expect(totals.transmittedFrames + dropped).to.equal(packetCount);
    return;
  }
  expect(totals.arrivedFrames).to.equal(totals.transmittedFrames);
  expectArrived(run);
  const guest = senderOf(frames).mac;
  const echoed = frames.map((frame) => {
    const back = frame.slice();
    back.set(guest, 0);
    back.set(((frame[0] as number) & 1) === 0 ? frame.subarray(0, 6) : PEER_MAC, 6);
    return back;
  });
  expectFrames(run.delivered, echoed, "echoed");
}

for (const mode of MODES) {
  describe(`A run of ${mode.id}`, () => {
    for (const direction of DIRECTIONS) {
      for (const file of CAPTURES) {
        it(`conserves frames and counts, ${direction}, ${file}`, async () => {
          const answer = await fetch(`/site/public/captures/${file}`);
          const capture = readCapture(new Uint8Array(await answer.arrayBuffer()), file);
          const frames = capture.packets.map((packet) => packet.frame);
          for (const gapMicroseconds of [100, 0]) {
            const run = simulate({ mode, frames, direction, gapMicroseconds });
            if (gapMicroseconds > 0) expect(run.totals.droppedFrames).to.equal(0);
            expectConserved(run);
            expectTotals(run);
            expectSoundTrace(run.trace);
          }
        });
      }
    }
  });
}
