// Xen's prices against what was recorded: summary.json of recordings/xen/xen-pv-netfront, per_packet,
// frames with 18 to 64 bytes of payload. Does not cover: cycles; dom0's own stack and NIC driver,
// because the recording's peer is a process in dom0.
import { expect } from "chai";
import { findRule } from "../../../../engine/ledger/charge.ts";
import { COST_TABLE, type CostName } from "../../../../engine/ledger/costs/index.ts";
import { XEN } from "../../../../engine/ledger/costs/xen.ts";
import { XEN_DRIVER } from "../../../../engine/ledger/costs/xen-driver.ts";
import { findMode } from "../../../../engine/modes/index.ts";
import { generatePackets } from "../../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../../engine/run/simulate.ts";
import { ACTORS, type ActorName } from "../../../../engine/trace/actor.ts";
import { KIND_NAMES } from "../../../../engine/trace/schema.ts";
import type { Trace } from "../../../../engine/trace/store.ts";

type Costs = Readonly<Record<string, unknown>>;
const GUEST = ["guestDriver", "guestApplication"];
/** All that is not Xen's. */
const LINUX: Costs = Object.fromEntries(
  Object.entries(COST_TABLE).filter(([name]) => !(name in XEN)),
);
const ACTOR_NAMES = new Map(
  Object.entries(ACTORS).map(([name, { code }]) => [code as number, name]),
);

/** Instructions of a row's parts that are primitives of `costs`, mitigations off. */
function instructions(trace: Trace, row: number, costs: Costs): number {
  const kind = KIND_NAMES[trace.kind[row] as number];
  const actor = ACTOR_NAMES.get(trace.actor[row] as number) as ActorName;
  const where = trace.names[trace.where[row] as number] as string;
  const rule = kind === undefined ? undefined : findRule(kind, actor, where, "xen-netfront");
  let sum = 0;
  for (const part of rule?.parts ?? []) {
    const { cost, per, times = 1 } = typeof part === "string" ? { cost: part } : part;
    const price = COST_TABLE[cost];
    if (!(cost in costs) || price.unit !== "instructions" || cost.startsWith("mitigation"))
      continue;
    sum += price.value.typical * times * (per === "value" ? (trace.a[row] as number) : 1);
  }
  return sum;
}

/** Sum over the rows from the `first` on to the `last` of a kind and name, of these actors. */
function sumOf(
  trace: Trace,
  costs: Costs,
  actors: readonly string[],
  from: (name: string) => boolean,
): number {
  const rows = [...trace.kind.keys()];
  const starts = rows.filter((row) => from(trace.names[trace.where[row] as number] as string));
  const [first, end] = [starts.at(-2), starts.at(-1)];
  if (first === undefined || end === undefined) throw new Error("two packets");
  return rows
    .slice(first, end)
    .filter((row) => actors.includes(ACTOR_NAMES.get(trace.actor[row] as number) as string))
    .reduce((sum, row) => sum + instructions(trace, row, costs), 0);
}

function traceOf(direction: "tx" | "rx"): Trace {
  const frames = [...generatePackets({ count: 3, frameBytesWithoutFcs: 106, seed: 1, direction })];
  const mode = findMode("xen-netfront");
  return simulate({ mode, frames, packetCount: 3, direction, gapMicroseconds: 20_000 }).trace;
}

/** A packet's hypercalls and exceptions, priced. */
function priced(counts: Partial<Record<CostName, number>>): number {
  return Object.entries(counts).reduce(
    (sum, [name, count]) => sum + COST_TABLE[name as CostName].value.typical * count,
    0,
  );
}

const SEND_AND_WAKE = { xenEventSend: 1, xenEventSetPending: 1, xenVcpuWake: 1 };

