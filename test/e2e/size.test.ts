import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

async function sizing(address = ""): Promise<{ page: Page; errors: readonly string[] }> {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { errors } = await watchPage(page, site.url);
  await page.goto(`${site.url}size.html${address}`, { waitUntil: "networkidle" });
  return { page, errors };
}

const start = (page: Page) => page.getByRole("button", { name: "Work it out" }).click();
const rows = (page: Page) => page.locator("trapline-ranges .row[data-id]");

test("Choose a mode: it starts, is cancelled, starts again and has results for every mode", async () => {
  const { page, errors } = await sizing("#mix=1518&rate=20k");
  await start(page);
  await page.getByRole("progressbar").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("alert").filter({ hasText: "stopped" }).waitFor();
  assert.equal(await page.getByRole("progressbar").count(), 0);
  await start(page);
  await page.getByRole("progressbar").waitFor();
  await settled(page);
  const listed = await rows(page).count();
  const impossible = await page.locator("#size h3 + ul li").count();
  assert.equal(listed + impossible, 12);
  assert.notEqual((await page.locator(".advice").textContent())?.trim(), "");
  assert.equal(await page.locator("trapline-rate-lines .path").count(), listed);
  assert.equal(await page.locator("trapline-cost-bars .row:not(.head)").count(), listed);
  assert.match(page.url(), /mix=1518&rate=20k&go=1/);
  assert.deepEqual(errors, []);
  await page.close();
});

test("Choose a mode: a link to results works them out again, and other settings make them stale", async () => {
  const { page } = await sizing("#mix=64&rate=5k&vms=2&go=1");
  await rows(page).first().waitFor();
  assert.equal(await page.locator("[name=vms]").inputValue(), "2");
  await page.locator("[name=cores]").fill("3");
  await page.locator("[name=cores]").press("Tab");
  await page.getByText("These results are of other settings").waitFor();
  // The lines come after each mode has been sized: on a busy machine that takes its time.
  await page.locator("[name=unit]").selectOption("bits", { timeout: 300_000 });
  assert.match(page.url(), /unit=bits/);
  await page.close();
});

test("Choose a mode: a rate that is none, and a damaged capture, are refused in a sentence", async () => {
  const { page } = await sizing();
  await page.locator("[name=rate]").fill("fast");
  await start(page);
  await page.getByRole("alert").filter({ hasText: "fast is not a rate" }).waitFor();
  await page.locator("[name=rate]").fill("200k");
  const broken = readFileSync("site/public/captures/ping.pcap").subarray(0, 100);
  await page
    .locator("[name=capture]")
    .setInputFiles({ name: "broken.pcap", mimeType: "", buffer: broken });
  await page.getByRole("alert").filter({ hasText: "broken.pcap" }).waitFor();
  await page.close();
});
