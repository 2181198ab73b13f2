import { expect } from "chai";
import { History } from "../../../../engine/history/history.ts";
import { ringsAt } from "../../../../engine/inspect/rings/index.ts";
import { findMode } from "../../../../engine/modes/index.ts";
import type { KnobValues } from "../../../../engine/modes/knob.ts";
import { generatePackets } from "../../../../engine/packets/packet-generator.ts";
import { type Run, simulate } from "../../../../engine/run/simulate.ts";
import { KIND } from "../../../../engine/trace/schema.ts";
import { brokenRules } from "./broken-rules.ts";

const SEED = 3;

/** Short rings are gone round more than once. */
function packetCountOf({ queueSize, ring }: KnobValues): number {
  return queueSize === 32 && ring === "packed" ? 40 : 5;
}

function aRun(modeId: string, direction: "tx" | "rx", knobs: KnobValues = {}): Run {
  const frames = generatePackets({
    count: packetCountOf(knobs),
    frameBytesWithoutFcs: 200,
    seed: SEED,
    direction,
  });
  const mode = findMode(modeId);
  // Three microseconds apart, so that several packets are in the rings at once.
  const scenario = { mode, frames, direction, knobs, gapMicroseconds: 3, seed: SEED };
  return simulate({ ...scenario, history: true });
}

const CASES: readonly (readonly [mode: string, knobs: KnobValues])[] = [
  ["native", {}],
  ["bt-rtl8139", {}],
  ["vtx-rtl8139", {}],
  ["vtx-rtl8139too", {}],
  ["xen-netfront", {}],
  ["xen-netfront", { driver: "pmd" }],
  ["vmxnet3", {}],
  ["vmxnet3", { driver: "pmd" }],
  ["virtio-qemu", { queueSize: 32 }],
  ["virtio-qemu", { queueSize: 32, mergeable: false, indirect: false, eventIndex: false }],
  ["virtio-qemu", { queueSize: 32, transport: "legacy" }],
  ["virtio-qemu", { queueSize: 32, ring: "packed" }],
  ["virtio-vhost", { queueSize: 32 }],
  ["virtio-vhost-user", { queueSize: 64 }],
  ["virtio-vhost-user", { queueSize: 64, driver: "pmd" }],
  ["vf-injected", {}],
  ["vf-dpdk", {}],
];

/** QEMU's RTL8139 gives a receive descriptor back with opts1 and then writes opts2 once more. */
const QEMU_LATE_STORE = /^row \d+: device writes rx_ring\[\d+\], which is the driver's$/;

describe("ownership at every row, seed 3", () => {
  for (const [mode, knobs] of CASES) {
    it(`${mode} ${JSON.stringify(knobs)}: each side writes only what is its own, frames go only where buffers were posted`, () => {
      for (const direction of ["tx", "rx"] as const) {
        const { places, history, trace } = aRun(mode, direction, knobs);
        if (history === undefined) throw new Error("a run with history has one");
        const broken = brokenRules(places, new History(history), trace);
        const expected = mode.endsWith("-rtl8139") ? QEMU_LATE_STORE : /^$/;
        const unexpected = broken.filter((what) => !expected.test(what));
        expect(unexpected, direction).to.deep.equal([]);
      }
    }).timeout(120_000);
  }

  it("8139cp: a descriptor is the chip's from the driver's store of OWN to the chip's, and says what it was", () => {
    const { places, history, trace } = aRun("vtx-rtl8139", "tx");
    if (history === undefined) throw new Error("a run with history has one");
    const open = new History(history);
    const changes: string[] = [];
    const packets: (number | undefined)[] = [];
    for (let row = 0; row < trace.length; row++) {
      const [tx] = ringsAt(places, open.at(row));
      for (const slot of tx?.slots ?? []) {
        if (slot.index !== 1 || slot.ownerBefore === undefined) continue;
        packets.push(slot.packet);
        const opts1 = slot.fields.find(({ name }) => name === "opts1");
        changes.push(`${slot.ownerBefore} to ${slot.owner}: ${opts1?.text}`);
        expect(opts1?.before?.value).not.to.equal(opts1?.value);
        expect([KIND.ringStore, KIND.dmaWrite]).to.include(trace.kind[row]);
      }
    }
    expect(packets).to.deep.equal([1, 1]);
    expect(changes).to.deep.equal([
      "driver to device: OWN FS LS IPCS UDPCS, 200 bytes",
      "device to driver: FS LS IPCS UDPCS, 200 bytes",
    ]);
  });
});
