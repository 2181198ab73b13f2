// Prices of drivers against the recordings' own totals: recordings/device, WHAT-WAS-SEEN.md.
import { expect } from "chai";
import { IGB } from "../../../../engine/ledger/costs/igb.ts";
import { IGBVF } from "../../../../engine/ledger/costs/igbvf.ts";
import { COST_TABLE, type CostName } from "../../../../engine/ledger/costs/index.ts";
import { VMXNET3 } from "../../../../engine/ledger/costs/vmxnet3.ts";
import { XEN } from "../../../../engine/ledger/costs/xen.ts";
import { XEN_DRIVER } from "../../../../engine/ledger/costs/xen-driver.ts";
import { TARIFF } from "../../../../engine/ledger/tariff/index.ts";

const FILES = { IGB, IGBVF, VMXNET3, XEN, XEN_DRIVER };

describe("The prices of igb, igbvf, vmxnet3 and Xen", () => {
  it("that are counts of instructions say how they were counted, with numbers", () => {
    for (const [file, costs] of Object.entries(FILES))
      for (const [name, cost] of Object.entries(costs))
        if (cost.evidence === "derived") expect(cost.formula, `${file}.${name}`).to.match(/\d/);
  });

  it("that are assumed say why", () => {
    const assumed = Object.values(FILES)
      .flatMap((costs) => Object.entries(costs))
      .filter(([, cost]) => cost.evidence === "assumed");
    expect(assumed.map(([name]) => name)).to.have.members([
      "xenTlbRefill",
      "xenSystemCall",
      "vmxnet3BackendPacket",
      "vmxnet3BackendPoll",
    ]);
  });

  it("are each taken by a rule of the tariff", () => {
    const used = new Set(
      TARIFF.flatMap((rule) =>
        rule.parts.map((part) => (typeof part === "string" ? part : part.cost)),
      ),
    );
    const unused = Object.values(FILES)
      .flatMap((costs) => Object.keys(costs))
      .filter((name) => !used.has(name as keyof typeof COST_TABLE));
    expect(unused).to.deep.equal([]);
  });

  it("order the drivers' sending as the time to their doorbells was recorded", () => {
    const typical = (name: "igbTransmit" | "igbvfTransmit" | "vmxnet3Transmit"): number =>
      COST_TABLE[name].value.typical;
    expect(typical("igbvfTransmit") - typical("igbTransmit")).to.be.closeTo(4162 - 4083, 25);
    expect(Math.abs(typical("vmxnet3Transmit") - typical("igbTransmit"))).to.be.below(25);
  });

  it("come with the guest's stack to what guests were recorded to execute a packet in bursts", () => {
    const sum = (...names: CostName[]): number =>
      names.reduce((all, name) => all + COST_TABLE[name].value.typical, 0);
    // recordings/kvm/svm-vf-vfio, txburst and rxburst: 5,942 and 7,053 of the guest a packet.
    const sent = sum("guestSend", "guestSendReturn", "igbvfTransmit", "igbvfCleanPacket");
    expect(sent / 5942).to.be.within(0.8, 1.2);
    const got = sum("igbvfReceivePacket", "igbvfReceiveBuffer", "guestReceive", "guestReceiveCall");
    expect(got / 7053).to.be.within(0.8, 1.2);
    // recordings/device/vmxnet3, burst-tx: 6,803 a packet, each with an interrupt and a poll.
    const interrupt = sum("guestInterruptEntry", "guestSoftirq", "vmxnet3Poll");
    const frame = sum("guestSend", "guestSendReturn", "vmxnet3Transmit", "vmxnet3CleanPacket");
    expect((frame + interrupt) / 6803).to.be.within(0.8, 1.2);
  });
});
