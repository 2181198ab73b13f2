import { expect } from "chai";
import { cpuCycles } from "../../../engine/ledger/account.ts";
import { priceList } from "../../../engine/ledger/price-list.ts";
import { findProfile } from "../../../engine/ledger/profiles/index.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { profileKnobs } from "../../../engine/run/profile-knobs.ts";
import { simulate } from "../../../engine/run/simulate.ts";

const COUNT = 32;

/** Typical CPU cycles of a frame that a mode sends on a CPU, 100 µs between frames. */
function cyclesPerFrame(modeId: string, cpu: string, mitigations: boolean): number {
  const profile = findProfile(cpu);
  const frames = generatePackets({
    count: COUNT,
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: "tx",
  });
  const mode = findMode(modeId);
  const knobs = profileKnobs(mode, profile);
  const prices = priceList({ profile, mitigations });
  const { costs } = simulate({ mode, frames, direction: "tx", knobs, prices });
  if (costs === undefined) return expect.fail("a run has costs");
  return cpuCycles(costs).typical / COUNT;
}

describe("Generations of CPUs", () => {
  it("take the round trip of a VM exit that Agesen et al. 2012, Table 1, measured", () => {
    const published = {
      prescott: 3963,
      merom: 1579,
      penryn: 1266,
      nehalem: 1009,
      westmere: 761,
      "sandy-bridge-ep": 784,
    };
    for (const [cpu, cycles] of Object.entries(published)) {
      const { prices } = priceList({ profile: findProfile(cpu), mitigations: false });
      expect(prices.vmRoundTrip.cycles.typical, cpu).to.equal(cycles);
    }
  });

  // Adams and Agesen 2006 saw it on the first parts; the exits' cost since then: Agesen et al. 2012.
  it("let dynamic recompilation win on the first part with VT-x, and lose on a late one", () => {
    const first = (mode: string) => cyclesPerFrame(mode, "prescott", false);
    expect(first("bt-rtl8139")).to.be.below(first("vtx-rtl8139") / 2);
    for (const mitigations of [false, true]) {
      const late = (mode: string) => cyclesPerFrame(mode, "sapphire-rapids", mitigations);
      expect(late("vtx-rtl8139")).to.be.below(late("bt-rtl8139"));
    }
  });

  it("make the emulated NIC cheaper from part to part, as exits and the code behind them get cheaper", () => {
    const parts = ["prescott", "merom", "nehalem", "haswell-ep", "sapphire-rapids"];
    const cycles = parts.map((cpu) => cyclesPerFrame("vtx-rtl8139", cpu, false));
    for (let at = 1; at < cycles.length; at++)
      expect(cycles[at], parts[at]).to.be.below(cycles[at - 1] as number);
  });

  // Linux, Documentation/admin-guide/hw-vuln: what is done on every exit, entry and system call.
  it("pay for mitigations where guests exit, and not where a VF is polled", () => {
    const ratio = (mode: string) =>
      cyclesPerFrame(mode, "skylake-sp", true) / cyclesPerFrame(mode, "skylake-sp", false);
    expect(ratio("vtx-rtl8139")).to.be.above(1.1);
    expect(ratio("vf-dpdk")).to.equal(1);
    expect(ratio("vf-posted")).to.be.below(ratio("vtx-rtl8139"));
    expect(ratio("virtio-vhost")).to.be.below(ratio("vtx-rtl8139"));
  });
});
