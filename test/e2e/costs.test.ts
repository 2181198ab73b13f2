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

async function costs(address = ""): Promise<{ page: Page; errors: readonly string[] }> {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { errors } = await watchPage(page, site.url);
  await page.goto(`${site.url}costs.html${address}`, { waitUntil: "networkidle" });
  await counted(page);
  return { page, errors };
}

/** Waits until every mode is counted at the prices that stand there. */
async function counted(page: Page): Promise<void> {
  await page.locator("trapline-cost-bars .row").nth(12).waitFor();
  await settled(page);
}

const totals = (page: Page) => page.locator("trapline-cost-bars tbody strong").allTextContents();

test("Costs: twelve modes are drawn, and drawing, label and table say the same", async () => {
  const { page, errors } = await costs();
  const table = await totals(page);
  assert.equal(table.length, 12);
  const drawings = await page.locator("trapline-cost-bars svg[role=group]").all();
  for (const [row, drawing] of drawings.entries()) {
    assert.ok((await drawing.getAttribute("aria-label"))?.includes(` ${table[row]}`));
  }
  assert.deepEqual(errors, []);
  await page.close();
});

test("Costs: another CPU, and mitigations off, change the numbers and stand in the address", async () => {
  const { page, errors } = await costs();
  const first = await totals(page);
  await page.locator("[name=cpu]").selectOption("merom");
  await counted(page);
  const second = await totals(page);
  assert.notDeepEqual(second, first);
  await page.locator("[name=mitigations]").uncheck();
  await counted(page);
  assert.notDeepEqual(await totals(page), second);
  assert.match(page.url(), /cpu=merom/);
  assert.match(page.url(), /mitigations=off/);
  assert.deepEqual(errors, []);
  await page.close();
});

test("Costs: a piece leads to its prices; an edited one moves everything, stays in the link and can be reset", async () => {
  const { page, errors } = await costs("?part=transition.boundary");
  const first = await totals(page);
  const field = page.locator("trapline-price-table").first().locator("[name=vmRoundTrip]");
  await field.fill("90000");
  await field.press("Enter");
  await page.getByText("1 cost changed").waitFor();
  // At once: before any run is through again.
  const second = await totals(page);
  assert.notDeepEqual(second, first);
  assert.match(page.url(), /cost\.vmRoundTrip=90000/);
  await counted(page);
  const settled = await totals(page);
  await page.reload();
  await counted(page);
  assert.deepEqual(await totals(page), settled);
  await page.getByText("1 cost changed").waitFor();
  await page.getByRole("button", { name: "Reset all" }).click();
  await counted(page);
  assert.deepEqual(await totals(page), first);
  assert.doesNotMatch(page.url(), /cost\./);
  assert.deepEqual(errors, []);
  await page.close();
});

test("Costs: with the keyboard a piece is found, said and chosen", async () => {
  const { page } = await costs();
  await page.locator('trapline-cost-bars .piece[tabindex="0"]').focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  const said = await page.locator("trapline-cost-bars .said").textContent();
  await page.keyboard.press("Enter");
  await page
    .locator(".sum")
    .filter({ hasText: said ?? "none" })
    .waitFor();
  assert.match(page.url(), /part=/);
  await page.close();
});

test("Costs: a price of nothing in a link is named, and the rest of the page stands", async () => {
  const { page } = await costs("?cost.moon=3");
  await page.getByRole("alert").filter({ hasText: "cost.moon" }).waitFor();
  assert.equal((await totals(page)).length, 12);
  await page.close();
});
