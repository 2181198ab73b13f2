import { setTimeout as sleep } from "node:timers/promises";
import { measured } from "./table.js";

const WATCHED_MS = 5000;
/** Of one CPU; what a browser itself takes for an open page stays below this. */
const IDLE_PERCENT = 1;

/** What the page takes while nothing is done: paused, and hidden after it was played. */
export async function idleFigures(browser, context, page) {
  const client = await context.newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  await sleep(1000);
  const paused = await idle(browser, page, client, "paused");
  await page.locator(".transport .play").click();
  await hide(page);
  await sleep(1000);
  const hidden = await idle(browser, page, client, "hidden while it played");
  return [...paused, ...hidden];
}

async function idle(browser, page, client, name) {
  const before = await taken(browser, page, client);
  await sleep(WATCHED_MS);
  const after = await taken(browser, page, client);
  const perCent = (seconds) => [(100_000 * seconds) / WATCHED_MS];
  const note = `${after.timers - before.timers} timers, ${after.frames - before.frames} frames asked for`;
  return [
    measured(`idle CPU, ${name}: main thread`, perCent(after.taskSeconds - before.taskSeconds), {
      below: IDLE_PERCENT,
      unit: "%",
      note,
    }),
    measured(`· all threads of all pages`, perCent(after.cpuSeconds - before.cpuSeconds), {
      below: IDLE_PERCENT,
      unit: "%",
    }),
  ];
}

async function taken(browser, page, client) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const { metrics } = await client.send("Performance.getMetrics");
  await session.detach();
  const { timers, frames } = await page.evaluate(() => {
    const { meter } = globalThis;
    return { timers: meter.timers, frames: meter.frames };
  });
  return {
    timers,
    frames,
    taskSeconds: metrics.find(({ name }) => name === "TaskDuration").value,
    cpuSeconds: processInfo
      .filter(({ type }) => type === "renderer")
      .reduce((sum, { cpuTime }) => sum + cpuTime, 0),
  };
}

/**
 * Tells a page that it is hidden. A browser without a window shows all its pages, and would otherwise
 * hold back timers and frames of a hidden one: here only the page itself can come to rest.
 */
function hide(page) {
  return page.evaluate(() => {
    Object.defineProperty(document, "hidden", { get: () => true });
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}
