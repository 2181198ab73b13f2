import { answersCpuMs, mainThreadTasks, TRACE_CATEGORIES } from "./main-thread.js";
import { measured } from "./table.js";

const SELECTION_MS = 50;
const FULL_STATE_MS = 100;
/** Keys of the page that lead to another row, as a reader who looks around presses them. */
const KEYS = ["ArrowRight", "ArrowRight", "n", "e", "ArrowLeft", "Shift+n", "h", "n", "End", "n"];
const ROUNDS = 3;
const JUMPS = 30;

const ARRANGEMENTS = [
  { name: "crossing, state, timeline", hash: "panel=state" },
  { name: "crossing, rings, timeline", hash: "panel=rings" },
  { name: "crossing, frame and memory, timeline", hash: "panel=frame" },
  { name: "crossing, events, timeline", hash: "panel=events" },
  { name: "crossing, state, ledger", hash: "panel=state&drawer=ledger" },
];

/** From a key or a click until every linked view shows the row, for each arrangement of views. */
export async function answerFigures(browser, page) {
  const lines = [];
  for (const { name, hash } of ARRANGEMENTS) {
    await arrange(page, hash);
    const acts = Array.from({ length: ROUNDS * KEYS.length }, (_, n) => async () => {
      await page.evaluate(() => globalThis.meter.arm("keydown"));
      await page.keyboard.press(KEYS[n % KEYS.length]);
    });
    lines.push(...(await answers(browser, page, `selection: ${name}`, SELECTION_MS, acts)));
  }
  await arrange(page, "panel=state");
  lines.push(...(await clicks(browser, page)));
  return lines;
}

/** Clicks on the timeline with everything in view. */
async function clicks(browser, page) {
  const plot = page.locator("trapline-timeline .plot");
  const box = await plot.boundingBox();
  const acts = Array.from({ length: JUMPS }, (_, n) => async () => {
    await page.evaluate(() => globalThis.meter.arm("pointerup"));
    await page.mouse.click(box.x + box.width * spread(n), box.y + 90);
  });
  return answers(browser, page, "selection: a click on the timeline", SELECTION_MS, acts);
}

/** Going to any row of the trace with every section of the state open. */
export async function fullStateFigures(browser, page, rowCount) {
  await arrange(page, "panel=state");
  const sections = await page
    .locator("trapline-state")
    .evaluate((state) =>
      [...state.shadowRoot.querySelectorAll("[data-section]")].map(
        ({ dataset }) => dataset.section,
      ),
    );
  await arrange(page, `panel=state&open=${sections.join(",")}`);
  const acts = Array.from(
    { length: JUMPS },
    (_, n) => () =>
      page.evaluate(
        (row) => {
          globalThis.meter.arm("trapline-select");
          const options = { detail: { row }, bubbles: true, composed: true };
          document
            .querySelector("trapline-timeline")
            .dispatchEvent(new CustomEvent("trapline-select", options));
        },
        Math.floor(rowCount * spread(n)),
      ),
  );
  const name = `any row, state with all ${sections.length} sections open`;
  return answers(browser, page, name, FULL_STATE_MS, acts);
}

async function answers(browser, page, name, below, acts) {
  const times = [];
  await browser.startTracing(page, { categories: TRACE_CATEGORIES });
  for (const act of acts) {
    await act();
    const ms = await page.evaluate(() => globalThis.meter.answer);
    if (ms === undefined) throw new Error(`${name}: the views did not agree on another row`);
    times.push(ms);
  }
  const cpuMs = answersCpuMs(mainThreadTasks(await browser.stopTracing()));
  return [
    measured(name, times, { below, note: `${times.length} times` }),
    measured("· the thread's own time", cpuMs, { below }),
  ];
}

/** Opens the views that a link names, and waits until they stand. */
async function arrange(page, hash) {
  await page.evaluate((wanted) => {
    const fields = new URLSearchParams(location.hash.slice(1));
    for (const name of ["panel", "drawer", "open"]) fields.delete(name);
    location.hash = `${fields}&${wanted}`;
    // Keys are the page's, not those of the view that was used last.
    document.activeElement?.blur();
  }, hash);
  await page.evaluate(async () => {
    const { meter } = globalThis;
    for (let frame = 0; frame < 30; frame++) await meter.painted();
    while (document.querySelector("trapline-timeline") && !meter.isSharp()) await meter.painted();
  });
}

/** Places from 0 to 1 that look like chance and are the same each time. */
function spread(n) {
  return (0.137 + n * 0.618_034) % 1;
}
