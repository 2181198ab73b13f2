import type { Source } from "../cost.ts";

/** Wang's series on vhost's metadata acceleration, for the place `where`. */
export function wangVhost2019(where: string): Source {
  return {
    cite: "Jason Wang: vhost: accelerate metadata access, virtualization mailing list, 2019",
    where,
  };
}
