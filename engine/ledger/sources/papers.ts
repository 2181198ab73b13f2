import type { Source } from "../cost.ts";

/** Agesen et al. 2012, for the place `where`. */
export function agesen2012(where: string): Source {
  return {
    cite:
      "Agesen, Mattson, Rugina, Sheldon: Software Techniques for Avoiding Hardware Virtualization " +
      "Exits, USENIX ATC 2012",
    where,
    url: "https://www.usenix.org/conference/atc12/technical-sessions/presentation/agesen",
  };
}
