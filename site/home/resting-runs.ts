import { packRuns } from "./packed-runs.ts";
import { RESTING_STATE } from "./home-state.ts";
import { framesOf } from "../packets/packet-source.ts";
import { runAll } from "./run-request.ts";

/** What the engine makes of the page at rest, as JSON: worked out when the site is built. */
export async function restingRuns(): Promise<string> {
  const { modeIds, direction } = RESTING_STATE;
  const { frames } = await framesOf(RESTING_STATE, undefined);
  return packRuns(runAll({ modeIds, direction, frames }));
}
