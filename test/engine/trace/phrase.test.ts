import { expect } from "chai";
import {
  copyPhrase,
  exceptionPhrase,
  lookupPhrase,
  signalPhrase,
  stepPhrase,
  thing,
  threadPhrase,
} from "../../../engine/trace/phrase.ts";

describe("phrases of a sentence", () => {
  it("copyPhrase: says from where to where, and on what occasion", () => {
    expect(
      [
        "sendto: user to socket buffer",
        "frame: guest buffer to host page",
        "grant copy to dom0",
        "transmit payload",
        "upcall: into a netlink message",
        "flow trap: a clone to the agent",
        "virtio_net_hdr",
      ].map((name) => copyPhrase(name, 60)),
    ).to.deep.equal([
      "copies 60 bytes from user space to a socket buffer (sendto)",
      "copies the frame's 60 bytes from the guest's buffer to a page of the host's",
      "copies 60 bytes to dom0 by grant copy",
      "copies 60 bytes of transmit payload",
      "copies 60 bytes into a netlink message (upcall)",
      "copies 60 bytes, a clone to the agent (flow trap)",
      "copies virtio_net_hdr, 60 bytes",
    ]);
  });

  it("thing: a name stands alone, a thing has its article", () => {
    expect(
      ["tx_avail", "transmit descriptor", "receive write-back", "frame to send"].map(thing),
    ).to.deep.equal([
      "tx_avail",
      "the transmit descriptor",
      "the receive descriptor back",
      "the frame to send",
    ]);
  });

  it("stepPhrase: every step has a verb of its own", () => {
    expect([
      stepPhrase("guest's poll loop, empty polls:", 1, 0),
      stepPhrase("PMD thread, empty polls:", 12, 0),
      stepPhrase("buffers given back to the guest:", 1, 1),
      stepPhrase("filled buffers shown to the guest:", 2, 0),
      stepPhrase("the host's timer for the guest expires", 0, 0),
      stepPhrase("agent: policy permits the flow", 0, 0),
      stepPhrase("PV EOI", 236, 0),
    ]).to.deep.equal([
      "polls 1 time and finds nothing",
      "polls 12 times and finds nothing",
      "gives 1 buffer back to the guest",
      "shows 2 filled buffers to the guest",
      "sees the host's timer for the guest expire",
      "decides: policy permits the flow",
      "sees by PV EOI that vector 236 is done",
    ]);
  });

  it("the rest: tables, signals, exceptions and threads", () => {
    expect(lookupPhrase("bridge FDB: known at the uplink")).to.equal(
      "looks into its FDB: known at the uplink",
    );
    expect(lookupPhrase("VT-d: second-level entry, level 1")).to.equal(
      "walks its translation tables: second-level entry, level 1",
    );
    expect(signalPhrase("kick (reschedule IPI)")).to.equal(
      "kicks the vCPU with a reschedule interrupt",
    );
    expect(exceptionPhrase("#PF, hidden: device", 14)).to.equal(
      "takes a #PF for the device, hidden from the guest",
    );
    expect(threadPhrase("QEMU main loop")).to.equal("QEMU's main loop");
  });
});
