import { expect } from "chai";
import fc from "fast-check";
import {
  RemappedInterrupts,
  takePostedDescriptor,
} from "../../../engine/crossings/remapped-interrupts.ts";
import { hostPhysical } from "../../../engine/memory/host-physical.ts";
import { aMachine, rowsOf } from "../a-machine.ts";

// Intel VT-d 5.1, 5.2, 9.10 to 9.12; SDM vol. 3C, 30.6. Does not cover: x2APIC destinations, delivery
// modes other than fixed, entries shared by several devices (SQ, bus ranges).

const SEED = 5_1220;
const VF = 0x180;

function aTable() {
  const machine = aMachine();
  const { interrupts } = machine.iommu;
  const faults = (): string[] => {
    const rows = rowsOf(machine.trace.finish()).filter((row) => row.startsWith("iommuFault"));
    machine.trace.clear();
    return rows.map((row) => row.replace("iommuFault VT-d: ", ""));
  };
  return { machine, interrupts, memory: machine.memory, faults };
}

describe("InterruptRemapping", () => {
  it("writes entries as the specification lays them out", () => {
    const { interrupts, memory } = aTable();
    const { view } = memory;
    const first = interrupts.allocate();
    interrupts.writeRemapped(first, VF, 0x31, 2);
    expect(view.getUint32(interrupts.table, true)).to.equal(0x0031_0001);
    expect(view.getUint32(interrupts.table + 4, true)).to.equal(0x200);
    expect(view.getUint32(interrupts.table + 8, true)).to.equal(0x4_0180);
    const descriptor = takePostedDescriptor(memory);
    const second = interrupts.allocate();
    interrupts.writePosted(second, VF, 0x41, descriptor.address, true);
    const at = interrupts.table + 16;
    expect(view.getUint32(at, true)).to.equal(0x0041_c001);
    const address = view.getUint32(at + 12, true) * 4294967296 + view.getUint32(at + 4, true);
    expect(address).to.equal(hostPhysical(descriptor.address));
    expect(interrupts.messageAddress(second)).to.equal(0xfee0_0030);
    expect(interrupts.messageAddress(0x8003)).to.equal(0xfee0_0074);
  });

  it("sends a remapped message to the vector and CPU of its entry, whatever its data says", () => {
    const { interrupts } = aTable();
    const index = interrupts.allocate();
    interrupts.writeRemapped(index, VF, 0x31, 2);
    const request = interrupts.remap(VF, interrupts.messageAddress(index), 0xee);
    expect([request?.posted, request?.vector, request?.destination]).to.deep.equal([
      false,
      0x31,
      2,
    ]);
  });

  it("adds the subhandle of a message that has one", () => {
    const { interrupts } = aTable();
    interrupts.writeRemapped(5, VF, 0x35, 0);
    const address = interrupts.messageAddress(3) | 8;
    expect(interrupts.remap(VF, address, 2)?.vector).to.equal(0x35);
  });

  it("keeps a changed entry's old meaning until the cache is invalidated, as writing it does", () => {
    const { interrupts, memory } = aTable();
    const index = interrupts.allocate();
    interrupts.writeRemapped(index, VF, 0x31, 0);
    const address = interrupts.messageAddress(index);
    expect(interrupts.remap(VF, address, 0)?.vector).to.equal(0x31);
    memory.view.setUint32(interrupts.table, 0x0032_0001, true);
    expect(interrupts.remap(VF, address, 0)?.vector).to.equal(0x31);
    interrupts.dropCache();
    expect(interrupts.remap(VF, address, 0)?.vector).to.equal(0x32);
    interrupts.writeRemapped(index, VF, 0x33, 0);
    expect(interrupts.remap(VF, address, 0)?.vector).to.equal(0x33);
    interrupts.clear(index);
    expect(interrupts.remap(VF, address, 0)).to.equal(undefined);
  });

  it("blocks messages that it cannot or may not obey, each with its reason", () => {
    const { interrupts, memory, faults } = aTable();
    const remapped = interrupts.allocate();
    interrupts.writeRemapped(remapped, VF, 0x31, 0);
    const posted = interrupts.allocate();
    interrupts.writePosted(posted, VF, 0x41, memory.bytes.length);
    const reserved = interrupts.allocate();
    interrupts.writeRemapped(reserved, VF, 0x31, 0);
    const low = interrupts.table + reserved * 16;
    memory.view.setUint32(low, memory.view.getUint32(low, true) | 0x1000, true);
    const blocked = [
      interrupts.remap(VF, 0xfee0_0000, 0x31),
      interrupts.remap(VF, interrupts.messageAddress(77), 0),
      interrupts.remap(VF, interrupts.messageAddress(256), 0),
      interrupts.remap(VF, interrupts.messageAddress(0x8000), 0),
      interrupts.remap(VF, interrupts.messageAddress(1) | 8, 0x1_0000),
      interrupts.remap(VF + 2, interrupts.messageAddress(remapped), 0),
      interrupts.remap(VF, interrupts.messageAddress(posted), 0),
      interrupts.remap(VF, interrupts.messageAddress(reserved), 0),
    ];
    expect(blocked.every((request) => request === undefined)).to.equal(true);
    expect(faults()).to.deep.equal([
      "interrupt request in compatibility format blocked address=0 requester=384",
      "interrupt-remapping entry not present address=77 requester=384",
      "interrupt index beyond the remapping table address=256 requester=384",
      "interrupt index beyond the remapping table address=32768 requester=384",
      "reserved bits in a remappable interrupt request address=1 requester=384",
      "interrupt of a device that does not own the entry address=0 requester=386",
      "posted-interrupt descriptor outside memory address=1 requester=384",
      "reserved bits in an interrupt-remapping entry address=2 requester=384",
    ]);
  });

  it(`lets no forged message cause another vector than those written for its device, seed ${SEED}`, () => {
    const message = fc.record({
      address: fc.oneof(
        fc.nat(0xf_ffff).map((low) => (0xfee0_0000 + low) >>> 0),
        fc.nat(20).map((index) => 0xfee0_0010 + index * 32),
      ),
      data: fc.oneof(fc.nat(0xff), fc.nat()),
      requester: fc.constantFrom(VF, VF + 2, 0x300),
    });
    const { interrupts } = aTable();
    const allowed = new Map([
      [VF, new Set<number>()],
      [VF + 2, new Set<number>()],
    ]);
    for (let i = 0; i < 12; i++) {
      const requester = i % 2 === 0 ? VF : VF + 2;
      interrupts.writeRemapped(interrupts.allocate(), requester, 0x40 + i, 0);
      allowed.get(requester)?.add(0x40 + i);
    }
    let passed = 0;
    fc.assert(
      fc.property(message, ({ address, data, requester }) => {
        const request = interrupts.remap(requester, address, data);
        if (request === undefined) return true;
        passed++;
        return allowed.get(requester)?.has(request.vector) === true;
      }),
      { seed: SEED, numRuns: 2000 },
    );
    expect(passed).to.be.greaterThan(100);
  });
});

