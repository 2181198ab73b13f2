// The script of the page on costs: elements and the page itself.
import "#components/cost-bars";
import "#components/price-table";
import { CostsPage } from "./costs/costs-page.ts";
import "./page.ts";

const host = document.querySelector<HTMLElement>("#costs");
if (host) new CostsPage(host).start();
