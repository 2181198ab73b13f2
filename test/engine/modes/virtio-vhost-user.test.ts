// lib/vhost/virtio_net.c and vhost.c of DPDK. Does not cover: several queue pairs, offloads, live
// migration, reconnection, vIOMMU.
import { expect } from "chai";
import fc from "fast-check";
import { directAccess } from "../../../engine/core/crossing.ts";
import { buildVirtioNet } from "../../../engine/devices/virtio-net/index.ts";
import type { VirtioNetOptions } from "../../../engine/devices/virtio-net/options.ts";
import { VhostUserDataPlane } from "../../../engine/devices/virtio-net/vhost-user-data-plane.ts";
import { PmdThread } from "../../../engine/host/pmd-thread.ts";
import { PolledUplink } from "../../../engine/host/polled-uplink.ts";
import { Machine } from "../../../engine/machine.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { rowsOf } from "../a-machine.ts";

const SEED = 31_337;
const mode = findMode("virtio-vhost-user");

function framesOf(count: number, direction: "tx" | "rx", bytes = 60): Uint8Array[] {
  return [...generatePackets({ count, frameBytesWithoutFcs: bytes, seed: 1, direction })];
}

/** A guest with the kernel's driver up, before a backend that polls. */
function aBackend(settings: Partial<VirtioNetOptions> = {}) {
  const machine = new Machine({ guestBytes: 16 << 20 });
  let plane: VhostUserDataPlane | undefined;
  const nic = buildVirtioNet(
    machine,
    { control: directAccess, doorbell: directAccess },
    {
      queueSize: 64,
      ...settings,
      dataPlane: (device, wire) => (plane = new VhostUserDataPlane(device, wire)),
    },
  );
  const port = plane as unknown as VhostUserDataPlane;
  const uplink = new PolledUplink(machine, undefined, port);
  nic.wire.hostPath = uplink;
  new PmdThread(machine, [port, uplink]).start();
  const step = (body: () => void): void => {
    machine.kernel.runProcess(body);
    machine.run();
  };
  step(() => {
    nic.driver.probe();
    nic.driver.open();
  });
  const sent: Uint8Array[] = [];
  nic.wire.onTransmit = (at, byteCount) =>
    sent.push(machine.memory.bytes.slice(at, at + byteCount));
  const errors = (): string[] =>
    rowsOf(machine.trace.finish())
      .filter((row) => row.startsWith("guestError"))
      .map((row) => row.replace(/^guestError (.*) value=.*$/, "$1"));
  machine.trace.clear();
  const { rx, tx } = { rx: nic.device.queues[0], tx: nic.device.queues[1] };
  return { machine, nic, step, sent, errors, port, rings: { rx: rx?.ring, tx: tx?.ring } };
}

type Backend = ReturnType<typeof aBackend>;

/** Exposes a descriptor chain on the split transmit ring as a guest may: any address, any flags. */
function expose(backend: Backend, address: number, length: number, flags = 0, next = 0): void {
  const { machine, rings, step } = backend;
  const { view } = machine.memory;
  const { desc, avail, num } = rings.tx as NonNullable<typeof rings.tx>;
  const index = view.getUint16(avail + 2, true);
  view.setUint32(desc + 16 * 5, address >>> 0, true);
  view.setUint32(desc + 16 * 5 + 4, Math.floor(address / 4294967296), true);
  view.setUint32(desc + 16 * 5 + 8, length, true);
  view.setUint16(desc + 16 * 5 + 12, flags, true);
  view.setUint16(desc + 16 * 5 + 14, next, true);
  view.setUint16(avail + 4 + 2 * (index % num), 5, true);
  step(() => view.setUint16(avail + 2, (index + 1) & 0xffff, true));
}

