// The explorer's script: the page itself, which loads its views, and the captures for when the network is gone.
import { ExplorerPage } from "./explorer/explorer-page.ts";
import { fetchAhead } from "./packets/bundled-captures.ts";
import "./page.ts";

const host = document.querySelector<HTMLElement>("#explorer");
if (host) new ExplorerPage(host).start();
addEventListener("load", fetchAhead);
