// The home page's script: elements, the page itself with what it shows at rest, and, once that stands,
// the engine and the captures for when the network is gone.
import "#components/compare";
import "#components/flow";
import packedRuns from "virtual:resting-runs";
import { HomePage } from "./home/home-page.ts";
import { unpackRuns } from "./home/packed-runs.ts";
import { fetchAhead } from "./packets/bundled-captures.ts";
import "./page.ts";

const host = document.querySelector<HTMLElement>("#home");
const page = host && new HomePage(host, unpackRuns(packedRuns));
page?.start();
addEventListener("load", () => {
  page?.loadEngine();
  fetchAhead();
});
