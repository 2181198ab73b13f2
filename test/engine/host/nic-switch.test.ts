// The switch between an 82576's functions: datasheet 2.63, 7.10.3.4 Tx Packets Switching.
import { expect } from "chai";
import { NicSwitch } from "../../../engine/host/nic-switch.ts";
import { aMachine, stepsOf } from "../a-machine.ts";
import { BROADCAST, FAR } from "./a-path.ts";

const mac = (last: number) => Uint8Array.of(2, 0, 0, 0, 0, last);

/** Guests 0 and 1 with virtual functions, 2 and 3 behind the host's bridge, 4 in an overlay. */
function aNic() {
  const machine = aMachine();
  const nic = new NicSwitch();
  nic.addVirtual(0, mac(0));
  nic.addVirtual(1, mac(1));
  nic.addPhysical(2, mac(2), true);
  nic.addPhysical(3, mac(3), false);
  nic.addOverlaid(4);
  const slot = machine.memory.allocateHost(64);
  const route = (from: number, to: Uint8Array) => {
    machine.memory.bytes.set(to, slot);
    return nic.route(machine, from, slot);
  };
  return { machine, nic, route };
}

describe("NicSwitch", () => {
  it("carries frames between functions over PCIe, and what it does not know to the wire", () => {
    const { machine, nic, route } = aNic();
    expect(nic.virtualCount).to.equal(2);
    expect(route(0, mac(1))).to.deep.equal({ guests: [1], wire: false });
    expect(route(0, mac(3))).to.deep.equal({ guests: [3], wire: false });
    expect(route(3, mac(0))).to.deep.equal({ guests: [0], wire: false });
    expect(route(1, FAR)).to.deep.equal({ guests: [], wire: true });
    expect(route(0, mac(4))).to.deep.equal({ guests: [], wire: true });
    expect(stepsOf(machine.trace.finish())).to.deep.equal([
      "tableLookup 82576 switch: another guest's VF, over PCIe",
      "tableLookup 82576 switch: behind the PF, over PCIe",
      "tableLookup 82576 switch: another guest's VF, over PCIe",
      "tableLookup 82576 switch: no function of this port, to the wire",
      "tableLookup 82576 switch: no function of this port, to the wire",
    ]);
  });

  it("never gives a function its own frames back: two guests of one bridge are the bridge's", () => {
    const { route } = aNic();
    expect(route(2, mac(3))).to.deep.equal({ guests: [], wire: true });
  });

  it("gives a group to every other function once, and to the wire", () => {
    const { route } = aNic();
    expect(route(0, BROADCAST)).to.deep.equal({ guests: [2, 1], wire: true });
    expect(route(3, BROADCAST)).to.deep.equal({ guests: [0, 1], wire: true });
    expect(route(4, BROADCAST)).to.deep.equal({ guests: [0, 1], wire: true });
  });

  it("does not switch while no virtual function is in use", () => {
    const machine = aMachine();
    const nic = new NicSwitch();
    nic.addPhysical(0, mac(0), true);
    expect(nic.route(machine, 0, machine.memory.allocateHost(64)).wire).to.equal(true);
    expect(machine.trace.finish().length).to.equal(0);
  });
});
