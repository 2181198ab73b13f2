// Every page of the site in Firefox: it opens, its first figure answers, and nothing is against its policy.
// What pages do beyond that is tested in Chromium, file by file.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { authorPage } from "../support/author-page.ts";
import { openExplorer, sentenceOf } from "../support/explorer.ts";
import { type OpenSite, openSite, settled, watchPage } from "../support/site.ts";

let site: OpenSite;

before(async () => {
  site = await openSite({ browser: "Firefox" });
});

after(async () => {
  await site?.close();
});

/** A page in Firefox; a breach of its policy is among the errors. */
async function opened(path: string): Promise<{ page: Page; errors: readonly string[] }> {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(120_000);
  const { errors, foreignUrls } = await watchPage(page, site.url);
  await page.goto(site.url + path, { waitUntil: "networkidle" });
  assert.deepEqual(foreignUrls, []);
  return { page, errors };
}

async function closed(page: Page, errors: readonly string[]): Promise<void> {
  await settled(page);
  assert.deepEqual(errors, []);
  await page.close();
}

test("Firefox: a breach of the policy is reported, so that its absence says something", async () => {
  const { page, errors } = await opened("authors.html");
  await page.evaluate(() =>
    document.body.insertAdjacentHTML("beforeend", '<p style="color: red">'),
  );
  await page.waitForFunction(() => document.querySelector("p[style]") !== null);
  assert.match(errors.join(), /style-src/);
  await page.close();
});

test("Home in Firefox: the figure steps, and long runs go on in a worker", async () => {
  const { page, errors } = await opened("index.html");
  const sentence = page.locator("trapline-flow .sentence");
  await page.getByRole("button", { name: "First step" }).click();
  assert.match((await sentence.textContent()) ?? "", /^1 of /);
  await page.getByRole("button", { name: "Step forward" }).click();
  assert.match((await sentence.textContent()) ?? "", /^2 of /);
  await page.locator("[name=count]").selectText();
  await page.keyboard.type("50");
  await page.keyboard.press("Enter");
  await page.getByText("of 50,").first().waitFor();
  await closed(page, errors);
});

test("Explore in Firefox: steps, views, a knob and undo answer", async () => {
  const { page, errors } = await openExplorer(site, "#v=1&mode=virtio-qemu&count=1&step=1");
  await page.keyboard.press("ArrowRight");
  assert.match(await sentenceOf(page), /^2 of /);
  for (const view of ["Recorded", "Compare", "One mode"]) {
    await page.getByText(view, { exact: true }).first().click();
    await settled(page);
  }
  await page.locator("#menu-knobs summary").click();
  await page.locator("#knob-ioeventfd").selectOption("off");
  await page.locator(".said").filter({ hasText: "ioeventfd: off" }).waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.waitForFunction(() => !location.hash.includes("ioeventfd"));
  await closed(page, errors);
});

test("Costs in Firefox: every mode has its bar, and another CPU changes them", async () => {
  const { page, errors } = await opened("costs.html");
  const totals = page.locator("trapline-cost-bars tbody strong");
  await totals.nth(11).waitFor({ state: "attached" });
  await settled(page);
  const before = await totals.allTextContents();
  await page.locator("[name=cpu]").selectOption("merom");
  await page.waitForFunction(
    () => location.search.includes("merom") || location.hash.includes("merom"),
  );
  await settled(page);
  assert.notDeepEqual(await totals.allTextContents(), before);
  await closed(page, errors);
});

test("Choose a mode in Firefox: it works in workers, says how far it is, and stops when it is told to", async () => {
  const { page, errors } = await opened("size.html#mix=1518&rate=20k");
  await page.getByRole("button", { name: "Work it out" }).click();
  await page.getByText(/[1-9]\d* % worked out/).waitFor({ timeout: 300_000 });
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("alert").filter({ hasText: "stopped" }).waitFor();
  await closed(page, errors);
});

test("Predictions in Firefox: every predicted point has its row", async () => {
  const { page, errors } = await opened("predictions.html");
  await page.locator("trapline-ranges .row[data-id]").first().waitFor();
  await settled(page);
  const summary = (await page.locator(".summary").textContent()) ?? "";
  const mapped = /points (\d+) are\s+predicted/.exec(summary)?.[1];
  assert.equal(await page.locator("trapline-ranges .row[data-id]").count(), Number(mapped));
  await closed(page, errors);
});

test("Lesson 01 in Firefox: bets are placed, and every claim holds", async () => {
  const { page, errors } = await opened("lessons/01-one-packet-four-journeys.html");
  const first = page.locator("trapline-bet").first();
  await first.getByRole("button", { name: "Place the bet" }).click();
  await page.locator("trapline-compare").first().waitFor();
  const second = page.locator("trapline-bet").nth(1);
  await second.getByRole("button", { name: "Show it without a bet" }).click();
  await page.locator("trapline-compare").nth(1).waitFor();
  const verdicts = await page.locator(".claim strong").allTextContents();
  assert.deepEqual(new Set(verdicts), new Set(["checked"]));
  await closed(page, errors);
});

test("Widgets in Firefox: one module and one tag draw a journey in a page with a strict policy", async () => {
  const { page, errors } = await authorPage(
    site.browser,
    '<trapline-flow mode="virtio-qemu" direction="tx" packets="2" size="60" step="1">still</trapline-flow>',
  );
  await page.getByText(/^1 of \d+/).waitFor();
  await page.getByRole("slider").press("ArrowRight");
  await page.getByText(/^2 of \d+/).waitFor();
  await closed(page, errors);
});
