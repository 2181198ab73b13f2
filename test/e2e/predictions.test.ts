import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { type OpenSite, openSite, settled, watchPage } from "../support/site.ts";

let site: OpenSite;

before(async () => {
  site = await openSite();
});

after(async () => {
  await site?.close();
});

async function predictions(address = ""): Promise<{ page: Page; errors: readonly string[] }> {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { errors } = await watchPage(page, site.url);
  await page.goto(`${site.url}predictions.html${address}`, { waitUntil: "networkidle" });
  await settled(page);
  return { page, errors };
}

const drawn = (page: Page) =>
  page.locator("trapline-ranges .row[data-id] .value").allTextContents();

test("Predictions: every point is predicted or excused, and misses stand on top", async () => {
  const { page, errors } = await predictions();
  const summary = (await page.locator(".summary").textContent()) ?? "";
  const [, points, mapped, excused] =
    /Of (\d+) published points (\d+) are\s+predicted, and (\d+) are not/.exec(summary) ?? [];
  assert.equal(await page.locator("trapline-ranges .row[data-id]").count(), Number(mapped));
  assert.equal(await page.locator("[aria-labelledby=excused] tbody tr").count(), Number(excused));
  assert.equal(Number(mapped) + Number(excused), Number(points));
  const counted = page.locator("trapline-ranges .row[data-id]:not(.none) .value");
  const ratios = (await counted.allTextContents()).map((text) => Number.parseFloat(text));
  const off = ratios.map((ratio) => Math.abs(Math.log2(ratio)));
  off.slice(1).forEach((one, index) => assert.ok(one <= (off[index] ?? 0) + 0.02, `${off}`));
  assert.deepEqual(errors, []);
  await page.close();
});

test("Predictions: a changed price moves them, stays in the link and can be reset", async () => {
  const { page, errors } = await predictions();
  const first = await drawn(page);
  await page.getByText("Change a price").click();
  await page.locator("[name=price]").selectOption("vmRoundTrip");
  await page.locator("trapline-price-table [name=vmRoundTrip]").fill("50000");
  await page.locator("trapline-price-table [name=vmRoundTrip]").press("Enter");
  await page.getByText("1 cost changed").waitFor();
  await settled(page);
  const second = await drawn(page);
  assert.notDeepEqual(second, first);
  assert.match(page.url(), /cost\.vmRoundTrip=50000/);
  await page.reload({ waitUntil: "networkidle" });
  await settled(page);
  assert.deepEqual(await drawn(page), second);
  await page.getByRole("button", { name: "Reset all" }).click();
  await settled(page);
  assert.deepEqual(await drawn(page), first);
  assert.deepEqual(errors, []);
  await page.close();
});
