// Sizing: several guests over host cores, verdicts, ranking.
import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { sizingToText } from "../../../engine/sizing/size-report.ts";
import type { SizeResult } from "../../../engine/sizing/size-point.ts";
import { size, type SizeOptions, type Sizing } from "../../../engine/sizing/sizing.ts";

function aSizing(changes: Partial<SizeOptions> = {}): Sizing {
  return size({
    prices: { profileId: "skylake-sp" },
    mix: { kind: "fixed", packetBytes: 64 },
    wanted: { packetsPerSecond: 20_000 },
    direction: "rx",
    modes: ["virtio-vhost"],
    packetCount: 400,
    ...changes,
  });
}

function only({ modes }: Sizing): SizeResult {
  expect(modes).to.have.length(1);
  return modes[0] as SizeResult;
}

describe("size", () => {
  it("lets many guests fill the host's cores, where one is limited by its own", () => {
    const one = only(aSizing({ vms: 1, hostCores: 2 }));
    const many = only(aSizing({ vms: 16, hostCores: 2 }));
    expect(one.limit).not.to.equal("hostCores");
    expect(many.limit).to.equal("hostCores");
    expect(many.throughput.typical).to.be.lessThan(one.throughput.typical / 4);
    const more = only(aSizing({ vms: 16, hostCores: 4 }));
    expect(more.throughput.typical).to.be.greaterThan(many.throughput.typical * 1.5);
  });

  it("says whether a rate is carried, with the cores it takes", () => {
    const little = only(aSizing());
    expect(little.verdict).to.equal("yes");
    expect(little.loss).to.equal(0);
    expect(little.cores.guest).to.be.within(0.01, 1);
    const much = only(aSizing({ wanted: { packetsPerSecond: 5e6 } }));
    expect(much.verdict).to.equal("no");
    expect(much.loss).to.be.greaterThan(0.1);
    expect(much.deliveredPacketsPerSecond).to.be.lessThan(5e6);
    expect(much.latencyMicroseconds).to.equal(undefined);
  });

  it("says who drops what is not carried", () => {
    const sizing = aSizing({ packetCount: 2000, wanted: { packetsPerSecond: 2e6 } });
    const { dropReason, mode } = only(sizing);
    expect(dropReason).to.match(/^[A-Z].+: .+/);
    expect(sizingToText(sizing)).to.include(`: ${dropReason}`);
    expect(sizingToText(sizing)).to.match(new RegExp(`^ {2}${mode} \\(\\d+\\.\\d %\\): `, "m"));
  });

  it("makes packets wait longer when other guests want the same cores", () => {
    const alone = only(aSizing({ hostCores: 1 }));
    const crowd = only(aSizing({ hostCores: 1, vms: 4 }));
    expect(crowd.latencyMicroseconds?.p99).to.be.greaterThan(alone.latencyMicroseconds?.p99 ?? 0);
  });

  it("knows a wanted rate in bits of frames with FCS", () => {
    const { wantedPacketsPerSecond } = aSizing({ wanted: { bitsPerSecond: 10_240_000 } });
    expect(wantedPacketsPerSecond).to.equal(20_000);
  });

  it("lays native beside the others and names what is not possible", () => {
    const sizing = aSizing({
      prices: { profileId: "sandy-bridge-ep" },
      modes: ["native", "virtio-vhost", "vf-posted"],
    });
    expect(sizing.reference?.mode).to.equal("native");
    expect(sizing.modes.map(({ mode }) => mode)).to.deep.equal(["virtio-vhost"]);
    expect(sizing.impossible.map(({ mode }) => mode)).to.deep.equal(["vf-posted"]);
    expect(sizing.advice).to.match(/^virtio-vhost carries 20\.0k packets a second/);
    const text = sizingToText(sizing);
    expect(text).to.match(/^virtio-vhost +yes /m);
    expect(text).to.match(/^ {2}vf-posted: The .* cannot post interrupts/m);
  });

  it("carries a virtual function's frames without the host, at the price of its services", () => {
    const { cores, lost } = only(aSizing({ modes: ["vf-posted"] }));
    expect(cores.host).to.be.lessThan(0.05);
    expect(lost).to.have.length(5);
  });

  it("follows a price that the reader changes", () => {
    const dear = { profileId: "skylake-sp", overrides: { cyclesPerInstruction: 20 } };
    expect(only(aSizing({ prices: dear })).throughput.typical).to.be.lessThan(
      only(aSizing()).throughput.typical / 3,
    );
  });

  it("refuses counts and rates that cannot be", () => {
    const wrong: Partial<SizeOptions>[] = [
      { vms: 0 },
      { hostCores: 1.5 },
      { wanted: { packetsPerSecond: 0 } },
      { mix: { kind: "capture", name: "empty", frames: [] } },
    ];
    for (const change of wrong) expect(() => aSizing(change)).to.throw(InputError);
  });
});
