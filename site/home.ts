// The home page's script: elements, the page itself, and the captures for when the network is gone.
import "#components";
import { fetchAhead } from "./packets/bundled-captures.ts";
import { HomePage } from "./home/home-page.ts";
import "./page.ts";

const host = document.querySelector<HTMLElement>("#home");
if (host) new HomePage(host).start();
addEventListener("load", fetchAhead);
