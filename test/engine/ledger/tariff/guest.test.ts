// Instructions a packet: recordings/kvm, vtx-*, summary.json, phases, ticks_per_packet_net and
// exits_per_packet_total.
import { expect } from "chai";
import type { ResourceName } from "../../../../engine/core/resource.ts";
import type { ActorName } from "../../../../engine/trace/actor.ts";
import { costsOf, type Row } from "./a-charge.ts";
import { Instructions, type Phase } from "./instructions.ts";

/** Outside of KVM's trace points, so in the recorded guest's count: an exit's way out and in. */
const KVM_PER_EXIT = 430;
/** A wake-up by the guest's timer that finds nothing to do: 3,014 + 787 and back to HLT 150. */
const IDLE_TICK = 3951;
const TOLERANCE = 0.25;
const GUEST: readonly ActorName[] = ["guestApplication", "guestDriver"];

const paced = (mode: string, direction: "tx" | "rx", frameBytes = 106): Phase => ({
  mode,
  direction,
  frameBytes,
  packets: 16,
  gapMicroseconds: 1000,
});
const burst = (mode: string, direction: "tx" | "rx"): Phase => ({
  mode,
  direction,
  frameBytes: 1442,
  packets: 256,
  gapMicroseconds: 0,
});

function near(ours: number, recorded: number, what: string): void {
  const text = `${what}: ${Math.round(ours)} of ${Math.round(recorded)} recorded`;
  expect(ours / recorded, text).to.be.within(1 - TOLERANCE, 1 + TOLERANCE);
}

describe("Instructions of a guest a packet", () => {
  // Guest's count, exits a packet, timers that are not the sender's own a packet.
  for (const [phase, guest, exits, ticks] of [
    [paced("virtio-vhost", "tx"), 24831, 8.31, 1.25],
    [paced("virtio-vhost", "rx"), 24958, 6.34, 1.13],
    [paced("virtio-qemu", "tx"), 25818, 8.41, 1.25],
    [paced("virtio-qemu", "rx"), 24682, 6.28, 1.09],
    [paced("vtx-rtl8139", "tx"), 24574, 12.34, 1.13],
    [paced("vtx-rtl8139", "rx"), 28505, 15.31, 1.09],
    [burst("virtio-vhost", "tx"), 6678, 0.05, 0],
    [burst("virtio-vhost", "rx"), 8626, 0.09, 0],
    [burst("virtio-qemu", "rx"), 8160, 0.06, 0],
    [burst("vtx-rtl8139", "tx"), 8348, 5.07, 0],
  ] as const) {
    const name = `${phase.mode} ${phase.direction}, ${phase.gapMicroseconds === 0 ? "burst" : "paced"}`;
    it(`${name}: stack and driver are within 25 % of the recorded guest's`, () => {
      const recorded = guest - exits * KVM_PER_EXIT - ticks * IDLE_TICK;
      near(new Instructions(phase).of("vcpu", GUEST), recorded, name);
    });
  }

  it("a sleeping sender costs the guest more than twice what a burst does", () => {
    const sleeping = new Instructions(paced("virtio-vhost", "tx")).of("vcpu", GUEST);
    const awake = new Instructions(burst("virtio-vhost", "tx")).of("vcpu", GUEST);
    expect(sleeping / awake).to.be.above(2);
  });
});

