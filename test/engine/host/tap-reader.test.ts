// QEMU 10, net/tap.c, tap_send, tap_read_poll; drivers/net/tun.c, tun_net_xmit.
import { expect } from "chai";
import { queuedTap } from "../../../engine/host/tap-reader.ts";
import { DirectPath } from "../../../engine/host/direct-path.ts";
import { RECEIVED, Wire, type Received } from "../../../engine/host/wire.ts";
import { aMachine } from "../a-machine.ts";

/** A machine whose device answers with what `answer` says; what it got, by first byte. */
function aReader(answer: (first: number) => Received) {
  const machine = aMachine();
  const wire = new Wire(machine);
  const seen: number[] = [];
  wire.attach({
    receiveFrame(address) {
      const first = machine.memory.bytes[address] as number;
      const received = answer(first);
      if (received !== RECEIVED.later) seen.push(first);
      return received;
    },
  });
  wire.hostPath = new DirectPath(queuedTap(machine, wire, "TAP"));
  const arrive = (first: number) => wire.arrive(new Uint8Array(60).fill(first), first);
  return { machine, wire, seen, arrive };
}

describe("TapReader", () => {
  it("gives the device frames in order, not before the main loop runs", () => {
    const { machine, seen, arrive } = aReader(() => RECEIVED.accepted);
    [1, 2, 3].forEach(arrive);
    expect(seen).to.deep.equal([]);
    machine.run();
    expect(seen).to.deep.equal([1, 2, 3]);
  });

  it("reads nothing more while the device refuses a frame, and goes on behind it", () => {
    let open = false;
    const { machine, wire, seen, arrive } = aReader((first) =>
      first < 2 || open ? RECEIVED.accepted : RECEIVED.later,
    );
    [1, 2, 3, 4].forEach(arrive);
    machine.run();
    expect([seen, wire.backlogCount]).to.deep.equal([[1], 1]);
    open = true;
    wire.offerBacklog();
    machine.run();
    expect([seen, wire.backlogCount]).to.deep.equal([[1, 2, 3, 4], 0]);
  });

  it("goes on after a frame that the device dropped", () => {
    const { machine, seen, arrive } = aReader((first) =>
      first === 1 ? RECEIVED.dropped : RECEIVED.accepted,
    );
    [1, 2].forEach(arrive);
    machine.run();
    expect(seen).to.deep.equal([1, 2]);
  });
});
