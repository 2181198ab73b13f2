// node test/benchmark/explorer.js [PACKETS]: how quickly the explorer of dist/ answers with a trace of
// a million rows and more: 20,000 packets through vtx-rtl8139. `npm run benchmark` builds it first.
import { loadavg } from "node:os";
import { argv, stderr, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { BROWSER_FLAGS, browserPath } from "../support/browser.js";
import { answerFigures, fullStateFigures } from "./answer-figures.js";
import { frameFigures } from "./frame-figures.js";
import { idleFigures } from "./idle-figures.js";
import { installMeter } from "./page-meter.js";
import { measured, tableText } from "./table.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packets = Number(argv[2] ?? 20_000);

const server = await preview({
  root,
  logLevel: "error",
  preview: { host: "127.0.0.1", port: 4320 },
});
const browser = await chromium.launch({ executablePath: browserPath(), args: BROWSER_FLAGS });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
page.on("pageerror", (error) => stdout.write(`${error.message}\n`));
await page.addInitScript(installMeter);

/** Says on standard error what is under way, as all of it takes more than a minute. */
function says(what) {
  stderr.write(`${what} …\n`);
}

const load = loadavg()[0];
says(`running ${packets} packets`);
await page.goto(
  `${server.resolvedUrls?.local[0]}explore.html#v=1&mode=vtx-rtl8139&count=${packets}`,
);
const sharpMs = await page.evaluate(() => globalThis.meter.sharp());
const { runAskedMs, runDoneMs } = await page.evaluate(() => {
  const { meter } = globalThis;
  return { runAskedMs: meter.runAskedMs, runDoneMs: meter.runDoneMs };
});
const rows = await page.evaluate(
  () => document.querySelector("trapline-timeline").run.trace.length,
);
const lines = [
  measured("run", [runDoneMs - runAskedMs]),
  measured("run done until all is sharp", [sharpMs - runDoneMs], { below: 2000 }),
];
says("panning and zooming");
lines.push(...(await frameFigures(browser, page)));
says("selecting rows");
lines.push(
  ...(await answerFigures(browser, page)),
  ...(await fullStateFigures(browser, page, rows)),
);
says("doing nothing");
lines.push(...(await idleFigures(browser, context, page)));
stdout.write(
  `${packets} packets through vtx-rtl8139, ${rows} rows; Chromium ${browser.version()}, ` +
    `load of the machine ${load.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after.\n\n${tableText(lines)}\n`,
);
await browser.close();
await server.close();