describe("The prices of Xen", () => {
  it("come to the instructions that were recorded, by the hypercalls of each domain's packet", () => {
    const transmitDomU = priced({
      ...SEND_AND_WAKE,
      xenReturnToKernel: 1,
      xenReturnToUser: 1,
      xenBlock: 2,
      xenSetSegmentBase: 1,
      xenStackSwitch: 1,
      xenEmulateMsrRead: 1,
      xenSyscallBounce: 2,
    });
    const receiveDomU = priced({
      xenReturnToKernel: 1,
      xenReturnToUser: 2,
      xenBlock: 1,
      xenSetSegmentBase: 2,
      xenStackSwitch: 2,
      xenEmulateMsrRead: 2,
      xenSetTimer: 2,
      xenSyscallBounce: 2,
    });
    const transmitDom0 = priced({
      ...SEND_AND_WAKE,
      xenGrantCopyCall: 1,
      xenGrantCopyOperation: 1,
      xenReturnToKernel: 1,
      xenReturnToUser: 1,
      xenBlock: 1,
      xenSetSegmentBase: 2,
      xenStackSwitch: 2,
      xenSetTimer: 2,
      xenEmulateMsrRead: 2,
      xenSyscallBounce: 1,
    });
    expect(transmitDomU / 7520).to.be.within(0.97, 1.03);
    expect(receiveDomU / 7799).to.be.within(0.95, 1.05);
    expect(transmitDom0 / 10_722).to.be.within(0.95, 1.05);
    expect(priced({ xenDomainSwitch: 1, xenUpcall: 1 })).to.equal(1779);
  });

  it("give grant operations of a batch what a batch of 64 was recorded to take", () => {
    const batch = (call: CostName, each: CostName): number => priced({ [call]: 1, [each]: 64 });
    expect(batch("xenGrantMapCall", "xenGrantMapOperation")).to.be.closeTo(58_412, 100);
    expect(batch("xenGrantUnmapCall", "xenGrantUnmapOperation")).to.be.closeTo(56_619, 100);
    const copiedBytes = 64 * (128 / 8);
    const copy = batch("xenGrantCopyCall", "xenGrantCopyOperation") + copiedBytes;
    expect(copy).to.be.closeTo(59_982, 100);
  });

  it("come to Xen's recorded instructions for a packet that the engine sends", () => {
    const all = ["guestApplication", "guestDriver", "hypervisor", "deviceModel"];
    const xen = sumOf(traceOf("tx"), XEN, all, (name) => name === "sendto: user to socket buffer");
    // The next packet's timer is between two sends; the recording has dom0's process besides.
    const timer = { xenSetTimer: 1, xenTimerInterrupt: 1, xenDomainSwitch: 1, xenUpcall: 1 };
    const woken = { xenEventSetPending: 1, xenVcpuWake: 1, xenReturnToKernel: 1, xenIdleLeave: 1 };
    const thread = { xenSetSegmentBase: 2, xenStackSwitch: 2, xenEmulateMsrRead: 2 };
    const process = priced({ ...thread, xenSetTimer: 2, xenReturnToUser: 1, xenSyscallBounce: 1 });
    const wake = priced({ ...timer, ...woken, xenSetSegmentBase: 1, xenStackSwitch: 1 });
    const between = wake + priced({ xenEmulateMsrRead: 1 });
    expect((xen - between + process) / (7520 + 10_722 + 2 * 1779)).to.be.within(0.9, 1.1);
  });

  it("come to the guest's recorded instructions for packets sent and received", () => {
    const wokenBefore = priced({ xenGuestTimer: 1, xenThreadSwitch: 1, xenEventDispatch: 1 });
    const sent = sumOf(traceOf("tx"), LINUX, GUEST, (name) => name.startsWith("sendto: user"));
    expect((sent - wokenBefore) / 11_448).to.be.within(0.9, 1.1);
    const received = sumOf(traceOf("rx"), LINUX, GUEST, (name) => name === "wire");
    expect(received / 19_183).to.be.within(0.9, 1.1);
  });

  it("come to what dom0's kernel was recorded to execute for netback", () => {
    const dom0 = ["deviceModel"];
    // From upcall to bridge and from NAPI's end to the return; the rest is the receiving process.
    const recordedSending = 3639 + 417 + 401 + 626;
    const sending = sumOf(traceOf("tx"), XEN_DRIVER, dom0, (name) =>
      name.startsWith("sendto: user"),
    );
    expect(sending / recordedSending).to.be.within(0.9, 1.1);
    // The thread woken, two switches and its work; the engine's dom0 leaves its idle loop besides.
    const recordedReceiving = 2542 + 2085 + 651 + 306 + 802 + 2801 + 1575 + 364;
    const receiving = sumOf(traceOf("rx"), XEN_DRIVER, dom0, (name) => name === "wire");
    const nicInterrupt = priced({ xenEventDispatch: 1 });
    expect((receiving - nicInterrupt) / recordedReceiving).to.be.within(0.9, 1.1);
  });
});
