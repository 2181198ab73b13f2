import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { drop } from "../support/drop.ts";
import { weighPage } from "../support/page-cost.ts";
import { type OpenSite, openSite, watchPage } from "../support/site.ts";

const CAPTURES = readdirSync("site/public/captures").filter((name) => /\.pcap/.test(name));

let site: OpenSite;

before(async () => {
  site = await openSite();
});

after(async () => {
  await site?.close();
});

async function home(hash = ""): Promise<{ page: Page; errors: readonly string[] }> {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { errors, foreignUrls } = await watchPage(page, site.url);
  await page.goto(`${site.url}index.html${hash}`, { waitUntil: "networkidle" });
  await page.locator("trapline-flow .sentence").waitFor();
  assert.deepEqual(foreignUrls, []);
  return { page, errors };
}

const sentence = async (page: Page) =>
  (await page.locator("trapline-flow .sentence").textContent()) ?? "";

test("Home: at rest one packet takes several ways, and the chosen one is at its first exit", async () => {
  const { page, errors } = await home();
  const panels = page.locator("trapline-compare .panel");
  assert.ok((await panels.count()) >= 2);
  assert.match(await sentence(page), /VM exit/);
  for (const panel of await panels.all()) {
    const said = (await panel.locator(".exits").textContent()) ?? "";
    assert.equal(await panel.locator(".hand-over.exit").count(), Number.parseInt(said, 10));
  }
  assert.deepEqual(errors, []);
  await page.close();
});

for (const capture of CAPTURES) {
  test(`Home: ${capture} travels both ways, and packet, run and drawing agree`, async () => {
    for (const direction of ["tx", "rx"]) {
      const { page, errors } = await home(`#from=${capture}&dir=${direction}&packet=2`);
      const drawn = await page.locator("trapline-flow .hand-over.exit").count();
      const cells = page.locator("trapline-flow .counts tr.exits td");
      assert.equal(await cells.nth(0).textContent().then(Number), drawn);
      const steps = await page.locator("trapline-flow .steps summary").textContent();
      const rows = await page.locator("trapline-flow .steps tbody tr").count();
      const all = Number(/of the (\d+) steps/.exec(steps ?? "")?.[1]);
      assert.equal(rows, Math.min(200, all));
      assert.deepEqual(errors, []);
      await page.close();
    }
  });
}

test("Home: the first figure is alive after at most 150 kB of script, and nothing shifts", async () => {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  const cost = await weighPage(page);
  // The worker with the engine comes behind the figure.
  await page.route("**/run-worker*", (route) => route.abort());
  await page.goto(`${site.url}index.html`);
  const before = await sentence(page);
  await page.getByRole("button", { name: "Step forward" }).click();
  assert.notEqual(await sentence(page), before);
  const bytes = await cost.scriptBytes();
  assert.ok(bytes > 10_000 && bytes <= 150_000, `${bytes} bytes of script, compressed`);
  assert.deepEqual(await cost.shifts(), []);
  await page.close();
});

test("Home: every mode can be compared and looked into", async () => {
  const { page, errors } = await home();
  await page.getByText(/modes$/).click();
  const boxes = page.locator("[name=mode]");
  for (const box of await boxes.all()) await box.check();
  await page.getByText(/modes$/).click();
  const panels = page.locator("trapline-compare .panel");
  await panels.nth((await boxes.count()) - 1).waitFor();
  assert.equal(await panels.count(), await boxes.count());
  for (const panel of await panels.all()) {
    await panel.locator("button").click();
    assert.equal(await panel.locator("button").getAttribute("aria-pressed"), "true");
  }
  assert.deepEqual(errors, []);
  await page.close();
});

test("Home: buttons and keys step forward and back, and the address keeps the place", async () => {
  const { page } = await home();
  await page.getByRole("button", { name: "First step" }).click();
  assert.match(await sentence(page), /^1 of /);
  await page.getByRole("button", { name: "Step forward" }).click();
  assert.match(await sentence(page), /^2 of /);
  await page.getByRole("slider").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.match(await sentence(page), /^4 of /);
  await page.keyboard.press("ArrowLeft");
  assert.match(await sentence(page), /^3 of /);
  assert.match(page.url(), /step=3/);
  await page.keyboard.press("e");
  assert.match(await sentence(page), /VM exit/);
  await page.keyboard.press("End");
  const last = await sentence(page);
  await page.reload();
  await page.locator("trapline-flow .sentence").waitFor();
  assert.equal(await sentence(page), last);
  await page.close();
});

test("Home: a dropped capture travels; a damaged one is refused in a sentence, and nothing is lost", async () => {
  const { page } = await home();
  const good = readFileSync("site/public/captures/ping.pcap");
  await drop(page, "mine.pcap", good);
  await page.getByText("of 18,").waitFor();
  const before = await sentence(page);
  await drop(page, "broken.pcap", good.subarray(0, 100));
  await page.getByRole("alert").filter({ hasText: "broken.pcap" }).waitFor();
  assert.equal(await sentence(page), before);
  assert.equal(await page.locator("[name=source]").inputValue(), "file");
  await page.close();
});

test("Home: a number out of its range is refused beside its control", async () => {
  const { page } = await home();
  await page.locator("[name=size]").fill("59");
  await page.locator("[name=size]").press("Enter");
  await page.getByRole("alert").filter({ hasText: "60 to 1514" }).waitFor();
  assert.equal(await page.locator("trapline-compare .panel").first().isVisible(), true);
  await page.close();
});

test("Home: a long run goes on in a worker", async () => {
  const { page, errors } = await home("#count=1000");
  await page.getByText("of 1000", { exact: false }).first().waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});

test("Home: a long run can be stopped, and what stood there before still stands", async () => {
  const { page, errors } = await home();
  // The button is there for less than a second: the page itself presses it.
  await page.evaluate(() => {
    new MutationObserver(() => {
      document.querySelector<HTMLButtonElement>(".running button")?.click();
    }).observe(document.body, { subtree: true, childList: true });
  });
  await page.locator("[name=count]").fill("1000");
  await page.locator("[name=count]").press("Enter");
  await page.getByRole("alert").filter({ hasText: "stopped" }).waitFor();
  assert.match((await page.locator("#four-ways").textContent()) ?? "", /One packet/);
  assert.deepEqual(errors, []);
  await page.close();
});

test("Home: it works on with the network cut", async () => {
  const { page, errors } = await home();
  await page.context().setOffline(true);
  await page.locator("[name=source]").selectOption("voice-rtp.pcapng");
  await page.getByText("of 200,").waitFor();
  await page.getByRole("button", { name: "Step forward" }).click();
  assert.deepEqual(errors, []);
  await page.close();
});

test("Home: the exports are files with what their names say", async () => {
  const { page } = await home();
  for (const [button, start] of [
    ["the wire as pcap", "\u004d\u003c"],
    ["the trace for Perfetto", "{"],
    ["the trace as CSV", "row,"],
  ] as const) {
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: button }).click();
    const path = await (await waiting).path();
    assert.equal(readFileSync(path, "latin1").startsWith(start), true, button);
  }
  await page.close();
});
