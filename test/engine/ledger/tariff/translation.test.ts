// Sugerman, Venkitachalam, Lim, USENIX ATC 2001, Table 2: a Pentium III at 733 MHz.
import { expect } from "chai";
import { TRANSLATION } from "../../../../engine/ledger/costs/translation.ts";
import { type Row, typicalOf } from "./a-charge.ts";

const MODE = "bt-rtl8139";
const MHZ = 733;
const cyclesOf = (kind: Row["kind"], actor: Row["actor"], where: string, a = 0): number =>
  typicalOf({ kind, actor, where, mode: MODE, a }).cycles;

describe("Tariff of dynamic recompilation", () => {
  it("an access that the VMM handles takes the 0.91 µs of a NIC's and 0.78 of a PIC's", () => {
    expect(cyclesOf("callout", "hypervisor", "load, VMM's device")).to.be.closeTo(0.91 * MHZ, 1);
    expect(cyclesOf("callout", "hypervisor", "store, VMM's APIC")).to.be.closeTo(0.78 * MHZ, 1);
  });

  it("a frame of 1500 B through VMNet takes the published 22.7 µs with both world switches", () => {
    const copied = 28 + 1500 * 0.5;
    const cycles =
      cyclesOf("contextSwitch", "hypervisor", "host world") +
      cyclesOf("systemCall", "deviceModel", "write(VMNet)", 1500) +
      copied +
      cyclesOf("systemCall", "deviceModel", "ioctl(VMDriver): run the guest") +
      cyclesOf("contextSwitch", "hypervisor", "VMM world");
    expect(cycles / MHZ).to.be.closeTo(22.7, 0.01);
  });

  it("the published sum holds at both ends of its split into world switches and the rest", () => {
    const { worldSwitch, vmnetSend } = TRANSLATION;
    const copied = 28 + 1500 * 0.5;
    for (const [one, other] of [
      ["low", "high"],
      ["high", "low"],
    ] as const) {
      const cycles = 2 * worldSwitch.value[one] + vmnetSend.value[other] + copied;
      expect(cycles / MHZ).to.be.closeTo(22.7, 0.1);
    }
  });

  it("emulating the transmit path takes 3.0 µs, besides the copy", () => {
    const payload = cyclesOf("copy", "deviceModel", "transmit payload", 1500);
    const copy = 28 + 1500 * 0.125;
    expect((payload - copy) / MHZ).to.be.closeTo(3, 0.01);
  });

  it("what is inside of a callout is not paid again", () => {
    expect(cyclesOf("mmioRead", "guestDriver", "rtl8139", 60)).to.equal(0);
    expect(cyclesOf("lapicEoi", "guestDriver", "intx", 38)).to.equal(0);
    expect(cyclesOf("dmaRead", "deviceModel", "transmit descriptor", 16)).to.equal(0);
  });

  it("a world switch is dearer than a callout", () => {
    const callout = cyclesOf("callout", "hypervisor", "store, VMM's device");
    expect(cyclesOf("contextSwitch", "hypervisor", "host world")).to.be.above(4 * callout);
  });
});
