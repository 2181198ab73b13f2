import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { LOAD_DIRECTIONS } from "../../../engine/load/scenario.ts";
import { simulateLoad } from "../../../engine/load/simulate-load.ts";
import { load, open, scenario } from "./a-load.ts";

describe("simulateLoad", () => {
  it("delivers all of a small load at the rate at which it is offered", () => {
    for (const direction of LOAD_DIRECTIONS) {
      const result = load("virtio-vhost", direction, open(10_000));
      expect(result.delivered, direction).to.equal(200);
      expect(result.deliveredPacketsPerSecond, direction).to.be.closeTo(10_000, 100);
      expect(result.deliveredBitsPerSecond, direction).to.be.closeTo(10_000 * 64 * 8, 51_200);
      expect(result.saturated, direction).to.equal(undefined);
    }
  });

  it("gives the same result again", () => {
    const source = { kind: "open", packetsPerSecond: 300_000, spacing: "poisson" } as const;
    expect(load("virtio-vhost", "rx", source)).to.deep.equal(load("virtio-vhost", "rx", source));
  });

  it("sends the next packet of a closed source when the former has arrived", () => {
    for (const direction of LOAD_DIRECTIONS) {
      const result = load("virtio-vhost", direction, { kind: "closed", outstanding: 1 });
      const latency = result.latencyMicroseconds?.mean ?? 0;
      expect(result.deliveredPacketsPerSecond * latency, direction).to.be.closeTo(1e6, 2e4);
    }
  });

  it("adds the time to think to a closed source's round", () => {
    const source = { kind: "closed", outstanding: 1, thinkMicroseconds: 100 } as const;
    const result = load("virtio-vhost", "rr", source);
    const round = (result.latencyMicroseconds?.mean ?? 0) + 100;
    expect(result.deliveredPacketsPerSecond * round).to.be.closeTo(1e6, 2e4);
  });

  it("keeps more under way, and so delivers more, when more is outstanding", () => {
    const one = load("virtio-vhost", "forward", { kind: "closed", outstanding: 1 });
    const many = load("virtio-vhost", "forward", { kind: "closed", outstanding: 16 });
    expect(many.deliveredPacketsPerSecond).to.be.above(2 * one.deliveredPacketsPerSecond);
  });

  it("lets packets of a Poisson source wait for each other", () => {
    const source = { kind: "open", packetsPerSecond: 150_000, spacing: "poisson" } as const;
    const { latencyMicroseconds } = load("virtio-vhost", "rx", source, 500);
    expect(latencyMicroseconds?.p99).to.be.above(1.2 * (latencyMicroseconds?.p50 ?? 0));
  });

  it("counts latency from when a packet was due, however late the guest is", () => {
    const { deliveredPacketsPerSecond, latencyMicroseconds } = load("vtx-rtl8139", "tx", open(1e6));
    expect(deliveredPacketsPerSecond).to.be.below(1e5);
    // The last of 250 packets was due after 250 microseconds.
    expect(latencyMicroseconds?.p99).to.be.above(2000);
  });

  it("counts a core that polls as a whole one", () => {
    const { coresBusy, resources } = load("vf-dpdk", "forward", open(10_000));
    expect(coresBusy).to.equal(1);
    expect(resources.find(({ name }) => name === "vcpu")?.utilisation).to.be.below(0.1);
  });

  it("ends early when it is told to", () => {
    const signal = { aborted: true };
    const result = simulateLoad({ ...scenario("virtio-vhost", "rx", open(1000), 50), signal });
    expect(result.delivered).to.equal(0);
  });

  it("refuses a rate, a count and a closed loop that make no sense", () => {
    expect(() => load("native", "tx", open(0))).to.throw(InputError, "Load");
    expect(() => load("native", "tx", open(1000), 0)).to.throw(InputError, "Packets");
    const none = { kind: "closed", outstanding: 0 } as const;
    expect(() => load("native", "tx", none)).to.throw(InputError, "Load");
  });
});
