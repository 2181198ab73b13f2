import { CPU_PROFILES } from "../../ledger/profiles/index.ts";

/** Model names and the profile of their core, the more exact ones first. */
const MODELS: readonly (readonly [RegExp, string])[] = [
  [/\b(E5|E7|E3)-\d{4,5}L?\s*v4\b|broadwell/i, "broadwell-ep"],
  [/\b(E5|E7|E3)-\d{4,5}L?\s*v3\b|haswell|\bi[357]-4\d{3}/i, "haswell-ep"],
  [/\b(E5|E7|E3)-\d{4,5}L?\s*v2\b|ivy\s?bridge|\bi[357]-3\d{3}/i, "ivy-bridge-ep"],
  [/\bE[53]-\d{4,5}\b|sandy\s?bridge|\bi[357]-2\d{3}/i, "sandy-bridge-ep"],
  [/sapphire|(platinum|gold|silver|bronze)\s*[8654]4\d\d/i, "sapphire-rapids"],
  [/ice\s?lake|(platinum|gold|silver|bronze)\s*[8654]3\d\d/i, "ice-lake-sp"],
  [/cascade|(platinum|gold|silver|bronze)\s*[8654]2\d\d/i, "cascade-lake"],
  [/skylake|kaby|(platinum|gold|silver|bronze)\s*[8654]1\d\d|\bi[357]-[67]\d{3}/i, "skylake-sp"],
  [/westmere|\b[XEL]56\d\d\b/i, "westmere"],
  [/nehalem|\b[XEL]55\d\d\b|\bi[57]-[89]\d\d\b/i, "nehalem"],
  [/penryn|harpertown|\b[XEL]54\d\d\b/i, "penryn"],
  [/core 2|merom|conroe|woodcrest|clovertown|\b[XEL]5[13]\d\d\b/i, "merom"],
  [/genoa|EPYC 9\d\d4/i, "zen4"],
  [/milan|EPYC 7\d\d3/i, "zen3"],
  [/rome\b|EPYC 7\d\d2/i, "zen2"],
  [/naples|EPYC 7\d\d1/i, "zen1"],
  [/barcelona|opteron 23\d\d/i, "barcelona"],
  [/opteron/i, "opteron"],
  [/pentium 4|prescott|netburst|\b3 ?GHz Xeon/i, "prescott"],
];
/** Older than any profile: nothing is known to inherit from. */
const TOO_OLD = /pentium (II|III|pro)\b/i;
/** How old a server is that a publication measures on, when it does not say. */
const USUAL_AGE_YEARS = 2;

/** A CPU as a text names it. */
export interface NamedCpu {
  readonly profileId: string;
  readonly clockGhz?: number;
  /** The text named it; else it follows from the year of publication. */
  readonly stated: boolean;
}

/**
 * The profile and clock that a configuration's text names, or else the newest Intel part that was
 * two years old when the source was published. Undefined: older than any profile.
 */
export function readCpu(config: string, year: number | undefined): NamedCpu | undefined {
  if (TOO_OLD.test(config)) return undefined;
  const clock = /(\d\.\d+|\d)\s?GHz/i.exec(config);
  const model = MODELS.find(([pattern]) => pattern.test(config));
  const clockGhz = clock === null ? {} : { clockGhz: Number(clock[1]) };
  if (model !== undefined) return { profileId: model[1], ...clockGhz, stated: true };
  const until = (year ?? Infinity) - USUAL_AGE_YEARS;
  const known = CPU_PROFILES.filter((one) => one.vendor === "intel" && one.year <= until);
  const usual = known.at(-1) ?? CPU_PROFILES[0];
  const profileId = year === undefined ? "skylake-sp" : (usual?.id ?? "skylake-sp");
  return { profileId, ...clockGhz, stated: false };
}
