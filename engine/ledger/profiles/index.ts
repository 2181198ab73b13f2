import type { CpuProfile } from "../cpu-profile.ts";
import { sandyBridgeEp } from "./sandy-bridge-ep.ts";

/** The CPU profiles, oldest first. */
export const CPU_PROFILES: readonly CpuProfile[] = [sandyBridgeEp];