describe("A posted-interrupt descriptor in host memory", () => {
  it("is what the IOMMU's entry names: PIR, ON, NV and NDST at their places", () => {
    const { memory } = aTable();
    const descriptor = takePostedDescriptor(memory);
    descriptor.notificationVector = 0xf2;
    descriptor.notificationDestination = 3;
    expect(descriptor.address % 64).to.equal(0);
    expect([descriptor.post(0x41), descriptor.post(0x41), descriptor.post(0xff)]).to.deep.equal([
      true,
      false,
      false,
    ]);
    const { view } = memory;
    expect(view.getUint32(descriptor.address + 8, true)).to.equal(2);
    expect(view.getUint32(descriptor.address + 28, true)).to.equal(0x8000_0000);
    expect(view.getUint32(descriptor.address + 32, true)).to.equal(0x00f2_0001);
    expect(view.getUint32(descriptor.address + 36, true)).to.equal(0x300);
  });

  it("asks for no notification while SN is set, unless the entry is urgent", () => {
    const descriptor = takePostedDescriptor(aTable().memory);
    descriptor.suppressed = true;
    expect(descriptor.post(0x41)).to.equal(false);
    expect([descriptor.on, descriptor.pir.has(0x41)]).to.deep.equal([false, true]);
    expect(descriptor.post(0x42, true)).to.equal(true);
  });
});

describe("RemappedInterrupts", () => {
  it("posts each of the guest's vectors by an entry of its own", () => {
    const { machine, memory } = aTable();
    const descriptor = takePostedDescriptor(memory);
    const messages = new RemappedInterrupts(machine.iommu, VF, descriptor);
    expect([messages.deliver(0x2a), messages.notified]).to.deep.equal([true, true]);
    expect([messages.deliver(0x2b), messages.notified]).to.deep.equal([true, false]);
    expect([descriptor.pir.has(0x2a), descriptor.pir.has(0x2b)]).to.deep.equal([true, true]);
    expect([messages.entryOf(0x2a), messages.entryOf(0x2b)]).to.deep.equal([0, 1]);
  });

  it("delivers nothing of an entry that the host has cleared", () => {
    const { machine, interrupts, faults } = aTable();
    const messages = new RemappedInterrupts(machine.iommu, VF);
    expect(messages.deliver(0x2a)).to.equal(true);
    interrupts.clear(messages.entryOf(0x2a));
    expect(messages.deliver(0x2a)).to.equal(false);
    expect(faults().length).to.equal(1);
  });
});
