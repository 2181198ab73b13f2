import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { preview } from "vite";
import { type OpenSite, openSite, settled, violations, watchPage } from "../support/site.ts";

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
    await settled(page);
    const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
    assert.match(
      (await policy.getAttribute("content")) ?? "",
      /script-src 'self'; style-src 'self'/,
    );
    assert.deepEqual(watch.foreignUrls, []);
    assert.deepEqual(watch.errors, []);
    await page.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`Page ${path}: axe finds no violation, ${colorScheme}`, async () => {
      const context = await site.browser.newContext({ bypassCSP: true, colorScheme });
      const page = await context.newPage();
      await page.goto(site.url + path, { waitUntil: "networkidle" });
      await settled(page);
      const bets = page.getByRole("button", { name: "Place the bet" });
      while ((await bets.count()) > 0) await bets.first().click();
      await page.evaluate(openDetails);
      assert.deepEqual(await violations(page), []);
      await context.close();
    });
  }

  test(`Page ${path}: at 400 % zoom nothing makes it scroll sideways`, async () => {
    const page = await site.browser.newPage({ viewport: { width: 320, height: 256 } });
    await page.goto(site.url + path, { waitUntil: "networkidle" });
    await settled(page);
    await page.evaluate(openDetails);
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    assert.ok(scrollWidth <= clientWidth, `${scrollWidth} of ${clientWidth}`);
    await page.close();
  });

  test(`Page ${path}: the chosen theme holds, and the next page has it too`, async () => {
    const page = await site.browser.newPage();
    await page.goto(site.url + path, { waitUntil: "networkidle" });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByLabel("Theme").selectOption("dark");
    assert.equal(await paper(), "rgb(20, 22, 27)");
    await page.reload({ waitUntil: "networkidle" });
    assert.equal(await paper(), "rgb(20, 22, 27)");
    await page.getByLabel("Theme").selectOption("light");
    assert.equal(await paper(), "rgb(251, 250, 247)");
    await page.close();
  });
}

/** Opens what is folded, in shadow trees too: it counts as much as the rest. */
function openDetails(): void {
  const open = (root: Document | ShadowRoot) => {
    for (const element of root.querySelectorAll("*")) {
      if (element instanceof HTMLDetailsElement) element.open = true;
      if (element.shadowRoot) open(element.shadowRoot);
    }
  };
  open(document);
}

test("Site: it works under any path", async () => {
  const server = await preview({
    logLevel: "error",
    base: "/some/where/",
    preview: { host: "127.0.0.1", port: 4320 },
  });
  const url = server.resolvedUrls?.local[0] ?? "";
  const page = await site.browser.newPage();
  const { errors } = await watchPage(page, url);
  await page.goto(`${url}index.html#from=ping.pcap`, { waitUntil: "networkidle" });
  await page.locator("trapline-compare .panel").first().waitFor();
  await page.getByRole("link", { name: "Lesson 1" }).click();
  await page.locator("trapline-bet").first().waitFor();
  assert.match(page.url(), /\/some\/where\/lessons\//);
  assert.deepEqual(errors, []);
  await page.close();
  await server.close();
});
