import { setTimeout as sleep } from "node:timers/promises";
import { inputFrames, mainThreadTasks, TRACE_CATEGORIES } from "./main-thread.js";
import { measured } from "./table.js";

/** One refresh of a screen with 60 Hz. */
const DISPLAY_MS = 1000 / 60;
/** The same as a limit, with a little for rounding. */
const FRAME_MS = 16.7;
/** Inputs come faster than frames, so that there is something to draw in each. */
const INPUT_MS = 8;

/** Pans and zooms the timeline for 10 s, with wheel, drag and keys, as a hand would. */
export async function frameFigures(browser, page) {
  const plot = page.locator("trapline-timeline .plot");
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  await browser.startTracing(page, { categories: TRACE_CATEGORIES });
  await page.evaluate(() => globalThis.meter.watchFrames());
  const started = Date.now();
  for (let round = 0; Date.now() - started < 10_000; round++) {
    await tour(page, plot, box, 0.2 + 0.3 * (round % 3), () => Date.now() - started < 10_000);
  }
  const times = await page.evaluate(() => globalThis.meter.stop());
  // Their clock is coarse by a tenth of a millisecond: what counts is how many of the display's there were.
  const gaps = times.map((gap) => Math.max(1, Math.round(gap / DISPLAY_MS)) * DISPLAY_MS);
  const frames = inputFrames(mainThreadTasks(await browser.stopTracing()));
  const missed = gaps.filter((gap) => gap > FRAME_MS).length;
  const note = `${frames.length} frames`;
  await plot.press("0");
  return [
    measured("panning and zooming: frame to frame", gaps, {
      below: FRAME_MS,
      note: `${missed} of ${gaps.length} late, longest ${Math.max(...gaps).toFixed(0)} ms`,
    }),
    measured(
      "· work of the page for a frame, by the clock",
      frames.map(({ ms }) => ms),
      {
        below: FRAME_MS,
        note,
      },
    ),
    measured(
      "· the same, the thread's own time",
      frames.map(({ cpuMs }) => cpuMs),
      {
        below: FRAME_MS,
        note,
      },
    ),
  ];
}

/** In to a single packet at a place, along it by wheel, drag and keys, and out again. */
async function tour(page, plot, { x, y, width, height }, share, goesOn) {
  const middle = y + Math.min(height / 2, 200);
  const steps = async (count, step) => {
    for (let n = 0; n < count && goesOn(); n++) await Promise.all([step(n), sleep(INPUT_MS)]);
  };
  await page.mouse.move(x + share * width, middle);
  await page.keyboard.down("Control");
  await steps(70, () => page.mouse.wheel(0, -60));
  await page.keyboard.up("Control");
  await page.keyboard.down("Shift");
  await steps(60, () => page.mouse.wheel(0, 40));
  await page.keyboard.up("Shift");
  await page.mouse.move(x + 0.9 * width, middle);
  await page.mouse.down();
  await steps(60, (n) => page.mouse.move(x + 0.9 * width - 12 * n, middle));
  await page.mouse.up();
  await page.mouse.move(x + share * width, middle);
  await page.keyboard.down("Control");
  await steps(70, () => page.mouse.wheel(0, 60));
  await page.keyboard.up("Control");
  await plot.focus();
  const keys = ["+", "+", "Shift+ArrowRight", "+", "Shift+ArrowLeft", "-", "PageDown", "-", "-"];
  for (const key of keys) {
    if (goesOn()) await Promise.all([page.keyboard.press(key), sleep(INPUT_MS)]);
  }
}
