// Automatic masking as QEMU's model does it: hw/net/vmxnet3.c, vmxnet3_trigger_interrupt.
import { expect } from "chai";
import { InterruptStates } from "../../../../engine/devices/vmxnet3/interrupt-states.ts";

function aDevice(messages: boolean): { states: InterruptStates; said: string[] } {
  const said: string[] = [];
  const states = new InterruptStates({
    messages,
    raise: (index) => {
      said.push(messages ? `message ${index}` : "up");
      return !messages;
    },
    lower: () => said.push("down"),
  });
  states.autoMask = true;
  return { states, said };
}

describe("InterruptStates", () => {
  it("keeps an event of a masked vector until it is unmasked", () => {
    const { states, said } = aDevice(true);
    states.trigger(3);
    states.trigger(3);
    expect(said).to.deep.equal([]);
    states.setMask(3, false);
    expect(said).to.deep.equal(["message 3"]);
  });

  it("masks a vector by its message, but not by one that unmasking sent", () => {
    const { states, said } = aDevice(true);
    states.setMask(0, false);
    states.trigger(0);
    expect(states.mask(0)).to.equal(1);
    states.trigger(0);
    states.setMask(0, false);
    expect(states.mask(0)).to.equal(0);
    states.trigger(0);
    expect(said).to.deep.equal(["message 0", "message 0", "message 0"]);
    expect(states.mask(0)).to.equal(1);
  });

  it("masks nothing by itself when the driver did not ask for it", () => {
    const { states, said } = aDevice(true);
    states.autoMask = false;
    states.setMask(0, false);
    states.trigger(0);
    states.trigger(0);
    expect(said).to.deep.equal(["message 0", "message 0"]);
  });

  it("holds the line up until its cause is read, and masks it then", () => {
    const { states, said } = aDevice(false);
    states.setMask(0, false);
    expect(states.readCause()).to.equal(0);
    states.trigger(0);
    states.trigger(0);
    expect(said).to.deep.equal(["up"]);
    expect(states.readCause()).to.equal(1);
    expect(states.readCause()).to.equal(0);
    expect(said).to.deep.equal(["up", "down"]);
    expect(states.mask(0)).to.equal(1);
  });
});
