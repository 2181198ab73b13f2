import { InputError } from "../../core/input-error.ts";
import type { CpuProfile } from "../cpu-profile.ts";
import { barcelona } from "./barcelona.ts";
import { broadwellEp } from "./broadwell-ep.ts";
import { cascadeLake } from "./cascade-lake.ts";
import { haswellEp } from "./haswell-ep.ts";
import { iceLakeSp } from "./ice-lake-sp.ts";
import { ivyBridgeEp } from "./ivy-bridge-ep.ts";
import { merom } from "./merom.ts";
import { nehalem } from "./nehalem.ts";
import { opteron } from "./opteron.ts";
import { penryn } from "./penryn.ts";
import { prescott } from "./prescott.ts";
import { sandyBridgeEp } from "./sandy-bridge-ep.ts";
import { sapphireRapids } from "./sapphire-rapids.ts";
import { skylakeSp } from "./skylake-sp.ts";
import { westmere } from "./westmere.ts";
import { zen1 } from "./zen1.ts";
import { zen2 } from "./zen2.ts";
import { zen3 } from "./zen3.ts";
import { zen4 } from "./zen4.ts";

/** The CPU profiles, oldest first. */
export const CPU_PROFILES: readonly CpuProfile[] = [
  prescott,
  merom,
  opteron,
  barcelona,
  penryn,
  nehalem,
  westmere,
  sandyBridgeEp,
  ivyBridgeEp,
  haswellEp,
  broadwellEp,
  skylakeSp,
  zen1,
  cascadeLake,
  zen2,
  iceLakeSp,
  zen3,
  zen4,
  sapphireRapids,
];

/** The profile that is taken when nobody names one. */
export const DEFAULT_PROFILE: CpuProfile = skylakeSp;

/**
 * The profile of that id.
 * @throws InputError when there is none.
 */
export function findProfile(id: string): CpuProfile {
  const found = CPU_PROFILES.find((profile) => profile.id === id);
  if (found !== undefined) return found;
  const ids = CPU_PROFILES.map((profile) => profile.id).join(", ");
  throw new InputError(`CPU profile ${id}: there is none of that name; known are ${ids}.`);
}
