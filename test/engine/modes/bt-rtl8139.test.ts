// Sugerman et al., "Virtualizing I/O Devices on VMware Workstation's Hosted Virtual Machine Monitor"
// (USENIX 2001), 2.3 and 3.4: what world switches, and what the VMM answers itself. What a switch
// costs is not covered.
import { expect } from "chai";
import { findMode } from "../../../engine/modes/index.ts";
import type { KnobValues } from "../../../engine/modes/knob.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate, type Run } from "../../../engine/run/simulate.ts";
import type { Direction } from "../../../engine/run/direction.ts";
import { KIND, KIND_NAMES } from "../../../engine/trace/schema.ts";

function aRun(direction: Direction, knobs: KnobValues = {}, count = 100, mode = "bt-rtl8139"): Run {
  const inward = direction === "rx" ? "rx" : "tx";
  const frames = generatePackets({
    count,
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: inward,
  });
  return simulate({ mode: findMode(mode), frames, direction, knobs });
}

/** What the driver does, and what the wire sees, in order and with values. */
function driverRows({ trace }: Run): string[] {
  const rows: string[] = [];
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row] as number;
    if (kind > KIND.ringStore && kind !== KIND.wireTransmit && kind !== KIND.deliver) continue;
    rows.push(
      `${KIND_NAMES[kind]} ${trace.names[trace.where[row] as number]} ${trace.a[row]} ${trace.b[row]}`,
    );
  }
  return rows;
}

describe("Mode bt-rtl8139", () => {
  for (const direction of ["tx", "rx", "echo"] as const) {
    it(`makes the same register and ring accesses as 8139cp under VT-x, ${direction}`, () => {
      const here = driverRows(aRun(direction));
      expect(here.length).to.be.greaterThan(500);
      expect(here).to.deep.equal(driverRows(aRun(direction, {}, 100, "vtx-rtl8139")));
    });

    it(`has no VM exit at all, and builds one frame for each interrupt, ${direction}`, () => {
      const { totals } = aRun(direction);
      expect(totals.exits).to.equal(0);
      expect(totals.injectedInterrupts).to.equal(totals.interrupts);
      expect(totals.interrupts).to.be.greaterThan(0);
    });
  }

  it("switches worlds for TPPoll and back, and for HLT and back, for a packet that is sent", () => {
    const { totals } = aRun("tx");
    expect(totals.contextSwitches).to.equal(400);
    expect(totals.userExits).to.equal(200);
    // write for the frame, select while the guest is idle, ioctl for each way back.
    expect(totals.systemCalls).to.equal(400);
  });

  it("switches for each access when the VMApp models all registers: TPPoll, IMR and ISR twice", () => {
    const { totals } = aRun("tx", { deviceModel: "application" });
    expect(totals.userExits).to.equal(500);
    expect(totals.contextSwitches).to.equal(1000);
  });

  it("takes combined sends along with the switch that HLT makes anyway", () => {
    const { totals, transmitted } = aRun("tx", { sendsCombined: 3 });
    expect(transmitted.map(({ packet }) => packet)).to.deep.equal(
      Array.from({ length: 100 }, (_, packet) => packet),
    );
    // HLT, which sends; back for the interrupt; HLT again; back by the timer. No switch for TPPoll.
    expect(totals.contextSwitches).to.equal(399);
    expect(totals.userExits).to.equal(199);
    // The frame's, and the timer's that woke the guest.
    expect(totals.interrupts).to.equal(200);
  });

  it("switches once for three frames that are sent in a burst", () => {
    const frames = generatePackets({
      count: 30,
      frameBytesWithoutFcs: 60,
      seed: 1,
      direction: "tx",
    });
    const burst = (sendsCombined: number) =>
      simulate({
        mode: findMode("bt-rtl8139"),
        frames,
        direction: "tx",
        gapMicroseconds: 0,
        knobs: { sendsCombined },
      });
    const [alone, combined] = [burst(1), burst(3)];
    expect(alone.totals.contextSwitches).to.equal(62);
    expect(combined.totals.contextSwitches).to.equal(22);
    expect(combined.transmitted.map(({ bytes }) => bytes)).to.deep.equal([...frames]);
  });

  it("faults faultsMax times at an instruction and then calls out", () => {
    const { totals } = aRun("tx", { faultsMax: 10 });
    // What set-up left of ten faults each: TPPoll 9, EOI 7, ISR loads 8, ISR stores and IMR loads 6.
    expect(totals.exceptions).to.equal(30);
    // 100 packets of four registers and two EOIs, two IRETs and a HLT each.
    expect(totals.callouts).to.equal(600 - totals.exceptions + 300);
  });

  it("faults at each access without adaptation", () => {
    const { totals } = aRun("tx", { adaptive: false });
    expect(totals.exceptions).to.equal(600);
    expect(totals.callouts).to.equal(300);
  });
});
