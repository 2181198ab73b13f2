import { expect } from "chai";
import { InputError } from "../../../../engine/core/input-error.ts";
import type { CpuProfile } from "../../../../engine/ledger/cpu-profile.ts";
import {
  CPU_PROFILES,
  DEFAULT_PROFILE,
  findProfile,
} from "../../../../engine/ledger/profiles/index.ts";

/** Ids of the profiles whose round trip Agesen et al. 2012 have measured, oldest first. */
const AGESEN = ["prescott", "merom", "penryn", "nehalem", "westmere", "sandy-bridge-ep"];

/** The profile and those it inherits from; as long as there are profiles if they form a circle. */
function chain(profile: CpuProfile): CpuProfile[] {
  const found = [profile];
  let next = profile.neighbour;
  while (next !== undefined && found.length < CPU_PROFILES.length + 1) {
    const one = findProfile(next);
    found.push(one);
    next = one.neighbour;
  }
  return found;
}

describe("CPU profiles", () => {
  it("have an id each, and stand oldest first", () => {
    expect(new Set(CPU_PROFILES.map(({ id }) => id)).size).to.equal(CPU_PROFILES.length);
    const years = CPU_PROFILES.map(({ year }) => year);
    expect(years).to.deep.equal([...years].sort((a, b) => a - b));
  });

  it("inherit along chains that end", () => {
    for (const profile of CPU_PROFILES) {
      const parts = chain(profile);
      expect(parts.at(-1)?.neighbour, profile.id).to.equal(undefined);
      expect(new Set(parts).size, profile.id).to.equal(parts.length);
    }
  });

  it("inherit from their own vendor", () => {
    for (const profile of CPU_PROFILES)
      for (const { vendor } of chain(profile)) expect(vendor, profile.id).to.equal(profile.vendor);
  });

  it("know cycles per instruction, at least from a neighbour", () => {
    for (const profile of CPU_PROFILES) {
      const known = chain(profile).some((one) => one.cyclesPerInstruction !== undefined);
      expect(known, profile.id).to.equal(true);
    }
  });

  it("leave and enter a guest faster from Prescott to Westmere, as measured", () => {
    const trips = AGESEN.map((id) => findProfile(id).values.vmRoundTrip?.value.typical);
    expect(trips).to.deep.equal([3963, 1579, 1266, 1009, 761, 784]);
  });

  it("price a mitigation at nothing only where they say so, and Meltdown's on Intel before 2019", () => {
    for (const profile of CPU_PROFILES) {
      const price = chain(profile).find((one) => one.values.mitigationPtiPerSystemCall)?.values;
      const free = price?.mitigationPtiPerSystemCall?.value.high === 0;
      expect(free, profile.id).to.equal(profile.vendor === "amd" || profile.year >= 2019);
    }
  });

  it("pay for shadow paging exactly where the part has no nested paging", () => {
    for (const profile of CPU_PROFILES) {
      const pays = profile.values.shadowPagingPerExit !== undefined;
      expect(pays, profile.id).to.equal(!profile.features.nestedPaging);
    }
  });

  it("have APICv from Ivy Bridge EP, posted interrupts from Broadwell-EP", () => {
    const intel = CPU_PROFILES.filter(({ vendor }) => vendor === "intel");
    expect(intel.find(({ features }) => features.apicv)?.id).to.equal("ivy-bridge-ep");
    expect(intel.find(({ features }) => features.postedInterrupts)?.id).to.equal("broadwell-ep");
  });
});

describe("findProfile", () => {
  it("finds a profile by its id, and the default", () => {
    expect(findProfile("zen3").title).to.contain("Milan");
    expect(DEFAULT_PROFILE.id).to.equal("skylake-sp");
  });

  it("says in one sentence which profiles there are", () => {
    expect(() => findProfile("486")).to.throw(InputError, /^CPU profile 486: .*prescott, .*\.$/);
  });
});
