import { expect } from "chai";
import { rowCell } from "../../../engine/trace/lane-cell.ts";
import { EVENTS, type EventName } from "../../../engine/trace/schema.ts";
import { actorLabel, describeRow, hex, registerKey } from "../../../engine/trace/sentence.ts";
import { aTrace } from "./a-trace.ts";

/** Every kind with a = 4 and b = 38 at "NAME": its sentence and its cell in a lane. */
const WORDS: Readonly<Record<EventName, readonly [string, string]>> = {
  mmioRead: ["reads IMR of NAME: 0x26", "IMR → 0x26"],
  mmioWrite: ["writes 0x26 to IMR of NAME", "IMR ← 0x26"],
  pioRead: ["reads IMR of NAME: 0x26", "IMR → 0x26"],
  pioWrite: ["writes 0x26 to IMR of NAME", "IMR ← 0x26"],
  configRead: ["reads configuration space of NAME at 0x4: 0x26", "config 0x4 → 0x26"],
  configWrite: ["writes 0x26 to configuration space of NAME at 0x4", "config 0x4 ← 0x26"],
  ringLoad: ["loads 0x26 from IMR", "IMR → 0x26"],
  ringStore: ["stores 0x26 to IMR", "IMR ← 0x26"],
  dmaRead: ["reads the NAME: 4 bytes of guest memory at 0x26", "DMA read, 4 bytes: NAME"],
  dmaWrite: ["writes the NAME: 4 bytes of guest memory at 0x26", "DMA write, 4 bytes: NAME"],
  copy: ["copies 4 bytes: NAME", "copy, 4 bytes: NAME"],
  vmExit: ["takes a VM exit: NAME (reason 4)", "exit: NAME"],
  vmEntry: ["enters the guest again", "◀── entry"],
  intxAssert: ["asserts NAME (GSI 4)", "NAME asserted, GSI 4"],
  intxDeassert: ["deasserts NAME (GSI 4)", "NAME deasserted, GSI 4"],
  msix: ["sends the MSI-X message NAME, CPU vector 4", "MSI-X NAME, vector 0x4"],
  interruptTaken: ["takes interrupt vector 4 (NAME)", "interrupt 0x4 (NAME)"],
  lapicEoi: ["writes EOI to the local APIC for vector 4", "EOI 0x4"],
  ioapicEoi: ["ends the interrupt at the IOAPIC, GSI 4", "IOAPIC EOI, GSI 4"],
  signal: ["signals the NAME", "signal: NAME"],
  deviceStep: ["does NAME (4, 38)", "NAME 4, 38"],
  wireTransmit: ["carries a frame of 4 bytes away", "frame leaves, 4 bytes"],
  wireReceive: ["brings a frame of 4 bytes", "frame arrives, 4 bytes"],
  guestError: ["finds a guest error: NAME (0x4, 0x26)", "guest error: NAME (0x4, 0x26)"],
  frameDropped: ["drops a frame of 4 bytes: NAME", "frame dropped, 4 bytes: NAME"],
  mark: ["marks NAME", "mark: NAME"],
  call: ["runs NAME", "NAME()"],
  deliver: ["has the frame: 4 bytes at its NAME", "NAME has the frame, 4 bytes"],
  hypercall: ["makes the hypercall NAME", "hypercall NAME"],
  callout: ["calls out of translated code: NAME", "callout: NAME"],
  exception: ["takes the exception NAME (vector 4)", "exception NAME"],
  wakeUp: ["wakes NAME", "wakes NAME"],
  contextSwitch: ["switches CPU 4 to NAME", "── CPU 4: NAME"],
  userExit: ["leaves to user space: NAME", "to user space: NAME"],
  interruptInjected: ["injects vector 4 (NAME)", "injects 0x4 (NAME)"],
  interruptPosted: ["posts vector 4 (NAME)", "posts 0x4 (NAME)"],
  iommuFault: ["reports a DMA fault at 0x4: NAME", "DMA fault 0x4: NAME"],
  headersChanged: ["adds 4 bytes of headers: NAME", "+4 bytes: NAME"],
  tableLookup: ["looks into the NAME", "lookup: NAME"],
  systemCall: ["makes the system call NAME", "system call NAME"],
  upcall: ["enters the event callback of NAME", "upcall: NAME"],
  instruction: ["executes NAME", "NAME"],
  translation: ["translates the block at 0x4: NAME", "translates 0x4: NAME"],
  invalidation: ["invalidates NAME (38 entries)", "invalidates NAME, 38 entries"],
};

describe("describeRow and rowCell", () => {
  for (const [kind, [sentence, cell]] of Object.entries(WORDS) as [EventName, [string, string]][]) {
    it(`put a row of kind ${kind} into words`, () => {
      const trace = aTrace([{ kind, where: "NAME", a: 4, b: 38 }]);
      const registers = new Map([[registerKey(1, 4), "IMR"]]);
      expect(describeRow(trace, 0, registers)).to.equal(sentence);
      expect(rowCell(trace, 0, registers)).to.equal(cell);
    });
  }

  it("know every kind", () => {
    expect(Object.keys(WORDS).toSorted()).to.deep.equal(Object.keys(EVENTS).toSorted());
  });

  it("give the offset where no register has a name, and leave zeros of a step out", () => {
    const trace = aTrace([
      { kind: "mmioRead", where: "NAME", a: 0x3e, b: 1 },
      { kind: "ringStore", where: "NAME", a: 4, b: 1 },
      { kind: "deviceStep", where: "vq_pop" },
      { kind: "deviceStep", where: "vq_pop", a: 1 },
      { kind: "deviceStep", where: "local APIC timer expires" },
    ]);
    expect([0, 1, 2, 3, 4].map((row) => describeRow(trace, row, new Map()))).to.deep.equal([
      "reads +0x3e of NAME: 0x1",
      "stores 0x1 to NAME+4",
      "runs vq_pop",
      "runs vq_pop (1)",
      "sees the local APIC timer expire",
    ]);
    expect([0, 1, 2, 3].map((row) => rowCell(trace, row, new Map()))).to.deep.equal([
      "NAME+0x3e → 0x1",
      "NAME+4 ← 0x1",
      "vq_pop",
      "vq_pop 1",
    ]);
  });

  it("give all 64 bits of a value", () => {
    const trace = aTrace([{ kind: "ringLoad", where: "ring", size: 8, a: 0, b: 2 ** 63 }]);
    expect(describeRow(trace, 0, new Map())).to.equal("loads 0x8000000000000000 from ring+0");
    expect(hex(2 ** 32)).to.equal("0x100000000");
  });
});

describe("actorLabel", () => {
  it("is the label of the lane", () => {
    const trace = aTrace([{ kind: "mark", actor: "hypervisor" }]);
    expect(actorLabel(trace, 0)).to.equal("Hypervisor");
  });
});
