// Contrail's vRouter: dp-core/vr_flow.c, vr_nexthop.c, vr_mpls.c, vr_vxlan.c; RFC 7510, RFC 7348.
import { expect } from "chai";
import type { FarEnd } from "../../../engine/host/host-path.ts";
import { VrouterPath, type VrouterOptions } from "../../../engine/host/vrouter.ts";
import { LocalPorts } from "../../../engine/host/local-ports.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { aFrame, aPath, BROADCAST, FAR, GUEST } from "./a-path.ts";
import { readOuter } from "./overlay.ts";

const OTHER = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x57);

function aVrouter(changes: Partial<VrouterOptions> = {}, locals = new LocalPorts()) {
  const options: VrouterOptions = {
    encapsulation: "mplsoudp",
    mtuBytes: 9000,
    policy: "allow",
    mirror: false,
    plane: "kernel",
    ...changes,
  };
  return aPath((machine, tap) => new VrouterPath(machine, tap, options, locals));
}

function udp(direction: "tx" | "rx", count = 1, frameBytesWithoutFcs = 60): Uint8Array[] {
  return generatePackets({ count, frameBytesWithoutFcs, seed: 1, direction });
}

/** The frame with the opposite addresses and ports, as an answer has them. */
function answer(frame: Uint8Array): Uint8Array {
  const back = frame.slice();
  back.set(frame.subarray(6, 12), 0);
  back.set(frame.subarray(0, 6), 6);
  back.set(frame.subarray(30, 34), 26);
  back.set(frame.subarray(26, 30), 30);
  back.set(frame.subarray(36, 38), 34);
  back.set(frame.subarray(34, 36), 36);
  return back;
}

const drops = (steps: readonly string[]) => steps.filter((step) => step.startsWith("frameDropped"));

