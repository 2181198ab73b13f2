import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type OpenSite, openSite, watchPage } from "../support/site.ts";

const LESSON = "lessons/01-one-packet-four-journeys.html";

let site: OpenSite;

before(async () => {
  site = await openSite();
});

after(async () => {
  await site?.close();
});

test("Lesson 01: the bet comes before the reveal, stays beside it, and every claim holds", async () => {
  const page = await site.browser.newPage();
  const { errors, foreignUrls } = await watchPage(page, site.url);
  await page.goto(site.url + LESSON, { waitUntil: "networkidle" });
  await page.context().setOffline(true);
  assert.equal(await page.locator("trapline-compare").count(), 0);

  const first = page.locator("trapline-bet").first();
  await first.getByRole("slider").first().focus();
  for (let times = 0; times < 3; times++) await page.keyboard.press("ArrowRight");
  await first.getByRole("button", { name: "Place the bet" }).press("Enter");
  await page.locator("trapline-compare").first().waitFor();
  assert.match((await first.locator("small").first().textContent()) ?? "", /^you bet 3: 2 too few/);

  const second = page.locator("trapline-bet").nth(1);
  await second.getByRole("button", { name: "Show it without a bet" }).click();
  await page.locator("trapline-compare").nth(1).waitFor();

  const size = page.locator("trapline-slider").getByRole("slider");
  await size.press("End");
  await page.getByText("One frame of 1514 bytes leaves the guest").waitFor();

  const verdicts = await page.locator(".claim strong").allTextContents();
  assert.equal(verdicts.length, 9);
  assert.deepEqual(new Set(verdicts), new Set(["checked"]));
  assert.deepEqual(foreignUrls, []);
  assert.deepEqual(errors, []);
  await page.close();
});

test("Lesson 01: each way can be stepped through", async () => {
  const page = await site.browser.newPage();
  await page.goto(site.url + LESSON, { waitUntil: "networkidle" });
  await page.getByLabel("The way to step through").selectOption("virtio-qemu");
  await page.getByRole("button", { name: "First step" }).click();
  await page.getByText(/^1 of \d+/).waitFor();
  await page.close();
});