describe("Instructions of a backend a packet", () => {
  const BACKEND: readonly ActorName[] = ["deviceModel", "hostNetwork", "hypervisor"];
  /** The recorded uplink is a dummy: its start_xmit takes 344, no driver behind it. */
  const DUMMY = 344;
  /** Counted by the thread that is left: the recorded thread begins behind its switch. */
  const NOT_ITS_OWN = ["hostNicTransmit", "schedulerSwitchIn"];

  for (const [phase, thread, recorded] of [
    [paced("virtio-vhost", "tx"), "vhostWorker", 8359],
    [paced("virtio-vhost", "rx"), "vhostWorker", 8540],
    [burst("virtio-vhost", "tx"), "vhostWorker", 3921],
    [burst("virtio-vhost", "rx"), "vhostWorker", 2829],
    [paced("virtio-qemu", "tx"), "mainLoop", 48120],
    [paced("virtio-qemu", "rx"), "mainLoop", 31017],
    [burst("virtio-qemu", "tx"), "mainLoop", 10643],
    [burst("virtio-qemu", "rx"), "mainLoop", 10510],
    [paced("vtx-rtl8139", "rx"), "mainLoop", 29380],
    [paced("vtx-rtl8139", "rx", 1442), "mainLoop", 35157],
  ] as const satisfies readonly (readonly [Phase, ResourceName, number])[]) {
    const pace = phase.gapMicroseconds === 0 ? "burst" : "paced";
    const name = `${phase.mode} ${phase.direction}, ${pace}, ${phase.frameBytes} B`;
    it(`${name}: its thread is within 25 % of the recorded one`, () => {
      const sent = phase.direction === "tx" ? DUMMY : 0;
      near(new Instructions(phase).of(thread, BACKEND, NOT_ITS_OWN) + sent, recorded, name);
    });
  }

  // QEMU on the vCPU's thread and KVM around it; HLT and what surrounds it is the sleep's.
  for (const [phase, recorded] of [
    [paced("vtx-rtl8139", "tx"), 19847 + 37130 + 16724],
    [paced("vtx-rtl8139", "rx"), 34165 + 49050 + 18095],
    [burst("vtx-rtl8139", "tx"), 16219 + 40738],
  ] as const) {
    const name = `${phase.mode} ${phase.direction}, ${phase.frameBytes} B`;
    it(`${name}: QEMU and KVM on the vCPU's thread are within 25 % of the recorded ones`, () => {
      const sent = phase.direction === "tx" ? DUMMY : 0;
      near(new Instructions(phase).of("vcpu", BACKEND, NOT_ITS_OWN) + sent, recorded, name);
    });
  }
});

describe("Tariff of guest, QEMU, vhost and the host's kernel", () => {
  const lookup = (where: string, mode = "virtio-vhost"): string[] =>
    costsOf({ kind: "tableLookup", actor: "hostNetwork", where, mode });

  it("a frame meets the uplink's driver or a TAP's queue, by its direction", () => {
    expect(lookup("bridge FDB: known at the uplink")).to.deep.equal([
      "hostBridge",
      "hostNicTransmit",
    ]);
    expect(lookup("bridge FDB: known at this guest's port")).to.deep.equal([
      "hostBridge",
      "hostNicReceive",
      "hostTapQueue",
    ]);
    expect(lookup("bridge FDB: known at another guest's port")).to.not.include("hostNicTransmit");
  });

  it("a router's frame has a flow, a route and headers; behind vhost-user it is the process's", () => {
    expect(lookup("vRouter flow table: forward")).to.deep.equal(["hostVrouterFlow"]);
    expect(lookup("vRouter bridge table: tunnel to the other host")).to.include("hostNicTransmit");
    expect(lookup("vRouter MPLS label table: the guest's interface")).to.include("hostNicReceive");
    expect(lookup("vRouter flow table: forward", "virtio-vhost-user")).to.not.include(
      "hostVrouterFlow",
    );
  });

  it("packets of a batch of vhost's are counted, its turns are not multiplied", () => {
    const worker: Row = {
      kind: "deviceStep",
      actor: "deviceModel",
      where: "tun_sendmsg",
      mode: "virtio-vhost",
    };
    expect(costsOf(worker)).to.include("vhostTransmit");
    expect(costsOf({ ...worker, kind: "call", where: "handle_tx" })).to.deep.equal([
      "vhostTransmitWake",
    ]);
  });

  it("the socket's own price is the same under every NIC, the driver's is added", () => {
    for (const mode of ["native", "vf-posted", "virtio-vhost", "vtx-rtl8139", "vmxnet3"]) {
      const costs = costsOf({ kind: "deliver", actor: "guestApplication", where: "socket", mode });
      expect(costs, mode).to.include("guestReceive");
    }
    expect(
      costsOf({
        kind: "copy",
        actor: "guestApplication",
        where: "recvfrom: socket buffer to user",
        mode: "native",
      }),
    ).to.include("guestReceiveCall");
  });
});
