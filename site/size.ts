// The script of the page on sizing: elements, the page itself, and the captures for when the network is gone.
import "#components/cost-bars";
import "#components/price-table";
import "#components/ranges";
import "#components/rate-lines";
import { fetchAhead } from "./packets/bundled-captures.ts";
import "./page.ts";
import { SizePage } from "./size/size-page.ts";

const host = document.querySelector<HTMLElement>("#size");
if (host) new SizePage(host).start();
addEventListener("load", fetchAhead);
