import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import type { Browser, Page } from "playwright-core";
import { openSite } from "../site.ts";
import { LOOKS } from "./look.ts";
import { reach, seeIn } from "./reach.ts";
import { STATES } from "./states.ts";
import type { PageState } from "./page-state.ts";

const README_PICTURE = "site/public/one-packet-four-ways.png";
const PORT = 4310;

const [folder = join(".cache", "gallery"), words = ""] = argv.slice(2).filter(isOwn);
const site = await openSite({ port: PORT });
if (argv.includes("--readme")) await pictureReadme(site.browser);
else await pictureAll(site.browser);
await site.close();

function isOwn(argument: string): boolean {
  return !argument.startsWith("--");
}

async function pictureAll(browser: Browser): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const all = STATES.map((state) => ({ state, looks: looksOf(state) }));
  for (const { state, looks } of all) {
    if (looks.length === 0) continue;
    const context = await browser.newContext();
    const page = await context.newPage();
    const tell = (text: string) => process.stdout.write(`${state.name}: ${text}\n`);
    page.on("console", (message) => tell(message.text()));
    page.on("pageerror", (error) => tell(error.message));
    try {
      await reach(page, site.url, state);
      for (const look of looks) {
        await seeIn(page, look);
        await picture(page, state, join(folder, `${state.name}.${look.name}.png`));
      }
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
    await context.close();
  }
}

/** The looks of a state whose pictures are wanted: those whose names have the words. */
function looksOf({ name }: PageState) {
  return Object.values(LOOKS).filter((look) => `${name}.${look.name}.`.includes(words));
}

async function picture(page: Page, { part }: PageState, path: string): Promise<void> {
  if (part === undefined) await page.screenshot({ path, fullPage: true });
  else await page.locator(part).screenshot({ path });
}

async function pictureReadme(browser: Browser): Promise<void> {
  const viewport = { width: 1440, height: 900 };
  const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5 });
  await page.goto(`${site.url}index.html`, { waitUntil: "networkidle" });
  await page.locator("trapline-compare").screenshot({ path: README_PICTURE });
}
