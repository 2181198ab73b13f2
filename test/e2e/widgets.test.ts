import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { type Browser, chromium } from "playwright-core";
import { BROWSER_FLAGS, browserPath } from "../support/browser.js";

const HOST = "http://author.example/";
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'";

let browser: Browser;

before(async () => {
  browser = await chromium.launch({ executablePath: browserPath(), args: BROWSER_FLAGS });
});

after(async () => {
  await browser?.close();
});

/** Somebody else's page: a strict policy, one script, and what is given as its body. */
async function authorPage(body: string) {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url === HOST) {
      const html = `<!doctype html><html lang="en"><title>A page</title><script type="module" src="trapline-flow.js"></script>${body}`;
      return route.fulfill({
        contentType: "text/html",
        headers: { "content-security-policy": POLICY },
        body: html,
      });
    }
    if (url === `${HOST}trapline-flow.js`) {
      const script = readFileSync("dist-widgets/trapline-flow.js");
      return route.fulfill({ contentType: "text/javascript", body: script });
    }
    if (!url.endsWith("favicon.ico")) errors.push(`asked for ${url}`);
    return route.fulfill({ status: 204 });
  });
  await page.goto(HOST);
  return { page, errors };
}

test("Widgets: one module and one tag draw a journey in a page with a strict policy", async () => {
  const { page, errors } = await authorPage(
    '<trapline-flow mode="virtio-qemu" direction="tx" packets="2" size="60" step="1">still</trapline-flow>',
  );
  await page.getByText(/^1 of \d+ · KVM sees the local APIC timer expire\.$/).waitFor();
  await page.getByRole("slider").press("ArrowRight");
  await page.getByText(/^2 of \d+/).waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});

test("Widgets: several modes stand side by side, and several figures in one page", async () => {
  const { page, errors } = await authorPage(
    '<trapline-flow mode="virtio-qemu" modes="vtx-rtl8139,virtio-qemu"></trapline-flow>' +
      '<trapline-flow mode="vtx-rtl8139" direction="rx"></trapline-flow>',
  );
  await page.locator("trapline-compare .panel").nth(1).waitFor();
  assert.equal(await page.locator("trapline-flow .sentence").count(), 2);
  await page.locator("trapline-compare button").first().click();
  await page
    .locator("trapline-flow[mode=virtio-qemu] .sentence", {
      hasText: "KVM takes a VM exit: EPT misconfiguration",
    })
    .waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});

test("Widgets: a wrong attribute is a sentence, and the content of the tag stands", async () => {
  const { page, errors } = await authorPage(
    '<trapline-flow mode="teleport">A still picture.</trapline-flow>',
  );
  await page.getByRole("alert").filter({ hasText: "Mode teleport" }).waitFor();
  assert.equal(await page.getByText("A still picture.").isVisible(), true);
  assert.deepEqual(errors, []);
  await page.close();
});
