import type { Act, PageState } from "./page-state.ts";

const HOME = "index.html";
const LESSON = "lessons/01-one-packet-four-journeys.html";

function at(name: string, path: string, shows: string, ...acts: Act[]): PageState {
  return { name, path, shows, acts };
}

/** The states of the pages beside the explorer. */
export const SITE_STATES: readonly PageState[] = [
  at("home", HOME, "trapline-compare"),
  at("home-capture", `${HOME}#from=web-page.pcapng&dir=rx&packet=7`, "trapline-flow"),
  at(
    "home-all",
    `${HOME}#modes=native,vtx-rtl8139,vtx-rtl8139too,vmxnet3,virtio-qemu,vf-injected,vf-posted`,
    "trapline-compare",
  ),
  at("home-error", `${HOME}#size=59`, "[role=alert]:has-text('59')"),
  at("lesson", LESSON, "trapline-bet"),
  at("lesson-skipped", LESSON, "trapline-bet", { click: "text=Show it without a bet" }),
  at("lesson-placed", LESSON, "trapline-bet", { click: "text=Place the bet" }),
  at("authors", "authors.html", "main"),
  at("costs", "costs.html", "trapline-cost-bars"),
  at(
    "costs-part",
    "costs.html#scale=log&cost.vmRoundTrip=2000&part=transition.boundary",
    "trapline-price-table tr.changed",
  ),
  at("costs-share", "costs.html#scale=share", "trapline-cost-bars"),
  at("costs-category", "costs.html#by=category", "trapline-cost-bars"),
  at("size", "size.html#go=1", "trapline-rate-lines"),
  at("size-bits", "size.html#go=1&vms=8&unit=bits&in=vf-posted", "trapline-rate-lines"),
  at("predictions", "predictions.html", "trapline-ranges"),
];
