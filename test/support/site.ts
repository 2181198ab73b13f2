import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { type PreviewServer, preview } from "vite";
import { type BrowserName, launch, type Launched } from "./launched.ts";

const AXE_SOURCE = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** The built site on a local port, and a browser to read it with. */
export interface OpenSite extends Launched {
  readonly url: string;
}

/** Where the site is served, and what reads it. */
export interface SiteOptions {
  /** The first port that is tried. */
  readonly port?: number;
  readonly browser?: BrowserName;
}

/** Serves `dist/` and starts the browser; the caller closes both. */
export async function openSite({
  port = 4300,
  browser = "Chromium",
}: SiteOptions = {}): Promise<OpenSite> {
  const launched = await launch(browser);
  const server = await preview({ logLevel: "error", preview: { host: "127.0.0.1", port } });
  return {
    ...launched,
    url: urlOf(server),
    async close() {
      await launched.close();
      await server.close();
    },
  };
}

/** What a page asked of other hosts (each request is refused) and what it reported as errors. */
export interface PageWatch {
  readonly foreignUrls: readonly string[];
  readonly errors: readonly string[];
}

/** Watches a page from its first request on. */
export async function watchPage(page: Page, siteUrl: string): Promise<PageWatch> {
  const foreignUrls: string[] = [];
  const errors: string[] = [];
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(siteUrl) || /^(?:data|blob):/.test(url)) return route.continue();
    foreignUrls.push(url);
    return route.abort();
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { foreignUrls, errors };
}

/** Waits until nothing on the page is being worked out any more; several things may be at once. */
export async function settled(page: Page): Promise<void> {
  const busy = page.locator("[aria-busy=true]");
  while ((await busy.count()) > 0) {
    await busy.first().waitFor({ state: "detached", timeout: 300_000 });
  }
}

/**
 * The accessibility violations that axe finds, small targets among them, one line each.
 * @param part Where to look; everywhere without one.
 * @param rules The rules to hold it against; all without them.
 */
export async function violations(
  page: Page,
  part = "body",
  rules: readonly string[] = [],
): Promise<string[]> {
  // The policy holds for what a page loads, and not for what is written into it from here.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE_SOURCE);
  return page.evaluate(
    async ([selector, names]) => {
      const options = {
        rules: { "target-size": { enabled: true } },
        ...(names.length > 0 && { runOnly: { type: "rule", values: names } }),
      };
      const where = selector === "body" ? document : { include: [selector] };
      const found = await (globalThis as unknown as { axe: Axe }).axe.run(where, options);
      return found.violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(" | ")}`,
      );
    },
    [part, rules] as const,
  );
}

interface Axe {
  run(
    where: object,
    options: object,
  ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

function urlOf(server: PreviewServer): string {
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error("the preview server has no address");
  return url;
}
