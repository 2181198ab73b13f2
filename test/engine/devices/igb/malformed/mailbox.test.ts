// What a VF can write into its mailbox: the PF refuses what it does not know and goes on.
import { expect } from "chai";
import fc from "fast-check";
import { aFrame, aSwitch, BROADCAST, FAR_END, type Port, type RunningIgb } from "../a-nic.ts";

const VMBMEM = 0x800;
const V2PMAILBOX = 0xc40;
const REQUEST = 1;
const MINE = 4;
const REFUSED = 0x4000_0000;
const ACKNOWLEDGED = 0x8000_0000;
const STRANGER = [0x0000_0002, 0x0000_0707];

/** Sends a message as VF 0 and returns the first word of what stands in the mailbox afterwards. */
function ask(nic: RunningIgb, words: readonly number[]): number {
  const vf = nic.device.vfs[0]?.mmio;
  vf?.write(V2PMAILBOX, 4, MINE);
  for (const [i, word] of words.entries()) vf?.write(VMBMEM + 4 * i, 4, word);
  nic.machine.kernel.runProcess(() => vf?.write(V2PMAILBOX, 4, REQUEST));
  nic.machine.run();
  return vf?.read(VMBMEM, 4) ?? 0;
}

describe("igb whose VF writes nonsense into its mailbox", () => {
  it("refuses a message that it does not know", () => {
    const nic = aSwitch(1);
    for (const message of [0x07, 0x99, 0xffff]) {
      const reply = ask(nic, [message]);
      expect(reply & REFUSED).to.equal(REFUSED);
      expect(reply & 0xffff).to.equal(message);
    }
  });

  it("refuses an address that is a multicast or zero", () => {
    const nic = aSwitch(1);
    expect(ask(nic, [2, 0x0000_0001, 0]) & REFUSED).to.equal(REFUSED);
    expect(ask(nic, [2, 0, 0]) & REFUSED).to.equal(REFUSED);
    expect(ask(nic, [2, ...STRANGER]) & ACKNOWLEDGED).to.not.equal(0);
  });

  it("refuses unicast promiscuous mode", () => {
    const nic = aSwitch(1);
    expect(ask(nic, [6 | (1 << 16)]) & REFUSED).to.equal(REFUSED);
  });

  it("gives at most as many secondary addresses as there is room for", () => {
    const nic = aSwitch(1);
    const replies = Array.from({ length: 30 }, (_, n) => ask(nic, [2 | (2 << 16), 0x702, n]));
    expect(replies.filter((reply) => (reply & REFUSED) === 0)).to.have.length(19);
  });

  it("serves the others whatever one VF writes", () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff });
    const head = fc.oneof(word, fc.nat({ max: 7 }), fc.nat({ max: 0xff_ffff }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(head, word, word), { minLength: 1, maxLength: 15 }),
        (messages) => {
          const nic = aSwitch(2);
          const b = nic.vfs[1] as Port;
          for (const message of messages) ask(nic, message);
          nic.arrive(aFrame(BROADCAST, FAR_END));
          nic.send(b, aFrame(FAR_END, b.address));
          expect(b.received).to.have.length(1);
          expect(nic.pf.received).to.have.length(1);
          expect(nic.sent).to.have.length(1);
        },
      ),
      { seed: 7, numRuns: 20 },
    );
  });
});
