import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Browser, chromium, firefox, type Page } from "playwright-core";
import { BROWSER_FLAGS, browserPath, firefoxPath } from "./browser.js";

/** The browsers that end-to-end tests run in. */
export const BROWSERS = ["Chromium", "Firefox"] as const;
/** One of them. */
export type BrowserName = (typeof BROWSERS)[number];

/** A browser that runs, and the way to what it downloads. */
export interface Launched {
  readonly browser: Browser;
  /** The file that an action on a page saves. */
  saved(page: Page, act: () => Promise<unknown>): Promise<Buffer>;
  close(): Promise<void>;
}

/** Starts a browser; the caller closes it. */
export async function launch(name: BrowserName): Promise<Launched> {
  return name === "Chromium" ? launchChromium() : launchFirefox();
}

async function launchChromium(): Promise<Launched> {
  const browser = await chromium.launch({ executablePath: browserPath(), args: BROWSER_FLAGS });
  return {
    browser,
    async saved(page, act) {
      const [download] = await Promise.all([page.waitForEvent("download"), act()]);
      return readFileSync(await download.path());
    },
    close: () => browser.close(),
  };
}

/**
 * A Firefox as it is installed, over WebDriver BiDi: no build of Playwright's own. It tells nothing
 * of downloads, so what comes into its folder is looked at.
 */
async function launchFirefox(): Promise<Launched> {
  const folder = mkdtempSync(join(tmpdir(), "trapline-firefox-"));
  const browser = await firefox.launch({
    channel: "moz-firefox",
    executablePath: firefoxPath(),
    downloadsPath: folder,
  });
  return {
    browser,
    async saved(_page, act) {
      for (const file of readdirSync(folder)) rmSync(join(folder, file));
      await act();
      for (let times = 0; times < 1200; times++) {
        const [file, other] = readdirSync(folder);
        // While it is written there is an empty one of its name, and a second with what has come.
        if (file !== undefined && other === undefined && statSync(join(folder, file)).size > 0) {
          return readFileSync(join(folder, file));
        }
        await wait(50);
      }
      throw new Error("Firefox has saved no file.");
    },
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
