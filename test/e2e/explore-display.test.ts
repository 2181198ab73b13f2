import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LOOKS, lookAt, openExplorer } from "../support/explorer-looks.ts";
import {
  canvasColours,
  cutSentences,
  isBlendOf,
  likeTheirNeighbours,
  movingElements,
  systemColours,
  tablesOfDrawings,
  tooWide,
} from "../support/looks.ts";
import { type OpenSite, openSite } from "../support/site.ts";

/** Readings of the address, a tenth of a second apart, after which it has come to rest. */
const STEADY_READINGS = 5;

let site: OpenSite;

before(async () => {
  site = await openSite();
});

after(async () => {
  await site?.close();
});

test("Explore at 400 %: every view goes one way only, except tables and figures", async () => {
  const page = await openExplorer(site, { viewport: { width: 320, height: 256 } });
  for (const look of LOOKS) {
    await lookAt(page, look);
    for (const details of await page.locator("details:not(.menu)").all()) {
      await details.evaluate((it: HTMLDetailsElement) => (it.open = true));
    }
    await page.waitForTimeout(50);
    assert.deepEqual(await page.evaluate(tooWide), [], look.name);
    for (const menu of await page.locator(".menu > summary").all()) {
      await menu.press("Enter");
      assert.deepEqual(await page.evaluate(tooWide), [], (await menu.textContent()) ?? "");
      await menu.press("Escape");
    }
  }
  await page.close();
});

test("Explore with forced colours: what is chosen looks so, and canvases have the reader's colours", async () => {
  const page = await openExplorer(site, { forcedColors: "active" });
  const allowed = await page.evaluate(systemColours);
  for (const look of LOOKS) {
    await lookAt(page, look);
    await page.waitForTimeout(100);
    assert.deepEqual(await page.evaluate(likeTheirNeighbours), [], look.name);
    for (const { canvas, colours } of await page.evaluate(canvasColours)) {
      assert.ok(colours.length > 0, `${canvas} is empty`);
      for (const colour of colours) assert.ok(isBlendOf(colour, allowed), `${canvas}: ${colour}`);
    }
  }
  await page.close();
});

test("Explore with less motion: nothing moves on the way through a packet", async () => {
  const page = await openExplorer(site, { reducedMotion: "reduce" });
  for (const look of LOOKS) {
    await lookAt(page, look);
    for (const key of ["ArrowRight", "e", "ArrowLeft"]) {
      await page.keyboard.press(key);
      assert.deepEqual(await page.evaluate(movingElements), [], `${look.name}, ${key}`);
    }
  }
  await page.close();
});

test("Explore: a table stands behind every drawing", async () => {
  const page = await openExplorer(site);
  for (const look of LOOKS) {
    await lookAt(page, look);
    for (const { drawing, rows } of await page.evaluate(tablesOfDrawings)) {
      assert.ok(rows > 1, `${look.name}: ${drawing} has no table`);
    }
  }
  await page.close();
});

test("Explore: the list of events has room for what happens, on a phone as well", async () => {
  for (const width of [1440, 390]) {
    const page = await openExplorer(site, { viewport: { width, height: 844 } });
    const events = LOOKS.find(({ name }) => name === "events");
    if (events === undefined) throw new Error("there is no look at the events");
    await lookAt(page, events, "&filter=");
    for (const key of ["Home", "PageDown", "PageDown", "PageDown"]) {
      await page.keyboard.press(key);
      await page.waitForTimeout(50);
      assert.deepEqual(await page.evaluate(cutSentences), [], `${width}`);
    }
    await page.close();
  }
});

test("Explore: what drags on the timeline do, buttons do as well", async () => {
  const page = await openExplorer(site);
  await page.locator("trapline-timeline .plot").waitFor();
  const range = () => /range=([^&]*)/.exec(page.url())?.[1] ?? "";
  const from = () => Number(/^\d+/.exec(range())?.[0]);
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const changed = (was: string) =>
    page.waitForFunction((old) => (/range=([^&]*)/.exec(location.hash)?.[1] ?? "") !== old, was);
  const drag = async (selector: string, [left, right]: readonly [number, number]) => {
    await page.locator(selector).evaluate((it) => it.scrollIntoView({ block: "center" }));
    const box = await page.locator(selector).boundingBox();
    if (box === null) throw new Error(`there is no ${selector}`);
    await page.mouse.move(box.x + box.width * left, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * right, box.y + 12, { steps: 3 });
    await page.mouse.up();
  };
  const turn = async (act: () => Promise<void>) => {
    const was = range();
    await act();
    await changed(was);
    // A zoom goes in steps, and the address follows: the last one counts.
    for (let same = 0, last = range(); same < STEADY_READINGS; last = range()) {
      await page.waitForTimeout(100);
      same = range() === last ? same + 1 : 0;
    }
    return from();
  };
  const zoomed = await turn(() => button("Zoom in").click());
  const later = await turn(() => button("Later").click());
  assert.ok(later > zoomed);
  assert.equal(await turn(() => button("Earlier").click()), zoomed);
  assert.ok((await turn(() => drag("trapline-timeline .plot", [0.8, 0.5]))) > zoomed);
  await turn(() => button("Fit all").click());
  await turn(() => drag("trapline-timeline .overview", [0.2, 0.5]));
  await page.close();
});
