// Ranking and advice follow from the numbers.
import { expect } from "chai";
import { advise } from "../../../engine/sizing/advice.ts";
import { ranked } from "../../../engine/sizing/ranking.ts";
import type { SizeResult } from "../../../engine/sizing/size-point.ts";
import { noCategories } from "./a-load-result.ts";

function aResult(mode: string, changes: Partial<SizeResult> = {}): SizeResult {
  return {
    mode,
    knobs: {},
    throughput: { low: 400_000, typical: 500_000, high: 700_000 },
    throughputBits: { low: 2e8, typical: 2.5e8, high: 3.5e8 },
    limit: "vcpu",
    verdict: "yes",
    deliveredPacketsPerSecond: 100_000,
    loss: 0,
    dropReason: undefined,
    latencyMicroseconds: { p50: 10, p99: 20 },
    cores: { guest: 0.5, host: 0.5 },
    cyclesPerPacket: { low: 1, typical: 2, high: 3 },
    categories: noCategories(),
    utilisation: [],
    exitsPerPacket: 0,
    lost: [],
    ...changes,
  };
}

const migration = { service: "liveMigration", label: "live migration", why: "it is so" } as const;
const overlay = { service: "overlay", label: "overlay", why: "it is so" } as const;
const modesOf = (results: readonly SizeResult[]): string[] => results.map(({ mode }) => mode);

describe("ranked", () => {
  it("puts modes that carry the rate before those that do not, however few cores these take", () => {
    const cheap = aResult("cheap", { verdict: "no", cores: { guest: 0.1, host: 0 } });
    const likely = aResult("likely", { verdict: "likely", cores: { guest: 0.2, host: 0 } });
    expect(modesOf(ranked([cheap, likely, aResult("sure")]))).to.deep.equal([
      "sure",
      "likely",
      "cheap",
    ]);
  });

  it("orders those that carry it by cores, then by latency", () => {
    const slow = aResult("slow", { latencyMicroseconds: { p50: 10, p99: 90 } });
    const big = aResult("big", { cores: { guest: 1, host: 1 } });
    expect(modesOf(ranked([big, slow, aResult("quick")]))).to.deep.equal(["quick", "slow", "big"]);
  });

  it("orders those that do not by throughput", () => {
    const none = { verdict: "no", cores: { guest: 1, host: 0 } } as const;
    const less = aResult("less", { ...none, throughput: { low: 1, typical: 2, high: 3 } });
    expect(modesOf(ranked([less, aResult("more", none)]))).to.deep.equal(["more", "less"]);
  });
});

describe("advise", () => {
  it("names the best mode, what it gives up, and the best that gives up less", () => {
    const best = aResult("vf", { lost: [migration, overlay], cores: { guest: 0.4, host: 0 } });
    const gentle = aResult("vhost");
    expect(advise([best, gentle], 1e5)).to.equal(
      "vf carries 100k packets a second for each guest with 0.40 cores and 20 µs at the 99th " +
        "percentile, but gives up live migration and overlay; vhost gives up none of it, with " +
        "1.00 cores and 20 µs at the 99th percentile.",
    );
  });

  it("says so when nothing is given up, and when no gentler mode carries the rate", () => {
    expect(advise([aResult("vhost")], 1e5)).to.match(/gives up nothing of the host's services\.$/);
    const alone = [aResult("vf", { lost: [migration] }), aResult("vhost", { verdict: "no" })];
    expect(advise(alone, 1e5)).to.match(/no mode that gives up less carries it\.$/);
  });

  it("names the nearest mode and its limit when none carries the rate", () => {
    const far = aResult("vhost", { verdict: "no", limit: "hostCores" });
    expect(advise([far], 2e6)).to.equal(
      "No mode carries 2.00M packets a second for each guest; vhost comes nearest with 500k " +
        "(400k to 700k), where it is limited by: Host cores.",
    );
  });
});
