// Several guests on one host: frames between them, limits, one clock.
import { expect } from "chai";
import fc from "fast-check";
import { InputError } from "../../../engine/core/input-error.ts";
import { findMode, MODES } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { hostRunToText } from "../../../engine/run/host-report.ts";
import {
  simulateHost,
  type GuestChoice,
  type HostRun,
  type HostScenario,
} from "../../../engine/run/host-simulation.ts";
import { traceToCsv } from "../../../engine/trace/csv.ts";
import { readOuter } from "../host/overlay.ts";

const frames = generatePackets({ count: 5, frameBytesWithoutFcs: 90, seed: 6, direction: "tx" });

/** Guests by `MODE` or `MODE hostPath`. */
function guestsOf(...texts: string[]): GuestChoice[] {
  return texts.map((text) => {
    const [id, hostPath] = text.split(" ") as [string, string?];
    return { mode: findMode(id), knobs: hostPath === undefined ? {} : { hostPath } };
  });
}

function aHost(guests: GuestChoice[], changes: Partial<HostScenario> = {}): HostRun {
  return simulateHost({ guests, frames, direction: "tx", to: "neighbour", ...changes });
}

/** Frames that guest `to` got, without their addresses. */
function payloads(run: HostRun, to: number): Uint8Array[] {
  return (run.guests[to]?.delivered ?? []).map(({ bytes }) => bytes.subarray(12));
}

const sent = frames.map((frame) => frame.subarray(12));

