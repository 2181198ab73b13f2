import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { drop, type OpenSite, openSite, settled, violations, watchPage } from "../support/site.ts";

const PING = readFileSync("site/public/captures/ping.pcap");

let site: OpenSite;

before(async () => {
  site = await openSite();
});

after(async () => {
  await site?.close();
});

async function explore(hash = ""): Promise<{ page: Page; errors: readonly string[] }> {
  const context = await site.browser.newContext({
    viewport: { width: 1440, height: 900 },
    bypassCSP: true,
  });
  const page = await context.newPage();
  const { errors, foreignUrls } = await watchPage(page, site.url);
  await page.goto(`${site.url}explore.html${hash}`, { waitUntil: "networkidle" });
  await settled(page);
  assert.deepEqual(foreignUrls, []);
  return { page, errors };
}

const sentence = async (page: Page) => (await page.locator(".sentence").textContent()) ?? "";

/** What a command of the palette saves. */
async function saved(page: Page, words: string): Promise<Buffer> {
  const waiting = page.waitForEvent("download");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What do you want to do?" }).fill(words);
  await page.locator(".palette [role=option]").first().click();
  return readFileSync(await (await waiting).path());
}

test("Explore: a packet's whole walk goes by keyboard, each step is said, back is the same way", async () => {
  const { page, errors } = await explore("#v=1&mode=virtio-vhost&count=1&step=1");
  await page.keyboard.press("Home");
  const said = [await sentence(page)];
  const count = Number(/of (\d+)/.exec(said[0] ?? "")?.[1]);
  for (let step = 1; step < count; step++) {
    await page.keyboard.press("ArrowRight");
    const now = await sentence(page);
    assert.match(now, new RegExp(`^${step + 1} of ${count} · .+\\.$`));
    said.push(now);
  }
  for (let step = count - 2; step >= 0; step--) {
    await page.keyboard.press("ArrowLeft");
    assert.equal(await sentence(page), said[step]);
  }
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("Explore: a capture is dropped, stepped, linked, exported and opened again", async () => {
  const { page, errors } = await explore();
  await drop(page, "mine.pcap", PING);
  await page.locator(".packet label", { hasText: "of 18" }).waitFor();
  await page.keyboard.press("n");
  await page.keyboard.press("ArrowRight");
  const place = await sentence(page);
  assert.match(page.url(), /from=file.*packet=2.*step=2/);
  const wire = await saved(page, "wire pcap");
  const exploration = await saved(page, "one file");
  const table = await saved(page, "table behind");
  assert.match(table.toString(), /,/);
  assert.match((await saved(page, "SVG")).toString(), /^<svg/);
  assert.equal((await saved(page, "PNG")).subarray(1, 4).toString(), "PNG");
  assert.match((await saved(page, "Perfetto")).toString(), /^[{[]/);
  const { page: other } = await explore();
  await drop(other, "again.trapline.json", exploration);
  await other.locator(".packet label", { hasText: "of 18" }).waitFor();
  assert.equal(await sentence(other), place);
  await drop(other, "wire.pcap", wire);
  await other.locator("summary", { hasText: "wire.pcap" }).waitFor();
  assert.deepEqual(errors, []);
  await other.context().close();
  await page.context().close();
});

test("Explore: damaged files get a sentence and change nothing", async () => {
  const { page } = await explore("#v=1&packet=2&step=5");
  const before = { said: await sentence(page), url: page.url() };
  for (const [name, bytes] of [
    ["cut.pcap", PING.subarray(0, 100)],
    ["empty.pcap", new Uint8Array()],
    ["text.json", Buffer.from('{"format":"har"}')],
    ["noise.bin", Buffer.from("GIF89a............")],
  ] as const) {
    await drop(page, name, bytes);
    await page.getByRole("alert").filter({ hasText: name }).waitFor();
    assert.deepEqual({ said: await sentence(page), url: page.url() }, before, name);
  }
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

for (const [name, hash] of [
  ["state", "#v=1&panel=state"],
  ["rings", "#v=1&panel=rings"],
  ["frame and memory", "#v=1&panel=frame"],
  ["events", "#v=1&panel=events&filter=exit"],
  ["ledger", "#v=1&drawer=ledger"],
  ["comparison", "#v=1&view=compare"],
  ["recording", "#v=1&view=recorded"],
] as const) {
  test(`Explore: axe finds nothing with the ${name} open`, async () => {
    const { page, errors } = await explore(hash);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(errors, []);
    await page.context().close();
  });
}
