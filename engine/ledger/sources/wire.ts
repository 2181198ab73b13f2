import type { Source } from "../cost.ts";

/** Pirelli and Candea 2020, for the place `where`. */
export function tinyNf(where: string): Source {
  return {
    cite:
      "Pirelli, Candea: A Simpler and Faster NIC Driver Model for Network Functions (TinyNF), " +
      "OSDI 2020",
    where,
    url: "https://www.usenix.org/conference/osdi20/presentation/pirelli",
  };
}
