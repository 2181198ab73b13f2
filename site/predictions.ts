// The script of the page of predictions: elements and the page itself.
import "#components/price-table";
import "#components/ranges";
import "./page.ts";
import { PredictionsPage } from "./predictions/predictions-page.ts";

const host = document.querySelector<HTMLElement>("#predictions");
if (host) new PredictionsPage(host).start();
