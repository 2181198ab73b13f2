import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { drop } from "../drop.ts";
import { settled } from "../site.ts";
import { type Look, LOOKS } from "./look.ts";
import type { Act, PageState } from "./page-state.ts";

/** Where the files to drop are, from the project's folder, in which its commands run. */
const PUBLIC = "site/public";
const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** Brings a page into a state; it must show what the state says it shows. */
export async function reach(page: Page, siteUrl: string, state: PageState): Promise<void> {
  const { path, acts = [], shows, holds, loses, busy } = state;
  await page.goto("about:blank");
  await page.setViewportSize({ width: LOOKS.desk.width, height: LOOKS.desk.height });
  if (holds) await page.route(holds, () => undefined);
  if (loses) await page.route(loses, (route) => route.abort());
  await page.goto(siteUrl + path);
  if (!busy) await settled(page);
  for (const act of acts) {
    await perform(page, act);
    if (!busy) await settled(page);
  }
  await page.locator(shows).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
}

/** Lets the page be seen in a look, and waits until it is drawn so. */
export async function seeIn(page: Page, look: Look): Promise<void> {
  const { width, height, theme, forcedColors = false, touch = false } = look;
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ forcedColors: forcedColors ? "active" : "none" });
  await setTouch(page, touch);
  await page.evaluate((value) => {
    const select = document.querySelector<HTMLSelectElement>("#theme");
    if (select === null || select.value === value) return;
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }, theme);
  await frames(page);
}

async function frames(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let i = 0; i < 4; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
  });
}

async function setTouch(page: Page, enabled: boolean): Promise<void> {
  let session = sessions.get(page);
  if (session === undefined) {
    session = page.context().newCDPSession(page);
    sessions.set(page, session);
  }
  await (await session).send("Emulation.setTouchEmulationEnabled", { enabled });
}

async function perform(page: Page, act: Act): Promise<void> {
  if ("click" in act) await page.locator(act.click).first().click();
  else if ("hover" in act) await page.locator(act.hover).first().hover();
  else if ("fill" in act) await page.locator(act.fill).first().fill(act.with);
  else if ("choose" in act) await page.locator(act.choose).first().selectOption(act.value);
  else if ("press" in act) {
    if (act.in !== undefined) await page.locator(act.in).first().focus();
    await page.keyboard.press(act.press);
  } else {
    const bytes = readFileSync(join(PUBLIC, act.drop));
    await drop(page, basename(act.drop), bytes.subarray(0, act.bytes ?? bytes.length));
  }
}
