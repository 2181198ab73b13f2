import { expect } from "chai";
import { readCpu } from "../../../engine/validation/mapping/cpu-text.ts";
import { mapPoint } from "../../../engine/validation/mapping/map-point.ts";
import { readFrameBytes } from "../../../engine/validation/mapping/packet-text.ts";
import { ratioTo, readValue } from "../../../engine/validation/mapping/value-text.ts";
import { PUBLISHED_POINTS } from "../../../engine/validation/points/index.ts";
import type { PublishedPoint } from "../../../engine/validation/published-point.ts";
import type { Mapped, Setup } from "../../../engine/validation/setup.ts";

function aPoint(fields: Partial<PublishedPoint>): PublishedPoint {
  return {
    id: "unseen",
    mode: "virtio-net + vhost-net over TAP",
    metric: "TCP_RR",
    value: 30,
    unit: "k transactions/s",
    config: "two VMs on one host, Xeon E5-2690 v3 2.60 GHz",
    packet: "1 B RR",
    source: "Somebody, 2015",
    where: "Table 1",
    verified: "yes",
    kind: "measured",
    ...fields,
  };
}

function setupOf(mapped: Mapped): Setup {
  if ("excuse" in mapped) throw new Error(mapped.excuse);
  return mapped.setup;
}

describe("mapPoint", () => {
  it("maps or excuses every published point, in a sentence", () => {
    expect(PUBLISHED_POINTS).to.have.length(84);
    for (const point of PUBLISHED_POINTS) {
      const mapped = mapPoint(point);
      const sentence = "excuse" in mapped ? mapped.excuse : mapped.note;
      expect(sentence, point.id).to.match(/^[A-Z0-9a-z'].{20,}\.$/);
    }
    expect(new Set(PUBLISHED_POINTS.map(({ id }) => id)).size).to.equal(84);
  });

  it("reads mode, CPU, clock, mitigations and halt polling of a point that it never saw", () => {
    const setup = setupOf(mapPoint(aPoint({})));
    expect(setup.modeId).to.equal("virtio-vhost");
    expect([setup.profileId, setup.clockGhz]).to.deep.equal(["haswell-ep", 2.6]);
    expect(setup.mitigations).to.equal(false);
    expect(setup.knobs["haltPollMicroseconds"]).to.equal(0);
    const today = setupOf(mapPoint(aPoint({ source: "Somebody, 2022" })));
    expect(today.mitigations).to.equal(true);
    expect(today.knobs["haltPollMicroseconds"]).to.equal(200);
  });

  it("knows the modes by their words", () => {
    const modes: [string, string][] = [
      ["virtio-net (vhost=off)", "virtio-qemu"],
      ["virtio-net, vhost-user, OVS-DPDK", "virtio-vhost-user"],
      ["SR-IOV VF, DPDK l3fwd", "vf-dpdk"],
      ["SR-IOV VF", "vf-injected"],
      ["VF with posted interrupts", "vf-posted"],
      ["Xen PV netfront", "xen-netfront"],
      ["rtl8139", "vtx-rtl8139"],
      ["e1000 emulated over TAP", "vtx-rtl8139"],
      ["vmxnet3", "vmxnet3"],
      ["bare metal", "native"],
    ];
    for (const [mode, id] of modes) {
      expect(setupOf(mapPoint(aPoint({ mode }))).modeId, mode).to.equal(id);
    }
  });

  it("excuses what is not modelled, what hangs on offloads, and what is several values in one", () => {
    const excused: Partial<PublishedPoint>[] = [
      { mode: "ptnet over netmap" },
      { mode: "virtio-net with XDP" },
      { metric: "TCP_STREAM", unit: "Gb/s" },
      { value: "1 / 2" },
      { config: "Pentium III 733 MHz" },
      { mode: "a pigeon" },
      { unit: "furlongs" },
    ];
    for (const fields of excused) {
      expect(mapPoint(aPoint(fields)), JSON.stringify(fields)).to.have.property("excuse");
    }
  });

  it("takes the NIC out where guests share a host, and prices the link that is stated", () => {
    expect(setupOf(mapPoint(aPoint({}))).overrides["hostNicTransmit"]).to.equal(0);
    const config = "Xeon E5-2690 v3, ConnectX-5 100GbE";
    const fast = setupOf(mapPoint(aPoint({ config, metric: "packet rate", unit: "Mpps" })));
    expect(fast.overrides["wirePerByte"]).to.be.closeTo(0.08, 1e-9);
  });
});

describe("readCpu", () => {
  it("knows parts by their model numbers, and takes a usual one of the year otherwise", () => {
    const parts: [string, string | undefined][] = [
      ["Xeon E5-2620 0", "sandy-bridge-ep"],
      ["2x Xeon E5-2650 v2 2.6 GHz", "ivy-bridge-ep"],
      ["Xeon E5-1650 v4 3.6 GHz", "broadwell-ep"],
      ["i7-3770K", "ivy-bridge-ep"],
      ["i7-870 2.93 GHz", "nehalem"],
      ["Xeon X5570", "nehalem"],
      ["Xeon Platinum 8180", "skylake-sp"],
      ["Xeon Gold 6230", "cascade-lake"],
      ["EPYC 7502P", "zen2"],
      ["Pentium III 733 MHz", undefined],
    ];
    for (const [text, id] of parts) expect(readCpu(text, 2020)?.profileId, text).to.equal(id);
    expect(readCpu("CPU not stated", 2012)?.profileId).to.equal("westmere");
    expect(readCpu("CPU not stated", undefined)?.profileId).to.equal("skylake-sp");
  });
});

describe("readValue", () => {
  it("reads numbers, ranges and limits in the engine's units", () => {
    expect(readValue(18.4, "k transactions/s")).to.include({ low: 18_400, high: 18_400 });
    expect(readValue("2 - 5", "Mpps")).to.include({ low: 2e6, high: 5e6 });
    expect(readValue("97 - 100", "%")).to.include({ low: 0.97, high: 1 });
    expect(readValue("at least 2", "Mpps")).to.deep.equal({
      low: 2e6,
      high: Infinity,
      bound: "least",
    });
    expect(readValue("1 / 2", "us")).to.equal(undefined);
  });

  it("measures a prediction against the nearer end", () => {
    const range = { low: 2, high: 4, bound: "between" } as const;
    expect([1, 2, 3, 4, 8].map((value) => ratioTo(value, range))).to.deep.equal([0.5, 1, 1, 1, 2]);
    expect(Number.isNaN(ratioTo(NaN, range))).to.equal(true);
  });
});

describe("readFrameBytes", () => {
  it("takes frames with their FCS and requests without their headers", () => {
    expect(
      ["64 B", "60 B", "1 B RR", "MTU 1500", "100 B req / 200 B resp", "", "1500 B"].map(
        readFrameBytes,
      ),
    ).to.deep.equal([60, 60, 60, 1514, 142, 60, 1514]);
  });
});
