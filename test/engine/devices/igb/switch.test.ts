// The 82576's switch: whom a frame reaches, whether it comes from the wire or from a function.
import { expect } from "chai";
import fc from "fast-check";
import { CHIP_IGB, QEMU_IGB } from "../../../../engine/devices/igb/behaviour.ts";
import { aFrame, aSwitch, BROADCAST, FAR_END, type Port, type RunningIgb } from "./a-nic.ts";

const VFS = 3;
const ALL_HOSTS = Uint8Array.of(0x01, 0x00, 0x5e, 0, 0, 1);
const STRANGER = Uint8Array.of(2, 0, 0, 0, 7, 7);

function ports(nic: RunningIgb): Port[] {
  return [...nic.vfs, nic.pf];
}

/** Numbers of frames that each port has; the PF is the last. */
function counts(nic: RunningIgb): number[] {
  return ports(nic).map((port) => port.received.length);
}

describe("Igb82576's switch", () => {
  it("gives a unicast from the wire to the function whose address it is, and to no other", () => {
    const nic = aSwitch(VFS);
    for (const [index, port] of ports(nic).entries()) {
      const before = counts(nic);
      const frame = aFrame(port.address, FAR_END, 100, index);
      nic.arrive(frame);
      const gained = counts(nic).map((count, n) => count - (before[n] as number));
      expect(gained).to.deep.equal(gained.map((_, n) => (n === index ? 1 : 0)));
      expect(port.received.at(-1)).to.deep.equal(frame);
    }
  });

  it("gives a broadcast from the wire to every function once", () => {
    const nic = aSwitch(VFS);
    nic.arrive(aFrame(BROADCAST, FAR_END));
    expect(counts(nic)).to.deep.equal([1, 1, 1, 1]);
  });

  it("gives a multicast to the functions that joined its group", () => {
    const nic = aSwitch(VFS);
    const group = Uint8Array.of(0x01, 0x00, 0x5e, 0x12, 0x34, 0x56);
    nic.arrive(aFrame(group, FAR_END));
    expect(counts(nic)).to.deep.equal([0, 0, 0, 0]);
    nic.machine.kernel.runProcess(() => nic.vfDrivers[1]?.setReceiveMode([ALL_HOSTS, group]));
    nic.arrive(aFrame(group, FAR_END));
    expect(nic.vfs[1]?.received.length).to.equal(1);
  });

  it("gives a unicast from the wire for nobody here to the default pool, the PF's", () => {
    const nic = aSwitch(VFS);
    nic.arrive(aFrame(STRANGER, FAR_END));
    expect(counts(nic)).to.deep.equal([0, 0, 0, 1]);
  });

  it("carries frames between functions without the wire", () => {
    const nic = aSwitch(VFS);
    const [a, b] = nic.vfs as [Port, Port];
    nic.send(a, aFrame(b.address, a.address, 80, 3));
    nic.send(b, aFrame(nic.pf.address, b.address, 81, 4));
    nic.send(nic.pf, aFrame(a.address, nic.pf.address, 82, 5));
    expect(nic.sent).to.have.length(0);
    expect(b.received).to.deep.equal([aFrame(b.address, a.address, 80, 3)]);
    expect(nic.pf.received).to.deep.equal([aFrame(nic.pf.address, b.address, 81, 4)]);
    expect(a.received).to.deep.equal([aFrame(a.address, nic.pf.address, 82, 5)]);
  });

  it("sends what is for nobody here to the wire, whole", () => {
    const nic = aSwitch(VFS);
    const a = nic.vfs[0] as Port;
    const frame = aFrame(FAR_END, a.address, 60, 9);
    nic.send(a, frame);
    expect(nic.sent).to.deep.equal([frame]);
    expect(counts(nic)).to.deep.equal([0, 0, 0, 0]);
  });

  it("replicates a function's broadcast to the wire and to every other function", () => {
    const nic = aSwitch(VFS, CHIP_IGB);
    const a = nic.vfs[1] as Port;
    nic.send(a, aFrame(BROADCAST, a.address));
    expect(nic.sent).to.have.length(1);
    expect(counts(nic)).to.deep.equal([1, 0, 1, 1]);
  });

  it("gives a broadcast back to its sender where QEMU is modelled", () => {
    const nic = aSwitch(VFS, QEMU_IGB);
    const a = nic.vfs[1] as Port;
    nic.send(a, aFrame(BROADCAST, a.address));
    expect(nic.sent).to.have.length(1);
    expect(counts(nic)).to.deep.equal([1, 1, 1, 1]);
  });

  it("drops what a VF sends under another's address, and lets QEMU's VF do it", () => {
    for (const [behaviours, left] of [
      [CHIP_IGB, 0],
      [QEMU_IGB, 1],
    ] as const) {
      const nic = aSwitch(VFS, behaviours);
      const a = nic.vfs[0] as Port;
      nic.send(a, aFrame(FAR_END, STRANGER));
      expect(nic.sent).to.have.length(left);
    }
  });

  it("lets a VLAN in only where it was asked for", () => {
    const nic = aSwitch(VFS);
    const [a, b] = nic.vfs as [Port, Port];
    nic.machine.kernel.runProcess(() => nic.vfDrivers[0]?.addVlan(7));
    nic.arrive(aFrame(a.address, FAR_END, 80, 0, 7));
    nic.arrive(aFrame(b.address, FAR_END, 80, 0, 7));
    nic.arrive(aFrame(a.address, FAR_END, 80, 0, 8));
    expect(a.received).to.have.length(1);
    expect(b.received).to.have.length(0);
  });

  it("reaches exactly the functions it should, whoever sends what to whom", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            from: fc.integer({ min: -1, max: VFS }),
            to: fc.integer({ min: -1, max: VFS + 1 }),
            byteCount: fc.integer({ min: 60, max: 1514 }),
          }),
          { minLength: 1, maxLength: 20 },
        ),
        (steps) => {
          const nic = aSwitch(VFS);
          const all = ports(nic);
          const expected: Uint8Array[][] = all.map(() => []);
          const onWire: Uint8Array[] = [];
          for (const [n, { from, to, byteCount }] of steps.entries()) {
            if (from === to) continue;
            const sender = all[from];
            const target = to === VFS + 1 ? BROADCAST : (all[to]?.address ?? FAR_END);
            if (sender === undefined && to === -1) continue;
            const frame = aFrame(target, sender?.address ?? FAR_END, byteCount, n);
            if (sender === undefined) nic.arrive(frame);
            else nic.send(sender, frame);
            if (sender !== undefined && (to === -1 || to === VFS + 1)) onWire.push(frame);
            for (const [index, list] of expected.entries()) {
              if (index !== from && (to === VFS + 1 || to === index)) list.push(frame);
            }
          }
          expect(nic.sent).to.deep.equal(onWire);
          expect(all.map((port) => port.received)).to.deep.equal(expected);
        },
      ),
      { seed: 82576, numRuns: 25 },
    );
  });
});
