import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { type OpenSite, openSite, violations, watchPage } from "../support/site.ts";

const PAGES = readdirSync("dist", { recursive: true })
  .map((path) => String(path).replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".html"))
  .toSorted();

let site: OpenSite;

before(async () => {
  site = await openSite();
});

after(async () => {
  await site?.close();
});

for (const path of PAGES) {
  test(`Page ${path}: it has a strict policy, needs no other host and reports no error`, async () => {
    const page = await site.browser.newPage();
    const watch = await watchPage(page, site.url);
    await page.goto(site.url + path, { waitUntil: "networkidle" });
    const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
    assert.match(
      (await policy.getAttribute("content")) ?? "",
      /script-src 'self'; style-src 'self'/,
    );
    assert.deepEqual(watch.foreignUrls, []);
    assert.deepEqual(watch.errors, []);
    await page.close();
  });

  test(`Page ${path}: axe finds no violation`, async () => {
    const context = await site.browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(site.url + path, { waitUntil: "networkidle" });
    assert.deepEqual(await violations(page), []);
    await context.close();
  });
}

test("Lesson 00-the-line: moving the slider recomputes the sentence below", async () => {
  const page = await site.browser.newPage();
  await page.goto(`${site.url}lessons/00-the-line.html`);
  await page.getByText("60 B takes 672 ns").waitFor();
  await page.getByRole("slider").press("End");
  await page.getByText("1514 B takes 12304 ns").waitFor();
  await page.close();
});
