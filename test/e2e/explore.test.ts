import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openExplorer, sentenceOf } from "../support/explorer.ts";
import { weighPage } from "../support/page-cost.ts";
import { type OpenSite, openSite, settled } from "../support/site.ts";

let site: OpenSite;

before(async () => {
  site = await openSite();
});

after(async () => {
  await site?.close();
});

const explore = (hash = "") => openExplorer(site, hash);

test("Explore: the first figure is alive after at most 150 kB of script, and nothing shifts", async () => {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  const cost = await weighPage(page);
  // The views beside and below the crossing come behind it: they are held until it answers.
  const others: (() => Promise<void>)[] = [];
  let isBehind = false;
  page.on("response", (response) => {
    isBehind ||= response.url().includes("/crossing-");
  });
  await page.route(/\.js$/, (route) => {
    const go = () => route.continue();
    if (isBehind && !/-worker-/.test(route.request().url())) others.push(go);
    else void go();
  });
  await page.goto(`${site.url}explore.html`);
  const before = await sentenceOf(page);
  await page.locator("trapline-crossing svg").first().waitFor();
  await page.getByRole("button", { name: "Step forward" }).click();
  assert.notEqual(await sentenceOf(page), before);
  const bytes = await cost.scriptBytes();
  assert.ok(bytes > 10_000 && bytes <= 150_000, `${bytes} bytes of script, compressed`);
  isBehind = false;
  for (const go of others) await go();
  await page.locator("trapline-timeline canvas").first().waitFor();
  await settled(page);
  const all = await cost.scriptBytes();
  assert.ok(all > bytes && all <= 215_000, `${all} bytes of script, compressed`);
  assert.deepEqual(await cost.shifts(), []);
  await page.close();
});

test("Explore: a view whose script does not come says so, the others live on, and it can be tried again", async () => {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  await weighPage(page);
  await page.goto(`${site.url}explore.html#v=1&mode=virtio-vhost`);
  await page.locator("trapline-timeline canvas").first().waitFor();
  await page.context().setOffline(true);
  await page.getByRole("tab", { name: "Events" }).click();
  await page.getByRole("alert").filter({ hasText: "could not be loaded" }).waitFor();
  const before = await sentenceOf(page);
  await page.getByRole("button", { name: "Step forward" }).click();
  assert.notEqual(await sentenceOf(page), before);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("alert").filter({ hasText: "could not be loaded" }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("trapline-events table, trapline-events [role=grid]").first().waitFor();
  assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0);
  await page.close();
});

test("Explore: every view opens with the network cut, once the page has come to rest", async () => {
  const { page, errors } = await explore();
  await page.waitForFunction(() => customElements.get("trapline-recorded") !== undefined);
  await page.context().setOffline(true);
  for (const name of ["Rings", "Frame and memory", "Events", "Ledger"]) {
    await page.getByRole("tab", { name }).click();
    await settled(page);
  }
  await page.locator("label", { hasText: "Compare" }).click();
  await settled(page);
  assert.equal(await page.locator(":not(:defined)").count(), 0);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("Explore: a packet's whole walk goes by keyboard, each step is said, back is the same way", async () => {
  const { page, errors } = await explore("#v=1&mode=virtio-vhost&count=1&step=1");
  await page.keyboard.press("Home");
  const said = [await sentenceOf(page)];
  const count = Number(/of (\d+)/.exec(said[0] ?? "")?.[1]);
  for (let step = 1; step < count; step++) {
    await page.keyboard.press("ArrowRight");
    const now = await sentenceOf(page);
    assert.match(now, new RegExp(`^${step + 1} of ${count} · .+\\.$`));
    said.push(now);
  }
  for (let step = count - 2; step >= 0; step--) {
    await page.keyboard.press("ArrowLeft");
    assert.equal(await sentenceOf(page), said[step]);
  }
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("Explore: a knob says what it changed, and undo takes it back", async () => {
  const { page, errors } = await explore("#v=1&mode=virtio-qemu");
  await page.locator("#menu-knobs summary").click();
  await page.locator("#knob-ioeventfd").selectOption("off");
  await page.locator(".said").filter({ hasText: "ioeventfd: off" }).waitFor();
  assert.match(page.url(), /ioeventfd=off/);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.waitForFunction(() => !location.hash.includes("ioeventfd"));
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("Explore: what is refused gives a sentence, and its control says again what holds", async () => {
  const { page, errors } = await explore("#v=1&mode=virtio-qemu");
  await page.locator("#menu-packets summary").click();
  for (const [name, wrong, right] of [
    ["count", "0", "3"],
    ["count", "", "3"],
    ["size", "61.5", "60"],
    ["gap", "-1", "100"],
  ] as const) {
    const input = page.locator(`[name=${name}]`);
    await input.fill(wrong);
    await input.press("Tab");
    await page
      .getByRole("alert")
      .filter({ hasText: wrong === "" ? "nothing" : wrong })
      .waitFor();
    assert.equal(await input.inputValue(), right, `${name}: ${wrong}`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Step forward" }).click();
    await page.locator("#problem:empty").waitFor({ state: "attached" });
    await page.locator("#menu-packets").evaluate((menu) => menu.setAttribute("open", ""));
  }
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("Explore: a mode taken out of a comparison is gone from its columns", async () => {
  const { page, errors } = await explore("#v=1&view=compare&vs=virtio-vhost,vf-posted");
  const labels = () =>
    page
      .locator("trapline-lockstep")
      .evaluate((it) => (it as unknown as { runs: unknown[] }).runs.length);
  assert.equal(await labels(), 3);
  await page.getByRole("button", { name: "remove vf-posted" }).click();
  await page.waitForFunction(() => !location.hash.includes("vf-posted"));
  assert.equal(await labels(), 2);
  assert.deepEqual(errors, []);
  await page.context().close();
});