describe("Mode virtio-vhost-user", () => {
  it(`carries random traffic of the kernel's driver without a doorbell, seed ${SEED}`, () => {
    const traffic = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      bytes: fc.integer({ min: 60, max: 1514 }),
      gapMicroseconds: fc.constantFrom(0, 0.1, 3, 100),
      direction: fc.constantFrom("tx" as const, "rx" as const, "echo" as const),
      knobs: fc.record({
        ring: fc.constantFrom("split", "packed"),
        eventIndex: fc.boolean(),
        mergeable: fc.boolean(),
        queueSize: fc.constantFrom(64, 256),
        hostPath: fc.constantFrom("none", "ovs-dpdk"),
      }),
    });
    fc.assert(
      fc.property(traffic, ({ count, bytes, gapMicroseconds, direction, knobs }) => {
        const frames = framesOf(4, direction === "rx" ? "rx" : "tx", bytes);
        const scenario = { mode, frames, packetCount: count, direction, gapMicroseconds, knobs };
        const { totals, transmitted, delivered } = simulate(scenario);
        expect(totals.registerWrites).to.equal(0);
        expect([totals.guestErrors, totals.userExits]).to.deep.equal([0, 0]);
        expect(transmitted.length).to.equal(direction === "rx" ? 0 : count);
        expect(delivered.length + totals.droppedFrames).to.equal(direction === "tx" ? 0 : count);
        for (const seen of direction === "rx" ? delivered : transmitted) {
          expect(String(seen.bytes)).to.equal(String(frames[seen.packet % 4]));
        }
      }),
      { seed: SEED, numRuns: 12 },
    );
  });

  it("copies a frame once in each direction on the host, and once more in the guest", () => {
    for (const direction of ["tx", "rx"] as const) {
      const frames = framesOf(1, direction);
      const run = simulate({ mode, frames, packetCount: 10, direction });
      expect([run.totals.copies, run.totals.copiedBytes]).to.deep.equal([20, 1200]);
    }
  });

  it("interrupts a guest that polls in NAPI only when it asked for it: once for a burst", () => {
    const frames = framesOf(1, "rx");
    const paced = simulate({ mode, frames, packetCount: 40, direction: "rx" });
    expect(paced.totals.interrupts).to.equal(40);
    const burst = simulate({
      mode,
      frames,
      packetCount: 40,
      direction: "rx",
      gapMicroseconds: 0,
    });
    expect(burst.totals.deliveredFrames).to.equal(40);
    expect(burst.totals.interrupts).to.be.lessThan(5);
  });

  it("rings once in 65,536 buffers with event indices, as avail_event stands still", () => {
    const frames = framesOf(1, "tx");
    const scenario = { mode, frames, direction: "tx" as const, gapMicroseconds: 1, trace: false };
    const run = simulate({ ...scenario, packetCount: 65_540, keepFrames: false });
    expect(run.totals.registerWrites).to.equal(1);
    const flags = { eventIndex: false };
    const never = simulate({ ...scenario, packetCount: 65_540, keepFrames: false, knobs: flags });
    expect(never.totals.registerWrites).to.equal(0);
  });

  it("drops what the guest has no buffers for: the switch waits for nobody", () => {
    const run = simulate({
      mode,
      frames: framesOf(1, "rx"),
      packetCount: 300,
      direction: "rx",
      gapMicroseconds: 0,
      knobs: { queueSize: 64 },
    });
    const { deliveredFrames, droppedFrames, arrivedFrames } = run.totals;
    expect(arrivedFrames).to.equal(300);
    expect(droppedFrames).to.be.greaterThan(0);
    expect(deliveredFrames + droppedFrames).to.equal(300);
  });
});

describe("Mode virtio-vhost-user with DPDK's driver in the guest", () => {
  it(`has no exit, no interrupt and no doorbell, whatever the traffic, seed ${SEED}`, () => {
    const traffic = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      bytes: fc.integer({ min: 60, max: 1514 }),
      gapMicroseconds: fc.constantFrom(0, 0.1, 3, 100),
      direction: fc.constantFrom("tx" as const, "rx" as const, "echo" as const),
      knobs: fc.record({
        driver: fc.constant("pmd"),
        ring: fc.constantFrom("split", "packed"),
        eventIndex: fc.boolean(),
        mergeable: fc.boolean(),
        queueSize: fc.constantFrom(64, 256),
        hostPath: fc.constantFrom("none", "ovs-dpdk"),
      }),
    });
    fc.assert(
      fc.property(traffic, ({ count, bytes, gapMicroseconds, direction, knobs }) => {
        const frames = framesOf(4, direction === "rx" ? "rx" : "tx", bytes);
        const scenario = { mode, frames, packetCount: count, direction, gapMicroseconds, knobs };
        const { totals, transmitted, delivered } = simulate(scenario);
        const { exits, interrupts, interruptMessages, registerWrites, guestErrors } = totals;
        expect([exits, interrupts, interruptMessages, registerWrites, guestErrors]).to.deep.equal([
          0, 0, 0, 0, 0,
        ]);
        expect(transmitted.length).to.equal(direction === "rx" ? 0 : count);
        expect(delivered.length + totals.droppedFrames).to.equal(direction === "tx" ? 0 : count);
        for (const seen of direction === "rx" ? delivered : transmitted) {
          expect(String(seen.bytes)).to.equal(String(frames[seen.packet % 4]));
        }
      }),
      { seed: SEED, numRuns: 12 },
    );
  });

  for (const ring of ["split", "packed"]) {
    it(`goes around a ${ring} ring of 64 many times, in both directions`, () => {
      for (const direction of ["tx", "rx"] as const) {
        const run = simulate({
          mode,
          frames: framesOf(3, direction, 100),
          packetCount: 500,
          direction,
          gapMicroseconds: 1,
          knobs: { driver: "pmd", ring, queueSize: 64 },
        });
        const seen = direction === "tx" ? run.transmitted : run.delivered;
        expect(seen.map((frame) => frame.packet)).to.deep.equal([...Array(500).keys()]);
        expect(run.totals.copies).to.equal(500);
      }
    });
  }
});

