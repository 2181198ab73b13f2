import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type OpenSite, settled, watchPage } from "./site.ts";

/** The explorer in a context of its own, with the errors that it reports from then on. */
export async function openExplorer(
  site: OpenSite,
  hash = "",
): Promise<{ page: Page; errors: readonly string[] }> {
  const context = await site.browser.newContext({ viewport: { width: 1440, height: 900 } });
  // A busy machine is slow, and not wrong.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const { errors, foreignUrls } = await watchPage(page, site.url);
  await page.goto(`${site.url}explore.html${hash}`, { waitUntil: "networkidle" });
  await settled(page);
  assert.deepEqual(foreignUrls, []);
  return { page, errors };
}

/** What the explorer says of the step that it is at. */
export async function sentenceOf(page: Page): Promise<string> {
  return (await page.locator(".sentence").first().textContent()) ?? "";
}

/** What a command of the palette, found by these words, saves. */
export function savedByCommand(site: OpenSite, page: Page, words: string): Promise<Buffer> {
  return site.saved(page, async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "What do you want to do?" }).fill(words);
    await page.locator(".palette [role=option]").first().click();
  });
}
