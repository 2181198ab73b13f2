import assert from "node:assert/strict";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { BROWSER_FLAGS, browserPath } from "../support/browser.js";

test("Widgets: one module gives its elements to a page that knows nothing of the project", async () => {
  const browser = await chromium.launch({ executablePath: browserPath(), args: BROWSER_FLAGS });
  const page = await browser.newPage();
  await page.setContent('<trapline-slider label="Slots" max="8" value="4"></trapline-slider>');
  await page.addScriptTag({ path: "dist-widgets/trapline-flow.js", type: "module" });
  await page.getByRole("slider", { name: "Slots" }).waitFor();
  assert.equal(await page.getByRole("status").textContent(), "4");
  await browser.close();
});
