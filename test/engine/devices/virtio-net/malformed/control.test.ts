// Control commands, right and wrong, and what QEMU answers (hw/net/virtio-net.c,
// virtio_net_handle_ctrl_iov and the handlers of each class): status 0 or 1; only a command without
// room for its header or its status breaks the queue.
import { expect } from "chai";
import fc from "fast-check";
import { RING_FAULT } from "../../../../../engine/devices/virtio/ring-fault.ts";
import { BUFFER, CTRL, RawGuest } from "../raw-guest.ts";

const SEED = 32;
const OK = 0;
const ERR = 1;
const REFUSED = "virtio-net: control command refused";
const MULTICAST = [1, 0, 0x5e, 0, 0, 1];

function aGuest(): RawGuest {
  return new RawGuest().start(["VERSION_1", "CTRL_VQ", "CTRL_RX", "CTRL_VLAN", "CTRL_MAC_ADDR"]);
}

/** MAC_TABLE_SET with these counts and as many addresses as the lists hold. */
function tables(unicast: number, multicast: number, addresses: number): number[] {
  const word = (value: number): number[] => [0, 8, 16, 24].map((bit) => (value >>> bit) & 0xff);
  const bytes = Array<number>(6 * addresses).fill(2);
  return [
    1,
    0,
    ...word(unicast),
    ...bytes.slice(0, 6 * unicast),
    ...word(multicast),
    ...bytes.slice(6 * unicast),
  ];
}

describe("Virtio-net control queue", () => {
  const good: [string, number[], (guest: RawGuest) => unknown, unknown][] = [
    ["promiscuous mode", [0, 0, 0], (guest) => guest.device.filter.promiscuous, false],
    ["all multicast", [0, 1, 1], (guest) => guest.device.filter.allMulticast, true],
    ["all unicast", [0, 2, 1], (guest) => guest.device.filter.allUnicast, true],
    ["no multicast", [0, 3, 1], (guest) => guest.device.filter.noMulticast, true],
    ["no unicast", [0, 4, 1], (guest) => guest.device.filter.noUnicast, true],
    ["no broadcast", [0, 5, 7], (guest) => guest.device.filter.noBroadcast, true],
    ["its address", [1, 1, 2, 3, 4, 5, 6, 7], (guest) => [...guest.device.mac], [2, 3, 4, 5, 6, 7]],
    ["its tables", tables(1, 2, 3), (guest) => guest.device.filter.tableCount, 3],
    ["too many unicast", tables(65, 0, 65), (guest) => guest.device.filter.unicastOverflow, true],
    ["too many in all", tables(1, 64, 65), (guest) => guest.device.filter.multicastOverflow, true],
  ];
  for (const [what, command, look, value] of good) {
    it(`sets ${what}`, () => {
      const guest = aGuest();
      expect(guest.control(command)).to.equal(OK);
      expect(look(guest)).to.deep.equal(value);
      expect(guest.usedBytes(CTRL, 0)).to.equal(1);
      expect(guest.errors).to.deep.equal([]);
    });
  }

  const bad: [string, number[]][] = [
    ["an unknown class", [9, 0, 0]],
    ["an unknown receive mode", [0, 6, 1]],
    ["a receive mode without a value", [0, 0]],
    ["an unknown address command", [1, 2, 0, 0, 0, 0, 0, 0]],
    ["an address of 5 bytes", [1, 1, 2, 3, 4, 5, 6]],
    ["an address of 7 bytes", [1, 1, 2, 3, 4, 5, 6, 7, 8]],
    ["tables without a count", [1, 0, 0]],
    ["tables without a second count", tables(0, 0, 0).slice(0, 7)],
    ["tables shorter than their counts", tables(1, 2, 2)],
    ["tables longer than their counts", tables(1, 1, 3)],
    ["a count of 2^32 - 1", [1, 0, 255, 255, 255, 255, 0, 0, 0, 0]],
    ["VLAN 4096", [2, 0, 0, 16]],
    ["half a VLAN", [2, 0, 5]],
    ["an unknown VLAN command", [2, 2, 5, 0]],
    ["an announcement nobody asked for", [3, 0]],
    ["queue pairs it does not have", [4, 0, 2, 0]],
    ["offloads it does not have", [5, 0, 1, 0, 0, 0, 0, 0, 0, 0]],
  ];
  for (const [what, command] of bad) {
    it(`refuses ${what}`, () => {
      const guest = aGuest();
      expect(guest.control(command)).to.equal(ERR);
      expect(guest.errors).to.deep.equal([REFUSED]);
      expect(guest.device.broken).to.equal(false);
      expect(guest.control([0, 1, 1])).to.equal(OK);
    });
  }

  it("needs a reset after a command shorter than its header", () => {
    const guest = aGuest();
    guest.offer(CTRL, [{ byteCount: 1 }, { byteCount: 1, flags: 2 }]);
    guest.kick(CTRL);
    expect(guest.errors).to.deep.equal([RING_FAULT.shortControl]);
    expect(guest.get("device_status")).to.equal(15 | 0x40);
  });

  it("needs a reset after a command without room for a status", () => {
    const guest = aGuest();
    guest.offer(CTRL, [{ byteCount: 3 }]);
    guest.kick(CTRL);
    expect(guest.errors).to.deep.equal([RING_FAULT.shortControl]);
  });

  it("filters by what it was told", () => {
    const guest = aGuest();
    const accepts = (destination: readonly number[], vlan?: number): boolean => {
      const { memory } = guest.machine;
      const tag = vlan === undefined ? [8, 0] : [0x81, 0, vlan >> 8, vlan & 0xff];
      memory.bytes.set([...destination, 2, 2, 2, 2, 2, 2, ...tag, 0, 0, 0, 0], BUFFER + 0x2000);
      return guest.device.filter.accepts(memory, BUFFER + 0x2000, 60);
    };
    expect(accepts([2, 9, 9, 9, 9, 9])).to.equal(true);
    guest.control([0, 0, 0]);
    expect(accepts([2, 9, 9, 9, 9, 9])).to.equal(false);
    expect(accepts([0x52, 0x54, 0, 0x12, 0x34, 0x56])).to.equal(true);
    expect(accepts(Array(6).fill(255))).to.equal(true);
    expect(accepts(MULTICAST)).to.equal(false);
    guest.control([1, 0, 1, 0, 0, 0, 2, 9, 9, 9, 9, 9, 1, 0, 0, 0, ...MULTICAST]);
    expect([accepts(MULTICAST), accepts([2, 9, 9, 9, 9, 9])]).to.deep.equal([true, true]);
    expect(accepts([1, 0, 0x5e, 0, 0, 2])).to.equal(false);
    expect(accepts(Array(6).fill(255), 7)).to.equal(false);
    guest.control([2, 0, 7, 0]);
    expect(accepts(Array(6).fill(255), 7)).to.equal(true);
    guest.control([2, 1, 7, 0]);
    expect(accepts(Array(6).fill(255), 7)).to.equal(false);
    guest.control([0, 5, 1]);
    expect(accepts(Array(6).fill(255))).to.equal(false);
  });

  it(`throws at no command whatever, seed ${SEED}`, () => {
    const command = fc.oneof(
      fc.array(fc.nat(255), { minLength: 2, maxLength: 60 }),
      fc.array(fc.nat(5), { minLength: 2, maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 10 }), (commands) => {
        const guest = aGuest();
        for (const bytes of commands) expect(guest.control(bytes)).to.be.oneOf([OK, ERR]);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});
