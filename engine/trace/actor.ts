/** Whose code runs: the lanes of every drawing, in their fixed order from guest to wire. */
export const ACTORS = {
  guestApplication: { code: 0, label: "Guest application" },
  guestDriver: { code: 1, label: "Guest kernel and driver" },
  hypervisor: { code: 2, label: "Hypervisor" },
  deviceModel: { code: 3, label: "Device model" },
  hostNetwork: { code: 4, label: "Host network" },
  hardware: { code: 5, label: "Hardware" },
  wire: { code: 6, label: "Wire" },
} as const satisfies Record<string, { code: number; label: string }>;

/** The name of an actor. */
export type ActorName = keyof typeof ACTORS;
/** The code of an actor, as it stands in a trace column. */
export type ActorCode = (typeof ACTORS)[ActorName]["code"];
/** One more than the highest code. */
export const ACTOR_COUNT = 7;
