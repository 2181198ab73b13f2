// node test/support/gallery.js [FOLDER [NAME]]: pictures of every page of dist/, or of those that are
// called so, in the sizes and themes that people use. `npm run gallery -- --readme` makes the
// README's picture instead.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { BROWSER_FLAGS, browserPath } from "./browser.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const README_PICTURE = join(root, "site/public/one-packet-four-ways.png");
const forReadme = argv.includes("--readme");
const folder = argv[2] ?? join(root, ".cache", "gallery");
const only = argv[3] ?? "";

const SIZES = {
  desk: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
  zoom: { width: 320, height: 256 },
  projector: { width: 1920, height: 1080 },
};

const HOME = "index.html";
const LESSON = "lessons/01-one-packet-four-journeys.html";

/** What is pictured: a name, a page, a size, a theme, and what is done first. */
const PICTURES = [
  { name: "home-light", path: HOME, size: "desk", theme: "light" },
  { name: "home-dark", path: HOME, size: "desk", theme: "dark" },
  { name: "home-tablet", path: HOME, size: "tablet", theme: "light" },
  { name: "home-phone", path: HOME, size: "phone", theme: "dark" },
  { name: "home-zoom", path: HOME, size: "zoom", theme: "light" },
  { name: "home-projector", path: HOME, size: "projector", theme: "projector" },
  {
    name: "home-capture",
    path: `${HOME}#from=web-page.pcapng&dir=rx&packet=7`,
    size: "desk",
    theme: "light",
  },
  {
    name: "home-all",
    path: `${HOME}#modes=native,vtx-rtl8139,vtx-rtl8139too,vmxnet3,virtio-qemu,vf-injected,vf-posted`,
    size: "desk",
    theme: "light",
  },
  { name: "home-error", path: `${HOME}#size=59`, size: "desk", theme: "light" },
  { name: "lesson-light", path: LESSON, size: "desk", theme: "light" },
  {
    name: "lesson-open",
    path: LESSON,
    size: "desk",
    theme: "light",
    click: "Show it without a bet",
  },
  { name: "lesson-phone", path: LESSON, size: "phone", theme: "light", click: "Place the bet" },
  { name: "lesson-dark", path: LESSON, size: "tablet", theme: "dark", click: "Place the bet" },
  { name: "authors-light", path: "authors.html", size: "desk", theme: "light" },
  { name: "costs-light", path: "costs.html", size: "desk", theme: "light" },
  {
    name: "costs-dark",
    path: "costs.html#scale=log&cost.vmRoundTrip=2000&part=transition.boundary",
    size: "desk",
    theme: "dark",
  },
  { name: "costs-phone", path: "costs.html#scale=share", size: "phone", theme: "light" },
  { name: "costs-tablet", path: "costs.html#by=category", size: "tablet", theme: "light" },
  { name: "costs-projector", path: "costs.html", size: "projector", theme: "projector" },
  { name: "size-light", path: "size.html#go=1", size: "desk", theme: "light" },
  {
    name: "size-dark",
    path: "size.html#go=1&vms=8&unit=bits&in=vf-posted",
    size: "desk",
    theme: "dark",
  },
  { name: "size-phone", path: "size.html#go=1", size: "phone", theme: "light" },
  { name: "size-projector", path: "size.html#go=1", size: "projector", theme: "projector" },
  { name: "predictions-light", path: "predictions.html", size: "desk", theme: "light" },
  { name: "predictions-dark", path: "predictions.html", size: "tablet", theme: "dark" },
  { name: "predictions-phone", path: "predictions.html", size: "phone", theme: "light" },
  { name: "home-forced", path: HOME, size: "tablet", theme: "system", forced: true },
];

const server = await preview({
  root,
  logLevel: "error",
  preview: { host: "127.0.0.1", port: 4310 },
});
const url = server.resolvedUrls?.local[0] ?? "";
const browser = await chromium.launch({ executablePath: browserPath(), args: BROWSER_FLAGS });
mkdirSync(folder, { recursive: true });
for (const { name, path, size, theme, click, forced } of PICTURES) {
  if (forReadme || !name.includes(only)) continue;
  const context = await browser.newContext({
    viewport: SIZES[size],
    forcedColors: forced ? "active" : "none",
  });
  const page = await context.newPage();
  page.on("console", (message) => process.stdout.write(`${name}: ${message.text()}\n`));
  page.on("pageerror", (error) => process.stdout.write(`${name}: ${error.message}\n`));
  await page.goto(url + path, { waitUntil: "networkidle" });
  await page.locator("#theme").selectOption(theme);
  if (click) await page.getByRole("button", { name: click }).first().click();
  await page.locator("[aria-busy=true]").waitFor({ state: "detached", timeout: 300_000 });
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await context.close();
}
if (forReadme) {
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1.5,
  });
  await page.goto(url + HOME, { waitUntil: "networkidle" });
  await page.locator("trapline-compare").screenshot({ path: README_PICTURE });
}
await browser.close();
await server.close();
