// Every host path, both directions: frames arrive unchanged but for the headers that the path adds, those
// headers are valid, and nothing is lost without a row.
import { expect } from "chai";
import fc from "fast-check";
import { BridgePath } from "../../../engine/host/bridge.ts";
import { DirectPath } from "../../../engine/host/direct-path.ts";
import type { Attachment, FarEnd, HostPath } from "../../../engine/host/host-path.ts";
import { MACVTAP_MODES, MacvtapPath } from "../../../engine/host/macvtap.ts";
import { OvsPath } from "../../../engine/host/ovs.ts";
import { VrouterPath } from "../../../engine/host/vrouter.ts";
import type { Machine } from "../../../engine/machine.ts";
import { aPath, BROADCAST, FAR, GUEST, type RunningPath } from "./a-path.ts";
import { readOuter } from "./overlay.ts";

/** A path to try: how it is made for an MTU of the fabric, and what it adds. */
interface Tried {
  readonly name: string;
  readonly udpPort?: 6635 | 4789;
  make(machine: Machine, tap: Attachment, mtuBytes: number): HostPath;
}

const PATHS: readonly Tried[] = [
  { name: "no path", make: (_, tap) => new DirectPath(tap) },
  { name: "bridge", make: (machine, tap, mtuBytes) => new BridgePath(machine, tap, { mtuBytes }) },
  ...MACVTAP_MODES.map((mode) => ({
    name: `macvtap ${mode}`,
    make: (machine: Machine, tap: Attachment) => new MacvtapPath(machine, tap, { mode }),
  })),
  ...(["kernel", "dpdk"] as const).flatMap((plane): Tried[] => [
    ...[false, true].map((vxlan) => ({
      name: `ovs ${plane}${vxlan ? " vxlan" : ""}`,
      ...(vxlan ? { udpPort: 4789 as const } : {}),
      make: (machine: Machine, tap: Attachment, mtuBytes: number) =>
        new OvsPath(machine, tap, { vxlan, mtuBytes, mirror: false, plane }),
    })),
    ...(["mplsoudp", "vxlan"] as const).map((encapsulation) => ({
      name: `vrouter ${plane} ${encapsulation}`,
      udpPort: encapsulation === "vxlan" ? (4789 as const) : (6635 as const),
      make: (machine: Machine, tap: Attachment, mtuBytes: number) =>
        new VrouterPath(machine, tap, {
          encapsulation,
          mtuBytes,
          policy: "allow",
          mirror: false,
          plane,
        }),
    })),
  ]),
];

/** What stands behind the addresses: a type, often one that is read on, and bytes of any kind. */
const BODY = fc
  .tuple(
    fc.constantFrom(
      [0x08, 0x00, 0x45],
      [0x08, 0x00, 0x45],
      [0x86, 0xdd, 0x60],
      [0x81, 0x00, 0x20, 0x05, 0x08, 0x00, 0x45],
      [0x08, 0x06],
      [0x88, 0xb5],
    ),
    fc.uint8Array({ minLength: 0, maxLength: 1400 }),
  )
  .map(([head, rest]) => Uint8Array.of(...head, ...rest).slice(0, 1502));

function frameOf(to: Uint8Array, from: Uint8Array, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(Math.max(14, 12 + body.length));
  frame.set(to, 0);
  frame.set(from, 6);
  frame.set(body, 12);
  return frame;
}

function dropCount(path: RunningPath): number {
  return path.steps().filter((step) => step.startsWith("frameDropped")).length;
}

/** Runs the frames through both ways; what came out, and what was dropped. */
function runBoth(tried: Tried, bodies: readonly Uint8Array[], group: boolean, mtuBytes: number) {
  const path = aPath((machine, tap) => tried.make(machine, tap, mtuBytes));
  const out = bodies.map((body) => frameOf(group ? BROADCAST : FAR, GUEST, body));
  const back = bodies.map((body) => frameOf(group ? BROADCAST : GUEST, FAR, body));
  out.forEach((frame, n) => path.leave(frame, n));
  const droppedOut = dropCount(path);
  const sent = [...path.sent];
  back.forEach((frame, n) => path.arrive(frame, n));
  const droppedBack = dropCount(path);
  return { path, out, back, sent, droppedOut, droppedBack };
}

/** Each of `found` is one of `given`, in their order. */
function expectInOrder(found: readonly Uint8Array[], given: readonly Uint8Array[]): void {
  let at = 0;
  for (const frame of found) {
    while (at < given.length && String(given[at]) !== String(frame)) at++;
    expect(at, "a frame that nobody gave").to.be.lessThan(given.length);
    at++;
  }
}

describe("A host path", () => {
  for (const tried of PATHS) {
    it(`carries every frame to the byte, both ways: ${tried.name} (seed 51)`, () => {
      const bodies = fc.array(BODY, { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(bodies, fc.boolean(), (some, group) => {
          const { path, out, back, sent, droppedOut, droppedBack } = runBoth(
            tried,
            some,
            group,
            9000,
          );
          expect(sent.length + droppedOut).to.equal(out.length);
          expect(path.given.length + droppedBack).to.equal(back.length);
          const { udpPort } = tried;
          if (udpPort === undefined) expectInOrder(sent, out);
          else {
            const outers = sent.map((frame) => readOuter(frame));
            for (const outer of outers) expect(outer.udpPort).to.equal(udpPort);
            expectInOrder(
              outers.map(({ inner }) => inner),
              out,
            );
          }
          expectInOrder(path.given, back);
        }),
        { seed: 51, numRuns: 25 },
      );
    });
  }

  for (const tried of PATHS.filter(({ udpPort }) => udpPort !== undefined)) {
    it(`keeps or names what a small fabric does not hold: ${tried.name} (seed 52)`, () => {
      const bodies = fc.array(BODY, { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(bodies, fc.integer({ min: 1280, max: 1500 }), (some, mtuBytes) => {
          const { path, out, back, sent, droppedOut, droppedBack } = runBoth(
            tried,
            some,
            false,
            mtuBytes,
          );
          for (const frame of sent) expect(frame.length - 14).to.be.at.most(mtuBytes);
          const { farEnd } = path.path as { readonly farEnd: FarEnd };
          const whole = sent.flatMap((frame) => farEnd.receive(frame) ?? []);
          expect(whole.length + droppedOut).to.equal(out.length);
          expectInOrder(whole, out);
          expect(path.given.length + droppedBack).to.equal(back.length);
          expectInOrder(path.given, back);
        }),
        { seed: 52, numRuns: 25 },
      );
    });
  }

  it("does not depend on the order in which a datagram's fragments arrive", () => {
    for (const tried of PATHS.filter(({ name }) => name.startsWith("vrouter"))) {
      const path = aPath((machine, tap) => tried.make(machine, tap, 1300));
      const frame = frameOf(GUEST, FAR, new Uint8Array(1400).fill(9));
      const parts = path.path.farEnd?.send(frame) ?? [];
      expect(parts).to.have.length(2);
      const { memory } = path.machine;
      const slot = memory.allocateHost(2048);
      for (const part of [...parts].reverse()) {
        memory.bytes.set(part, slot);
        path.path.arriving(slot, part.length);
      }
      expect(path.given, tried.name).to.deep.equal([frame]);
    }
  });
});
