// Open vSwitch with the NORMAL action: net/openvswitch/datapath.c, flow.c, flow_table.c; lib/dpif-netdev.c.
import { expect } from "chai";
import { OvsPath, type OvsOptions } from "../../../engine/host/ovs.ts";
import { OvsSwitch } from "../../../engine/host/ovs-switch.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { aFrame, aPath, BROADCAST, FAR, GUEST } from "./a-path.ts";
import { readOuter } from "./overlay.ts";

function anOvs(changes: Partial<OvsOptions> = {}, shared = new OvsSwitch()) {
  const options: OvsOptions = {
    vxlan: false,
    mtuBytes: 9000,
    mirror: false,
    plane: "kernel",
    ...changes,
  };
  return aPath((machine, tap) => new OvsPath(machine, tap, options, shared));
}

const drops = (steps: readonly string[]) => steps.filter((step) => step.startsWith("frameDropped"));

describe("OvsPath", () => {
  it("sends the first packet of a flow up to ovs-vswitchd, and the rest not", () => {
    const path = anOvs();
    const frame = aFrame(FAR, GUEST);
    path.leave(frame);
    expect(path.steps()).to.deep.equal([
      "copy write to TAP: user to host kernel",
      "tableLookup OVS flow table: no flow",
      "copy upcall: into a netlink message",
      "wakeUp ovs-vswitchd handler",
      "contextSwitch ovs-vswitchd handler",
      "systemCall recvmsg(netlink): OVS_PACKET_CMD_MISS",
      "call xlate_actions",
      "systemCall sendmsg(netlink): OVS_FLOW_CMD_NEW",
      "systemCall sendmsg(netlink): OVS_PACKET_CMD_EXECUTE",
      "copy execute: back to the kernel",
      "wireTransmit wire",
    ]);
    path.leave(frame);
    expect(path.steps()).to.deep.equal([
      "copy write to TAP: user to host kernel",
      "tableLookup OVS flow table: hit",
      "wireTransmit wire",
    ]);
    expect(path.sent).to.deep.equal([frame, frame]);
  });

  it("matches by what the decision looked at: one flow for all ports of a pair of hosts", () => {
    const path = anOvs();
    const [udp] = generatePackets({ count: 1, frameBytesWithoutFcs: 60, seed: 1, direction: "tx" });
    const other = (udp as Uint8Array).slice();
    other[35] = 99;
    const fragment = other.slice();
    fragment[20] = 0x20;
    path.leave(udp as Uint8Array);
    path.steps();
    path.leave(other);
    expect(path.steps()[1]).to.equal("tableLookup OVS flow table: hit");
    path.leave(fragment);
    expect(path.steps()[1]).to.equal("tableLookup OVS flow table: no flow");
  });

  it("learns where an address is and corrects the flows that were flooded", () => {
    const shared = new OvsSwitch();
    const path = anOvs({}, shared);
    shared.portCount++;
    const frame = aFrame(FAR, GUEST);
    path.leave(frame);
    expect(path.neighbours.map(([port]) => port)).to.deep.equal([2]);
    path.steps();
    path.arrive(aFrame(GUEST, FAR));
    const steps = path.steps();
    expect(steps).to.include("call update_learning_table");
    expect(steps).to.include("invalidation OVS flows whose action has changed");
    path.leave(frame);
    expect(path.neighbours).to.have.length(1);
    expect(path.sent).to.have.length(2);
    expect(path.given).to.deep.equal([aFrame(GUEST, FAR)]);
  });

  it("asks again once flows have timed out, but remembers addresses", () => {
    const path = anOvs();
    path.arrive(aFrame(GUEST, FAR));
    path.path.expireFlows?.();
    path.steps();
    path.arrive(aFrame(GUEST, FAR));
    const steps = path.steps();
    expect(steps[1]).to.equal("tableLookup OVS flow table: no flow");
    expect(steps).to.not.include("call update_learning_table");
  });

  it("sends up all packets of a burst that come before the flow is there, and loses none", () => {
    const path = anOvs();
    const { machine, wire } = path;
    const slot = machine.memory.allocateHost(64);
    for (let n = 0; n < 5; n++) {
      machine.memory.bytes.set(aFrame(FAR, GUEST, 60, n), slot);
      machine.trace.packet = n;
      wire.transmit(slot, 60);
    }
    machine.run();
    const steps = path.steps();
    const count = (step: string) => steps.filter((each) => each === step).length;
    expect(count("copy upcall: into a netlink message")).to.equal(5);
    expect(count("wakeUp ovs-vswitchd handler")).to.equal(1);
    expect(count("systemCall sendmsg(netlink): OVS_FLOW_CMD_NEW")).to.equal(1);
    expect(path.sent.map((frame) => frame[20])).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it("drops with a reason: reserved groups, and what is behind its own port", () => {
    const path = anOvs();
    path.leave(aFrame(Uint8Array.of(1, 0x80, 0xc2, 0, 0, 0x0e), GUEST));
    path.arrive(aFrame(BROADCAST, FAR));
    path.arrive(aFrame(FAR, Uint8Array.of(2, 0, 0, 0, 0, 1)));
    expect([path.sent.length, path.given.length]).to.deep.equal([0, 1]);
    expect(drops(path.steps())).to.deep.equal(
      Array(2).fill(
        "frameDropped OVS: no port to send it to (reserved group, or behind the port it came from)",
      ),
    );
  });

  it("drops what its socket or its uplink does not hold", () => {
    const path = anOvs({ mtuBytes: 1300 });
    path.leave(aFrame(FAR, GUEST, 1318));
    path.leave(aFrame(FAR, GUEST, 1319));
    expect(drops(path.steps())).to.deep.equal(["frameDropped OVS: longer than the uplink's MTU"]);
    const { machine, wire } = path;
    path.path.expireFlows?.();
    const slot = machine.memory.allocateHost(16_384);
    machine.memory.bytes.set(aFrame(FAR, GUEST, 16_384), slot);
    for (let n = 0; n < 257; n++) wire.transmit(slot, 16_384);
    expect(drops(path.steps())).to.deep.equal(["frameDropped OVS: the handler's socket is full"]);
  });

  it("puts VXLAN in front of what leaves, never in fragments", () => {
    const path = anOvs({ vxlan: true, mtuBytes: 1500 });
    const small = aFrame(FAR, GUEST, 1464);
    path.leave(small);
    path.leave(aFrame(FAR, GUEST, 1465));
    const outers = path.sent.map((frame) => readOuter(frame));
    expect(outers.map(({ label, dontFragment }) => [label, dontFragment])).to.deep.equal([
      [5001, true],
    ]);
    expect(outers[0]?.inner).to.deep.equal(small);
    expect(drops(path.steps())).to.deep.equal([
      "frameDropped outer packet longer than the fabric's MTU and not to be fragmented",
    ]);
    path.arrive(aFrame(GUEST, FAR, 1464));
    path.arrive(aFrame(GUEST, FAR, 1465));
    expect(path.given).to.deep.equal([aFrame(GUEST, FAR, 1464)]);
    expect(drops(path.steps())).to.deep.equal([
      "frameDropped at the other end: too long for the fabric",
    ]);
  });

  it("names what it does not take from the fabric", () => {
    const path = anOvs({ vxlan: true });
    const { memory } = path.machine;
    const slot = memory.allocateHost(2048);
    const good = path.path.farEnd?.send(aFrame(GUEST, FAR))[0] ?? new Uint8Array();
    good[48] = 9;
    for (const frame of [aFrame(GUEST, FAR), good]) {
      memory.bytes.set(frame, slot);
      path.path.arriving(slot, frame.length);
    }
    expect(drops(path.steps())).to.deep.equal([
      "frameDropped OVS: no tunnel packet, to the host's own stack: not IPv4",
      "frameDropped OVS: no tunnel port with this VNI",
    ]);
  });

  it("copies each packet to the mirror's port", () => {
    const path = anOvs({ mirror: true });
    for (let n = 0; n < 3; n++) path.leave(aFrame(FAR, GUEST));
    const copies = path.steps().filter((step) => step.startsWith("copy mirror"));
    expect(copies).to.have.length(3);
  });

  it("on DPDK decides in the polling thread itself: no switch, no system call, no copy", () => {
    const path = anOvs({ plane: "dpdk" });
    path.leave(aFrame(FAR, GUEST));
    expect(path.steps()).to.deep.equal([
      "copy write to TAP: user to host kernel",
      "tableLookup OVS classifier (dpcls): no flow",
      "call xlate_actions",
      "call dp_netdev_flow_add",
      "wireTransmit wire",
    ]);
  });

  it("on DPDK puts one flow in a hundred into the exact-match cache", () => {
    const path = anOvs({ plane: "dpdk" });
    for (let n = 0; n < 2000; n++) path.leave(aFrame(FAR, GUEST));
    const steps = path.steps().filter((step) => step.startsWith("tableLookup"));
    const cached = steps.indexOf("tableLookup OVS exact-match cache (EMC): hit");
    expect(cached).to.be.greaterThan(1).and.to.be.lessThan(1000);
    expect(new Set(steps.slice(cached)).size).to.equal(1);
  });
});