describe("VhostUserDataPlane with a guest that errs", () => {
  it("gives a buffer without a frame back and goes on", () => {
    const backend = aBackend();
    expose(backend, 0x20_0000, 12);
    expect(backend.errors()).to.deep.equal(["vhost-user: transmit buffer without a frame"]);
    backend.machine.memory.bytes.fill(7, 0x20_0000, 0x20_0000 + 112);
    expose(backend, 0x20_0000, 112);
    expect(backend.sent.map((frame) => frame.length)).to.deep.equal([100]);
  });

  for (const [what, address, length, flags, next, error] of [
    [
      "a buffer outside memory",
      2 ** 40,
      100,
      0,
      0,
      "vhost-user: buffer outside the memory that the guest shares",
    ],
    [
      "a buffer that ends outside memory",
      (16 << 20) - 50,
      100,
      0,
      0,
      "vhost-user: buffer outside the memory that the guest shares",
    ],
    [
      "a chain that runs in a circle",
      0x20_0000,
      100,
      1,
      5,
      "virtqueue: chain longer than its table",
    ],
    [
      "a chain that leaves its table",
      0x20_0000,
      100,
      1,
      64,
      "virtqueue: next descriptor out of range",
    ],
    [
      "an indirect table of a bad size",
      0x20_0000,
      17,
      4,
      0,
      "virtqueue: indirect table of a bad size",
    ],
    [
      "an indirect table outside memory",
      2 ** 33,
      32,
      4,
      0,
      "virtqueue: indirect table outside memory",
    ],
  ] as const) {
    it(`gives up at ${what}, without a word to the guest, and comes to rest`, () => {
      const backend = aBackend();
      expose(backend, address, length, flags, next);
      expect(backend.errors()).to.deep.equal([error]);
      expect(backend.sent).to.deep.equal([]);
      expect(backend.nic.device.status & 64).to.equal(0);
      backend.machine.trace.clear();
      expose(backend, 0x20_0000, 100);
      expect([backend.errors(), backend.sent]).to.deep.equal([[], []]);
    });
  }

  it("gives up at a head out of range, and starts afresh when the driver does", () => {
    const backend = aBackend();
    const { machine, nic, rings, step } = backend;
    const { view } = machine.memory;
    const { avail } = rings.tx as NonNullable<typeof rings.tx>;
    const index = view.getUint16(avail + 2, true);
    view.setUint16(avail + 4 + 2 * (index % 64), 64, true);
    step(() => view.setUint16(avail + 2, index + 1, true));
    expect(backend.errors()).to.deep.equal(["virtqueue: head out of range"]);
    step(() => {
      nic.driver.stop();
      nic.driver.remove();
      nic.driver.probe();
      nic.driver.open();
    });
    const frame = framesOf(1, "tx")[0] as Uint8Array;
    step(() => nic.netDevice.send(frame, 0));
    expect(backend.sent.map(String)).to.deep.equal([String(frame)]);
  });

  it("drops frames for a guest whose receive buffers lie outside memory", () => {
    const backend = aBackend();
    const { machine, nic, rings } = backend;
    const { desc } = rings.rx as NonNullable<typeof rings.rx>;
    for (let i = 0; i < 64; i++) machine.memory.view.setUint32(desc + 16 * i + 4, 9, true);
    for (const frame of framesOf(2, "rx")) {
      nic.wire.arrive(frame, 0);
      machine.run();
    }
    const rows = rowsOf(machine.trace.finish()).map((row) => row.split(/ value=| bytes=/)[0]);
    expect(rows.filter((row) => /^(guestError|frameDropped)/.test(row ?? ""))).to.deep.equal([
      "guestError vhost-user: buffer outside the memory that the guest shares",
      "frameDropped vhost-user: the guest's driver is not there",
      "frameDropped vhost-user: the guest's driver is not there",
    ]);
  });

  it("drops frames before the guest's driver is there and after it has gone", () => {
    const backend = aBackend();
    const { machine, nic, step } = backend;
    step(() => {
      nic.driver.stop();
      nic.driver.remove();
    });
    machine.trace.clear();
    nic.wire.arrive(framesOf(1, "rx")[0] as Uint8Array, 0);
    machine.run();
    const dropped = rowsOf(machine.trace.finish()).filter((row) => row.startsWith("frameDropped"));
    expect(dropped.length).to.equal(1);
  });
});
