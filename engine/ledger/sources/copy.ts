import type { Source } from "../cost.ts";

/** Rizzo 2012, for the place `where`. */
export function rizzo2012(where: string): Source {
  return {
    cite: "Rizzo: netmap: a novel framework for fast packet I/O, USENIX ATC 2012",
    where,
    url: "https://www.usenix.org/conference/atc12/technical-sessions/presentation/rizzo",
  };
}

/** Brouer's evaluation of generic XDP and its micro-benchmarks, for the place `where`. */
export function brouerXdp25(where: string): Source {
  return {
    cite: "Brouer: prototype-kernel, Documentation/blogposts/xdp25_eval_generic_xdp_tx.rst, 2017",
    where,
    url: "https://github.com/netoptimizer/prototype-kernel",
  };
}
