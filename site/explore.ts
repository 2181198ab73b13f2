// The explorer's script: elements, the page itself, and the captures for when the network is gone.
import "#components";
import "#components/views";
import { ExplorerPage } from "./explorer/explorer-page.ts";
import { fetchAhead } from "./packets/bundled-captures.ts";
import "./page.ts";

const host = document.querySelector<HTMLElement>("#explorer");
if (host) new ExplorerPage(host).start();
addEventListener("load", fetchAhead);
