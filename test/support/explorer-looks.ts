import type { BrowserContextOptions, Page } from "playwright-core";
import { type OpenSite, settled } from "./site.ts";

/** A view of the explorer with what is open in it: its link, and what stands there when it is drawn. */
export interface ExplorerLook {
  readonly name: string;
  readonly hash: string;
  readonly ready: string;
}

/** All views with all that can be open in them. */
export const LOOKS: readonly ExplorerLook[] = [
  { name: "state", hash: "panel=state&drawer=timeline", ready: "trapline-state .found" },
  { name: "rings and ledger", hash: "panel=rings&drawer=ledger", ready: "trapline-rings .walk" },
  { name: "frame and memory", hash: "panel=frame", ready: "trapline-hex" },
  {
    name: "events",
    hash: "panel=events&filter=exit&drawer=ledger",
    ready: "trapline-events .rows [role=row]",
  },
  {
    name: "comparison",
    hash: "view=compare&vs=virtio-vhost,vf-posted",
    ready: "trapline-lockstep .grid-of-stages",
  },
  { name: "recording", hash: "view=recorded", ready: "trapline-recorded .phases" },
];

/** The explorer in a page of its own, with two packets. */
export async function openExplorer(
  site: OpenSite,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
  await page.goto(`${site.url}explore.html#v=1&count=2`, { waitUntil: "networkidle" });
  await settled(page);
  return page;
}

/** Follows a link to a look; what was run before is not run again. */
export async function lookAt(page: Page, { hash, ready }: ExplorerLook, more = ""): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, `#v=1&count=2&${hash}${more}`);
  await page.locator(ready).first().waitFor({ timeout: 120_000 });
  await page.locator("#explorer > .running").waitFor({ state: "detached", timeout: 120_000 });
  await settled(page);
}
