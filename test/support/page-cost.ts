import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";

/** What a page has cost so far. */
export interface PageCost {
  /** Script that the page itself has asked for, compressed; its workers' is not in it. */
  scriptBytes(): Promise<number>;
  /** Each shift of what stood on the page, as a share of it. */
  shifts(): Promise<readonly number[]>;
}

/** Counts what a page costs, from its first request on; what it does when it rests does not happen. */
export async function weighPage(page: Page): Promise<PageCost> {
  await page.addInitScript(() => {
    globalThis.requestIdleCallback = () => 0;
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        shifts.push((entry as unknown as { value: number }).value);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  const scripts: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith(".js") && !/-worker-/.test(response.url())) {
      scripts.push(response.body());
    }
  });
  return {
    async scriptBytes() {
      const bodies = await Promise.all(scripts);
      return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    },
    shifts: () => page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts),
  };
}
