import { assert } from "../core/assert.ts";
import { checkRange, type CostRange, type CostUnit, type Known } from "./cost.ts";
import type { CostName } from "./costs/index.ts";

/** What a profile knows better than the primitive itself: a value of its own part. */
export type ProfileValue = { readonly value: CostRange; readonly unit?: CostUnit } & Known;

/** What a part's virtualization hardware can do. */
export interface CpuFeatures {
  /** Second-level address translation: EPT or nested paging. */
  readonly nestedPaging: boolean;
  /** Virtual interrupt delivery: APICv or AVIC. */
  readonly apicv: boolean;
  /** VT-d or AMD-Vi posts interrupts to a running vCPU. */
  readonly postedInterrupts: boolean;
  /** DMA remapping by VT-d or AMD-Vi. */
  readonly iommu: boolean;
}

/** One CPU: what is known of it, and from which neighbour the rest is inherited. */
export interface CpuProfile {
  /** What `--cpu` takes: kebab-case, unique. */
  readonly id: string;
  readonly title: string;
  readonly vendor: "intel" | "amd";
  /** Year the part was introduced. */
  readonly year: number;
  readonly clockGhz: number;
  readonly features: CpuFeatures;
  /** Cycles that an instruction of kernel, hypervisor and device-model code takes on average. */
  readonly cyclesPerInstruction?: ProfileValue;
  /** The same of a guest's, host's or device model's code that the CPU ran a moment ago: in its caches. */
  readonly warmCyclesPerInstruction?: ProfileValue;
  /** Values of this part; mitigation costs (names beginning with `mitigation`) count when they are on. */
  readonly values: Partial<Readonly<Record<CostName, ProfileValue>>>;
  /** Id of the profile that gives what is not known here; the last one inherits from the primitives. */
  readonly neighbour?: string;
}

/** Declares a profile and checks its ranges. */
export function defineProfile<const P extends CpuProfile>(profile: P): P {
  assert(profile.clockGhz > 0, `profile ${profile.id}: a clock`);
  const values: [string, ProfileValue | undefined][] = Object.entries(profile.values);
  values.push(["cyclesPerInstruction", profile.cyclesPerInstruction]);
  values.push(["warmCyclesPerInstruction", profile.warmCyclesPerInstruction]);
  for (const [name, known] of values)
    if (known !== undefined) checkRange(`${profile.id}.${name}`, known.value);
  return profile;
}
