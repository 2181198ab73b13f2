import type { CpuProfile } from "../cpu-profile.ts";
import { sandyBridgeEp } from "./sandy-bridge-ep.ts";

/** The CPU profiles, oldest first. */
export const CPU_PROFILES: readonly CpuProfile[] = [sandyBridgeEp];

/** What a run uses unless it is told otherwise. */
export const DEFAULT_PROFILE: CpuProfile = sandyBridgeEp;
