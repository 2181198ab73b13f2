// Whole runs through every host path: bundled captures, all directions, to the byte; nothing lost without a row.
import { expect } from "chai";
import { findMode } from "../../../engine/modes/index.ts";
import type { KnobValues } from "../../../engine/modes/knob.ts";
import { readCapture } from "../../../engine/packets/capture.ts";
import { simulate, type SeenFrame } from "../../../engine/run/simulate.ts";
import { DIRECTIONS } from "../../../engine/run/direction.ts";
import { readOuter } from "../host/overlay.ts";

const PATHS: readonly KnobValues[] = [
  { hostPath: "none" },
  { hostPath: "bridge" },
  { hostPath: "macvtap-passthru" },
  { hostPath: "ovs" },
  { hostPath: "ovs", encapsulation: "vxlan" },
  { hostPath: "vrouter" },
  { hostPath: "vrouter", encapsulation: "vxlan" },
  { hostPath: "vrouter", policy: "off" },
];
const CAPTURES = ["ping-vlan.pcap", "ipv6-mix.pcap", "fragments.pcap"];

function bytesOf(frames: readonly SeenFrame[]): Uint8Array[] {
  return frames.map(({ bytes }) => bytes);
}

describe("A run through a host path", () => {
  for (const knobs of PATHS) {
    it(`carries captures to the byte: ${Object.values(knobs).join(", ")}`, async () => {
      for (const file of CAPTURES) {
        const answer = await fetch(`/site/public/captures/${file}`);
        const capture = readCapture(new Uint8Array(await answer.arrayBuffer()), file);
        const frames = capture.packets.map((packet) => packet.frame);
        for (const direction of DIRECTIONS) {
          const run = simulate({ mode: findMode("virtio-qemu"), frames, direction, knobs });
          const what = `${file} ${direction}`;
          expect(run.totals.droppedFrames, what).to.equal(0);
          const once = direction === "rx" ? run.delivered : run.transmitted;
          expect(bytesOf(once), what).to.deep.equal(frames);
          if (direction === "echo") expect(run.delivered.length, what).to.equal(frames.length);
          const overlaid = knobs["hostPath"] === "vrouter" || knobs["encapsulation"] === "vxlan";
          if (overlaid) for (const { bytes } of run.wire) readOuter(bytes);
          else expect(bytesOf(run.wire).slice(0, 1), what).to.deep.equal(frames.slice(0, 1));
        }
      }
    });
  }

  it("drops what all at once is too much for an agent, and counts each", async () => {
    const answer = await fetch("/site/public/captures/imix-udp.pcap");
    const capture = readCapture(new Uint8Array(await answer.arrayBuffer()), "imix-udp.pcap");
    const frames = capture.packets.map((packet) => packet.frame);
    const run = simulate({
      mode: findMode("vmxnet3"),
      frames,
      direction: "tx",
      gapMicroseconds: 0,
      knobs: { hostPath: "vrouter" },
    });
    expect(run.totals.droppedFrames).to.be.greaterThan(0);
    expect(run.transmitted.length + run.totals.droppedFrames).to.equal(frames.length);
  });
});