describe("simulateHost", () => {
  it("carries frames between guests of every mode and host path without the wire", () => {
    for (const texts of [
      ["vtx-rtl8139 bridge", "virtio-qemu bridge"],
      ["vmxnet3 ovs", "vtx-rtl8139too ovs"],
      ["virtio-qemu vrouter", "vmxnet3 vrouter"],
      ["virtio-qemu macvtap", "vtx-rtl8139 macvtap"],
      ["vf-posted", "vf-injected", "vf-dpdk"],
      ["virtio-vhost-user ovs-dpdk", "virtio-vhost-user ovs-dpdk"],
      ["virtio-vhost-user vrouter-dpdk", "virtio-vhost-user vrouter-dpdk"],
      ["xen-netfront bridge", "bt-rtl8139 bridge"],
      ["vf-posted", "virtio-qemu bridge", "vf-injected", "vmxnet3 ovs"],
    ]) {
      const run = aHost(guestsOf(...texts));
      const count = texts.length;
      for (let guest = 0; guest < count; guest++) {
        expect(payloads(run, (guest + 1) % count), `${texts.join()} ${guest}`).to.deep.equal(sent);
        expect(run.talk[guest]?.[(guest + 1) % count]).to.equal(5);
        expect(run.guests[guest]?.totals.droppedFrames).to.equal(0);
      }
      const onWire = run.guests.map(({ totals }) => totals.transmittedFrames);
      expect(onWire, texts.join()).to.deep.equal(texts.map(() => 0));
    }
  });

  for (const { id } of MODES.filter((mode) => mode.id !== "native")) {
    it(`carries every frame from one guest of mode ${id} to the other and back`, () => {
      const run = aHost(guestsOf(id, id));
      expect([payloads(run, 0), payloads(run, 1)]).to.deep.equal([sent, sent]);
      expect(run.talk).to.deep.equal([
        [0, 5, 0],
        [5, 0, 0],
        [0, 0, 0],
      ]);
    });
  }

  it("gives each guest an address of its own, also from a capture's frames", () => {
    const run = aHost(guestsOf("vtx-rtl8139", "vtx-rtl8139", "vtx-rtl8139"));
    expect(new Set(run.macs.map(String)).size).to.equal(3);
    const first = run.guests[1]?.delivered[0]?.bytes as Uint8Array;
    expect(first.subarray(0, 6)).to.deep.equal(run.macs[1]);
    expect(first.subarray(6, 12)).to.deep.equal(run.macs[0]);
  });

  it("lets each guest talk to its peer on the wire in all directions", () => {
    for (const direction of ["tx", "rx", "echo"] as const) {
      const back = generatePackets({
        count: 5,
        frameBytesWithoutFcs: 90,
        seed: 6,
        direction: direction === "rx" ? "rx" : "tx",
      });
      const guests = guestsOf("vtx-rtl8139", "virtio-qemu vrouter", "vf-injected");
      const run = aHost(guests, { frames: back, direction, to: "peer" });
      for (const { totals, wire, knobs } of run.guests) {
        expect(totals.transmittedFrames).to.equal(direction === "rx" ? 0 : 5);
        expect(totals.deliveredFrames).to.equal(direction === "tx" ? 0 : 5);
        if (knobs["hostPath"] !== "vrouter") continue;
        for (const { bytes } of wire) expect(readOuter(bytes).udpPort).to.equal(6635);
      }
    }
  });

  it("crosses between two switches of the host in the NIC when a virtual function is in use", () => {
    const run = aHost(guestsOf("vf-posted", "virtio-qemu bridge"));
    const rows = run.guests.map((guest) => traceToCsv(guest.trace, guest.registers));
    expect(rows[0]).to.include("82576 switch: behind the PF, over PCIe");
    expect(rows[1]).to.include("82576 switch: another guest's VF, over PCIe");
    expect(rows[1]).to.include("bridge FDB: known at this guest's port");
    expect(rows[0]).to.include("a frame from another function, over PCIe");
  });

  it("lets a guest of an overlay and one with a virtual function not meet: the bypass has no overlay", () => {
    const run = aHost(guestsOf("virtio-qemu vrouter", "vf-posted"));
    expect(run.guests.map(({ totals }) => totals.deliveredFrames)).to.deep.equal([0, 0]);
    expect(run.guests.map(({ totals }) => totals.transmittedFrames)).to.deep.equal([5, 5]);
    expect(readOuter(run.guests[0]?.wire[0]?.bytes as Uint8Array).destination).to.equal(
      "198.51.100.2",
    );
  });

  it("gives a broadcast to every other guest and the wire, once", () => {
    const all = frames[0]?.slice() as Uint8Array;
    all.fill(0xff, 0, 6);
    const guests = guestsOf("vf-posted", "vf-injected", "vtx-rtl8139", "virtio-qemu");
    const run = aHost(guests, { frames: [all], to: "peer" });
    expect(run.guests.map(({ totals }) => totals.deliveredFrames)).to.deep.equal([3, 3, 3, 3]);
    expect(run.guests.map(({ totals }) => totals.transmittedFrames)).to.deep.equal([1, 1, 1, 1]);
  });

  it("counts a switch whenever another guest's backend gets the shared core", () => {
    const guests = guestsOf("virtio-qemu", "virtio-qemu");
    const apart = aHost(guests, { to: "peer", hostCores: 2 });
    const shared = aHost(guests, { to: "peer", hostCores: 1 });
    expect(apart.backendSwitches).to.equal(0);
    expect(shared.backendSwitches).to.be.greaterThan(5);
    const counted = shared.guests.reduce((n, { totals }) => n + totals.contextSwitches, 0);
    const before = apart.guests.reduce((n, { totals }) => n + totals.contextSwitches, 0);
    expect(counted - before).to.equal(shared.backendSwitches);
  });

  it("gives the same for the same scenario, and tells it guest by guest", () => {
    const once = aHost(guestsOf("vtx-rtl8139", "vf-posted"));
    const again = aHost(guestsOf("vtx-rtl8139", "vf-posted"));
    const text = hostRunToText(once, 400);
    expect(text).to.equal(hostRunToText(again, 400));
    expect(text).to.match(/^guest 2: vf-posted, 52:54:00:12:34:57, SR-IOV/m);
    expect(text).to.match(/^guest 1 +- +5 +0$/m);
  });

  it("names what does not fit a host", () => {
    const cases: [GuestChoice[], Partial<HostScenario>, string][] = [
      [[], {}, "Guests: 0 is not a number of guests from 1 to 16."],
      [guestsOf("native", "vf-posted"), {}, "Guests: mode native is the host itself"],
      [
        guestsOf(...new Array<string>(8).fill("vf-posted")),
        {},
        "Guests: 8 guests want a virtual function, but a port of the 82576 has 7 for guests",
      ],
      [guestsOf("vf-posted"), {}, "Guests: one guest has no neighbour"],
      [guestsOf("vf-posted", "vmxnet3"), { direction: "echo" }, "Guests: between neighbours"],
      [guestsOf("vmxnet3"), { to: "peer", hostCores: 0 }, "Host cores: 0 is not a number"],
    ];
    for (const [guests, changes, message] of cases) {
      expect(() => aHost(guests, changes), message).to.throw(InputError, message);
    }
  });

  it("loses no frame without a row, whoever the guests are (seed 41)", () => {
    // Behind one switch, so that nothing is flooded: a copy would count twice.
    const virtual = ["vf-posted", "vf-injected"];
    const others = MODES.map(({ id, knobs }) => ({ id, spec: knobs["hostPath"] }));
    const behind = (hostPath: string): string[] =>
      others
        .filter(({ spec }) => spec?.type === "choice" && spec.choices.includes(hostPath))
        .map(({ id }) => `${id} ${hostPath}`);
    const kinds = [virtual, ...["bridge", "ovs", "vrouter", "macvtap"].map(behind)];
    const scenario = fc.record({
      guests: fc.oneof(
        ...kinds.map((texts) =>
          fc.array(fc.constantFrom(...texts), { minLength: 2, maxLength: 4 }),
        ),
      ),
      gapMicroseconds: fc.constantFrom(0, 3, 100),
      packetCount: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(scenario, ({ guests, gapMicroseconds, packetCount }) => {
        const chosen = guestsOf(...guests);
        const run = aHost(chosen, { gapMicroseconds, packetCount, trace: false });
        let seen = 0;
        for (const { totals } of run.guests) {
          seen += totals.deliveredFrames + totals.droppedFrames + totals.transmittedFrames;
        }
        expect(seen).to.equal(packetCount * guests.length);
      }),
      { seed: 41, numRuns: 15 },
    );
  });
});
