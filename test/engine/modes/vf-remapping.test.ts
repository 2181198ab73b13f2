// Interrupts of a virtual function on their way through VT-d's remapping: the entries that VFIO and KVM
// write, and what happens when the host takes one away.
import { expect } from "chai";
import { kvmOf } from "../../../engine/crossings/kvm.ts";
import type { RemappedInterrupts } from "../../../engine/crossings/remapped-interrupts.ts";
import { FrameArrival } from "../../../engine/host/wire.ts";
import { Machine } from "../../../engine/machine.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { readKnobs } from "../../../engine/modes/knob.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { SendSequence } from "../../../engine/run/traffic.ts";
import { rowsOf } from "../a-machine.ts";

/** A guest with a VF that has received one frame. */
function aGuest(modeId: string, iommu = "2M") {
  const mode = findMode(modeId);
  const knobs = readKnobs(mode.id, mode.knobs, { iommu });
  const machine = new Machine({ interruptCrossing: (self) => mode.interrupt(self, knobs) });
  const nic = mode.build(machine, knobs);
  machine.kernel.runProcess(() => {
    nic.driver.probe();
    nic.driver.open();
  });
  machine.run(machine.nowCycles);
  const frame = generatePackets({
    count: 1,
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: "rx",
  })[0] as Uint8Array;
  // The link comes up before the first frame goes out.
  machine.postGuest(new SendSequence(machine, nic, [frame], 1, 0), 0);
  machine.run();
  const arrive = (): string[] => {
    machine.trace.clear();
    machine.post(new FrameArrival(nic.wire, frame, 0), 0);
    machine.run();
    return rowsOf(machine.trace.finish());
  };
  arrive();
  const remapped = kvmOf(machine).options.remapped as RemappedInterrupts;
  /** Vector of the VF's receive interrupt: the last one that has an entry. */
  const vector = (): number =>
    [...Array(256).keys()].findLast((v) => remapped.entryOf(v) >= 0) ?? 0;
  return { machine, arrive, remapped, vector };
}

const taken = (rows: readonly string[]): number =>
  rows.filter((row) => row.startsWith("interruptTaken")).length;

describe("A VF's interrupts through VT-d", () => {
  for (const [modeId, posted] of [
    ["vf-injected", false],
    ["vf-posted", true],
  ] as const) {
    it(`${modeId}: each vector has an entry, ${posted ? "posted into the vCPU's descriptor" : "to a host vector"}`, () => {
      const { machine, arrive, remapped, vector } = aGuest(modeId);
      const { view } = machine.memory;
      const at = machine.iommu.interrupts.table + 16 * remapped.entryOf(vector());
      const low = view.getUint32(at, true);
      expect(low & 0x8001).to.equal(posted ? 0x8001 : 1);
      expect((low >>> 16) & 0xff).to.equal(posted ? vector() : 0x31);
      expect(view.getUint32(at + 8, true) & 0xffff).to.equal(0x180);
      const rows = arrive();
      expect(taken(rows)).to.equal(1);
      expect(rows.filter((row) => row.startsWith("tableLookup")).length).to.equal(0);
    });

    it(`${modeId}: without its entry a message is a fault, and no CPU hears of it`, () => {
      const { machine, arrive, remapped, vector } = aGuest(modeId);
      machine.iommu.interrupts.clear(remapped.entryOf(vector()));
      const rows = arrive();
      expect(taken(rows)).to.equal(0);
      const faults = rows.filter((row) => row.startsWith("iommuFault"));
      expect(faults).to.deep.equal([
        `iommuFault VT-d: interrupt-remapping entry not present address=${remapped.entryOf(vector())} requester=384`,
      ]);
    });

    it(`${modeId}: the knob iommu=off leaves remapping out`, () => {
      const { arrive, remapped } = aGuest(modeId, "off");
      expect(remapped).to.equal(undefined);
      expect(taken(arrive())).to.equal(1);
    });
  }
});
