import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { LOOKS, lookAt, openExplorer } from "../support/explorer-looks.ts";
import { type OpenSite, openSite } from "../support/site.ts";
import {
  headingsOf,
  hearPage,
  heard,
  namelessControls,
  sameIds,
  treeOf,
} from "../support/access.ts";

let site: OpenSite;

before(async () => {
  site = await openSite();
});

after(async () => {
  await site?.close();
});

const sentenceAt = (page: Page) => page.locator("#explorer > .sentence");
const words = (text: string) => text.replace(/\s+/g, " ").trim();
const sentenceOf = async (page: Page) => words((await sentenceAt(page).textContent()) ?? "");
/** What it cost stands at the end of each sentence, with how it is known. */
const COSTS = /; (?:no cycles of its own|\d.* cycles, (?:measured|derived|assumed))\.$/;

test("Explore: a packet's whole walk is spoken: who did what, why, and what it cost", async () => {
  const page = await openExplorer(site);
  await page.keyboard.press("Home");
  const steps = Number(/of (\d+)/.exec(await sentenceOf(page))?.[1]);
  assert.ok(steps > 20);
  const said: string[] = [];
  for (let step = 2; step <= steps; step++) {
    await page.keyboard.press("ArrowRight");
    const sentence = await sentenceOf(page);
    assert.match(sentence, new RegExp(`^${step} of ${steps} · \\S+ .+\\.$`));
    assert.match(sentence, COSTS);
    if (/ takes a VM exit| wakes | switches CPU/.test(sentence))
      assert.match(sentence, / because /);
    // The engine's own words, in the tree that the browser hands to a screen reader.
    if (step % 12 === 0) {
      const [status = ""] = (await sentenceAt(page).ariaSnapshot()).split("\n");
      assert.equal(
        words(status)
          .replace(/^- status: /, "")
          .replace(/^"(.*)"$/, "$1"),
        sentence,
      );
    }
    said.push(sentence);
  }
  assert.equal(new Set(said).size, said.length);
  const regions = (await treeOf(page)).filter(({ role, text }) => role === "status" && text !== "");
  assert.ok(regions.some(({ text }) => words(text) === said.at(-1)));
  await page.close();
});

test("Explore: whatever is open, a step is announced in its sentence and nothing else", async () => {
  const page = await openExplorer(site);
  for (const look of LOOKS.filter(({ name }) => name !== "recording")) {
    await lookAt(page, look, "&step=1");
    await hearPage(page);
    for (const key of ["ArrowRight", "ArrowRight", "e", "n", "ArrowLeft"]) {
      await page.keyboard.press(key);
      const sentence = await sentenceOf(page);
      await page.waitForTimeout(60);
      assert.deepEqual(await heard(page), [sentence], `${look.name}, ${key}`);
    }
  }
  await page.close();
});

test("Explore: every control has a name, headings are in order, landmarks stand once", async () => {
  const page = await openExplorer(site);
  for (const look of LOOKS) {
    await lookAt(page, look);
    for (const menu of await page.locator("details.menu").all()) {
      await menu.evaluate((it: HTMLDetailsElement) => (it.open = true));
    }
    const tree = await treeOf(page);
    assert.deepEqual(namelessControls(tree), [], look.name);
    for (const role of ["main", "banner", "navigation"]) {
      assert.equal(tree.filter((node) => node.role === role).length, 1, `${look.name}: ${role}`);
    }
    const levels = headingsOf(tree);
    const leaps = levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1);
    assert.deepEqual(leaps, [], `${look.name}: ${levels.join(" ")}`);
    assert.equal(levels.filter((level) => level === 1).length, 1);
    assert.deepEqual(await page.evaluate(sameIds), [], look.name);
  }
  await page.close();
});
