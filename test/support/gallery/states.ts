import { EXPLORER_STATES } from "./explorer-states.ts";
import { SITE_STATES } from "./site-states.ts";

/** Every state of every page: what the gallery pictures and what tests go through. */
export const STATES = [...SITE_STATES, ...EXPLORER_STATES];
