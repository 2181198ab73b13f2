import { expect } from "chai";
import { handOversOf } from "../../../components/flow/hand-over.ts";
import { stepsOf } from "../../../components/flow/steps.ts";
import { type ARow, aTrace, DOORBELL_ROWS } from "./a-trace.ts";

function handOvers(rows: readonly ARow[]) {
  const trace = aTrace(rows);
  return handOversOf(trace, stepsOf(trace, Int32Array.from(trace.a.keys())));
}

const textOf = (rows: readonly ARow[]) =>
  handOvers(rows).map(({ kind, fromStep, toStep }) => `${kind} ${fromStep}-${toStep}`);

describe("stepsOf", () => {
  it("stepsOf: the access that exits is told before its exit", () => {
    const trace = aTrace(DOORBELL_ROWS);
    const steps = stepsOf(trace, Int32Array.from(trace.a.keys()));
    expect([...steps]).to.deep.equal([0, 1, 2, 4, 3, 5, 6, 7, 8, 9, 10, 11]);
  });
});

describe("handOversOf", () => {
  it("handOversOf: a trapped doorbell crosses down once and up once", () => {
    expect(textOf(DOORBELL_ROWS)).to.deep.equal([
      "pass 0-1",
      "exit 3-4",
      "pass 4-5",
      "pass 6-7",
      "pass 7-8",
      "pass 8-9",
      "entry 9-9",
      "interrupt 8-11",
    ]);
  });

  it("handOversOf: as many exits as there are rows of VM exits", () => {
    const exits = handOvers(DOORBELL_ROWS).filter(({ kind }) => kind === "exit");
    expect(exits.map(({ label, crosses }) => ({ label, crosses }))).to.deep.equal([
      { label: "VM exit: EPT misconfiguration", crosses: true },
    ]);
  });

  it("handOversOf: a mapped doorbell reaches the hardware directly", () => {
    const rows: ARow[] = [
      { kind: "mmioWrite", actor: "guestDriver", where: "igbvf-mmio", a: 0x3818, b: 1 },
      { kind: "dmaRead", actor: "hardware", where: "transmit descriptor", a: 16, parent: 0 },
      { kind: "ringLoad", actor: "guestDriver", where: "tx_ring" },
    ];
    expect(textOf(rows)).to.deep.equal(["direct 0-1"]);
  });

  it("handOversOf: a thread that a trapped access woke is reached on the host's side", () => {
    const rows: ARow[] = [
      { kind: "vmExit", actor: "hypervisor", where: "EPT misconfiguration", a: 49 },
      { kind: "mmioWrite", actor: "guestDriver", where: "notify" },
      { kind: "signal", actor: "hypervisor", where: "ioeventfd", parent: 1 },
      { kind: "vmEntry", actor: "hypervisor", where: "EPT misconfiguration", a: 49 },
      { kind: "ringLoad", actor: "guestDriver", where: "tx_used" },
      { kind: "dmaRead", actor: "deviceModel", where: "tx_avail", a: 2, cause: 1 },
      { kind: "dmaRead", actor: "deviceModel", where: "tx_desc", a: 16, cause: 1 },
    ];
    expect(textOf(rows)).to.deep.equal(["exit 0-1", "entry 3-3", "pass 2-5"]);
  });

  it("handOversOf: work that nothing here caused has no arrow", () => {
    const rows: ARow[] = [
      { kind: "ringLoad", actor: "guestDriver", where: "tx_used" },
      { kind: "dmaRead", actor: "deviceModel", where: "tx_avail", a: 2 },
    ];
    expect(textOf(rows)).to.deep.equal([]);
  });

  it("handOversOf: a hypercall crosses the line where it is made, and an upcall back", () => {
    const rows: ARow[] = [
      { kind: "call", actor: "guestDriver", where: "xennet_start_xmit" },
      { kind: "hypercall", actor: "guestDriver", where: "event_channel_op.send", parent: 0 },
      { kind: "call", actor: "hypervisor", where: "evtchn_fifo_set_pending", parent: 1 },
      { kind: "upcall", actor: "hypervisor", where: "domU" },
      { kind: "call", actor: "guestDriver", where: "xen_evtchn_do_upcall", parent: 3 },
    ];
    expect(textOf(rows)).to.deep.equal(["hypercall 1-1", "upcall 3-4"]);
    expect(handOvers(rows).every(({ crosses }) => crosses)).to.equal(true);
  });

  it("handOversOf: translated code calls out with the access that it cannot do", () => {
    const rows: ARow[] = [
      { kind: "ringStore", actor: "guestDriver", where: "tx_ring" },
      { kind: "callout", actor: "hypervisor", where: "store, VMM's device" },
      { kind: "mmioWrite", actor: "guestDriver", where: "rtl8139", a: 0xd9 },
      { kind: "dmaRead", actor: "deviceModel", where: "transmit descriptor", a: 16, parent: 2 },
    ];
    expect(textOf(rows)).to.deep.equal(["callout 1-2", "pass 2-3"]);
  });
});