describe("VrouterPath", () => {
  it("traps the first packet of a flow to the agent, and the rest not", () => {
    const path = aVrouter();
    const [first, second] = udp("tx", 2) as [Uint8Array, Uint8Array];
    path.leave(first);
    expect(path.steps()).to.deep.equal([
      "copy write to TAP: user to host kernel",
      "tableLookup vRouter flow table: no entry, put on hold",
      "copy flow trap: a clone to the agent",
      "wakeUp contrail-vrouter-agent",
      "contextSwitch contrail-vrouter-agent",
      "systemCall read(pkt0): a trapped packet",
      "deviceStep agent: policy permits the flow",
      "systemCall sendmsg(netlink): vr_flow_req, this direction",
      "systemCall sendmsg(netlink): vr_flow_req, the reverse flow",
      "call vr_flow_flush_hold_queue",
      "tableLookup vRouter flow table: forward",
      "tableLookup vRouter bridge table: tunnel to the other host",
      "headersChanged Ethernet, IPv4, UDP, MPLS",
      "wireTransmit wire",
    ]);
    path.leave(second);
    expect(path.steps()).to.deep.equal([
      "copy write to TAP: user to host kernel",
      "tableLookup vRouter flow table: forward",
      "tableLookup vRouter bridge table: tunnel to the other host",
      "headersChanged Ethernet, IPv4, UDP, MPLS",
      "wireTransmit wire",
    ]);
    expect(path.sent.map((frame) => readOuter(frame).inner)).to.deep.equal([first, second]);
  });

  it("lets the answer in by the reverse flow, without the agent", () => {
    const path = aVrouter();
    const [frame] = udp("tx") as [Uint8Array];
    path.leave(frame);
    path.steps();
    path.arrive(answer(frame));
    expect(path.steps()).to.deep.equal([
      "wireReceive wire",
      "headersChanged Ethernet, IPv4, UDP, MPLS",
      "tableLookup vRouter MPLS label table: the guest's interface",
      "tableLookup vRouter flow table: forward",
      "copy read from TAP: host kernel to user",
    ]);
    expect(path.given).to.deep.equal([answer(frame)]);
  });

  it("asks the agent again once flows have timed out", () => {
    const path = aVrouter();
    const [frame] = udp("tx") as [Uint8Array];
    path.leave(frame);
    path.path.expireFlows?.();
    path.steps();
    path.leave(frame);
    expect(path.steps()[1]).to.equal("tableLookup vRouter flow table: no entry, put on hold");
    expect(path.sent).to.have.length(2);
  });

  it("keeps three packets of a flow on hold and drops what follows until the agent has spoken", () => {
    const path = aVrouter();
    const frames = udp("tx", 6);
    const { machine, wire } = path;
    const slot = machine.memory.allocateHost(64);
    frames.forEach((frame, n) => {
      machine.memory.bytes.set(frame, slot);
      machine.trace.packet = n;
      wire.transmit(slot, frame.length);
    });
    machine.run();
    expect(path.sent.map((frame) => readOuter(frame).inner)).to.deep.equal(frames.slice(0, 3));
    expect(drops(path.steps())).to.deep.equal(
      Array(3).fill(
        "frameDropped vRouter: three packets wait already (VP_DROP_FLOW_QUEUE_LIMIT_EXCEEDED)",
      ),
    );
  });

  it("drops what the policy denies, in both directions, with the reason", () => {
    const path = aVrouter({ policy: "deny-udp" });
    const [frame] = udp("tx") as [Uint8Array];
    path.leave(frame);
    path.leave(frame);
    path.arrive(answer(frame));
    expect([path.sent.length, path.given.length]).to.deep.equal([0, 0]);
    expect(drops(path.steps())).to.deep.equal(
      Array(3).fill("frameDropped vRouter: policy denies the flow (VP_DROP_FLOW_ACTION_DROP)"),
    );
    const tcp = frame.slice();
    tcp[23] = 6;
    path.leave(tcp);
    expect(path.sent).to.have.length(1);
  });

  it("keeps no flows of groups, tagged frames, other protocols, or without policy", () => {
    const path = aVrouter({ policy: "deny" });
    const [frame] = udp("tx") as [Uint8Array];
    const group = frame.slice();
    group.set(BROADCAST, 0);
    const tagged = Uint8Array.of(...frame.subarray(0, 12), 0x81, 0, 0, 5, ...frame.subarray(12));
    path.leave(group);
    path.leave(tagged);
    path.leave(aFrame(FAR, GUEST));
    const free = aVrouter({ policy: "off" });
    free.leave(frame);
    expect([path.sent.length, free.sent.length]).to.deep.equal([3, 1]);
    for (const { steps } of [path, free]) {
      expect(steps().some((step) => step.includes("flow table"))).to.equal(false);
    }
  });

  it("gives later fragments the ports of their head, and drops those without one", () => {
    const path = aVrouter();
    const [head] = udp("tx", 1, 100) as [Uint8Array];
    head.set([0x12, 0x34, 0x20, 0x00], 18);
    const tail = head.slice();
    tail.set([0x00, 0x08], 20);
    const orphan = tail.slice();
    orphan[18] = 0x99;
    path.leave(head);
    path.steps();
    path.leave(tail);
    expect(path.steps()[1]).to.equal("tableLookup vRouter flow table: forward");
    path.leave(orphan);
    expect(path.sent).to.have.length(2);
    expect(drops(path.steps())).to.deep.equal([
      "frameDropped vRouter: fragment without its head (VP_DROP_FRAGMENTS)",
    ]);
  });

  it("carries frames to another guest of the host without a tunnel, and groups to both", () => {
    const locals = new LocalPorts();
    const path = aVrouter({ policy: "off" }, locals);
    locals.addPort(OTHER);
    path.leave(aFrame(OTHER, GUEST));
    expect([path.sent.length, path.neighbours.length]).to.deep.equal([0, 1]);
    path.leave(aFrame(BROADCAST, GUEST));
    expect([path.sent.length, path.neighbours.length]).to.deep.equal([1, 2]);
    expect(path.neighbours.map(([port]) => port)).to.deep.equal([2, 2]);
  });

  it("sends a copy of each frame to the analyzer, both ways, when it mirrors", () => {
    const path = aVrouter({ mirror: true });
    const [frame] = udp("tx") as [Uint8Array];
    path.leave(frame);
    path.arrive(answer(frame));
    const outers = path.sent.map((sent) => readOuter(sent));
    expect(
      outers.map(({ destination, udpPort, label }) => [destination, udpPort, label]),
    ).to.deep.equal([
      ["198.51.100.9", 4789, 9001],
      ["198.51.100.2", 6635, 37],
      ["198.51.100.9", 4789, 9001],
    ]);
    expect(outers.map(({ inner }) => inner)).to.deep.equal([frame, frame, answer(frame)]);
    expect(path.given).to.deep.equal([answer(frame)]);
  });

  it("splits the outer packet where the fabric is too small, and puts it together on arrival", () => {
    for (const encapsulation of ["mplsoudp", "vxlan"] as const) {
      const path = aVrouter({ encapsulation, mtuBytes: 1500, policy: "off" });
      const frame = aFrame(FAR, GUEST, 1514);
      path.leave(frame);
      expect(path.sent.map((part) => part.length)).to.deep.equal(
        encapsulation === "vxlan" ? [1514, 84] : [1514, 80],
      );
      const { farEnd } = path.path;
      const [head, tail] = path.sent as [Uint8Array, Uint8Array];
      expect(farEnd?.receive(head)).to.equal(undefined);
      expect(farEnd?.receive(tail)).to.deep.equal(frame);
      const back = aFrame(GUEST, FAR, 1514, 3);
      path.arrive(back);
      expect(path.given).to.deep.equal([back]);
      expect(path.steps()).to.include("call ip_defrag");
    }
  });

  it("does not split what the guest forbids to split", () => {
    const path = aVrouter({ mtuBytes: 1500 });
    const frame = udp("tx", 1, 1514)[0] as Uint8Array;
    path.leave(frame);
    path.arrive(answer(frame));
    expect([path.sent.length, path.given.length]).to.deep.equal([0, 0]);
    expect(drops(path.steps())).to.deep.equal([
      "frameDropped vRouter: too long for the fabric, don't-fragment set (AGENT_TRAP_HANDLE_DF)",
      "frameDropped at the other end: too long for the fabric",
    ]);
  });

  it("names what it does not take from the fabric: strangers, damage, other labels", () => {
    const path = aVrouter();
    const good = (path.path.farEnd as FarEnd).send(aFrame(GUEST, FAR))[0] as Uint8Array;
    const changed = (change: (frame: Uint8Array) => void): Uint8Array => {
      const frame = good.slice();
      change(frame);
      return frame;
    };
    const { memory } = path.machine;
    const slot = memory.allocateHost(2048);
    const cases: [Uint8Array, string][] = [
      [aFrame(GUEST, FAR), "not IPv4"],
      [changed((frame) => (frame[24] = 0)), "IPv4 header damaged"],
      [changed((frame) => (frame[14] = 0x46)), "IPv4 header damaged"],
      [good.subarray(0, 80), "IPv4 header damaged"],
      [changed((frame) => patch(frame, 33, 77)), "not for this host"],
      [changed((frame) => patch(frame, 23, 6)), "not UDP"],
      [changed((frame) => (frame[39] = 1)), "UDP header damaged"],
      [changed((frame) => (frame[37] = 0)), "no overlay behind this UDP port"],
      [changed((frame) => (frame[44] = 0)), "more than one MPLS label"],
      [changed((frame) => frame.set([0x12, 0xb5], 36)), "VXLAN without a VNI"],
    ];
    for (const [frame, reason] of cases) {
      memory.bytes.set(frame, slot);
      path.path.arriving(slot, frame.length);
      expect(drops(path.steps()), reason).to.deep.equal([
        `frameDropped vRouter: no tunnel packet, to the host's own stack: ${reason}`,
      ]);
    }
    memory.bytes.set(
      changed((frame) => (frame[43] = 9)),
      slot,
    );
    path.path.arriving(slot, good.length);
    expect(drops(path.steps())).to.deep.equal([
      "frameDropped vRouter: label of nobody here (VP_DROP_INVALID_LABEL)",
    ]);
    expect(path.given).to.deep.equal([]);
  });
});

/** Changes a byte and makes the IPv4 checksum right again, as RFC 1624 does. */
function patch(frame: Uint8Array, at: number, value: number): void {
  const view = new DataView(frame.buffer);
  const even = at & ~1;
  const before = view.getUint16(even);
  frame[at] = value;
  let sum = (~view.getUint16(24) & 0xffff) + (~before & 0xffff) + view.getUint16(even);
  sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(24, ~((sum & 0xffff) + (sum >>> 16)) & 0xffff);
}
