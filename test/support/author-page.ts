import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";

const HOST = "http://author.example/";
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'";

/** Somebody else's page: a strict policy, one script, and what is given as its body. */
export async function authorPage(
  browser: Browser,
  body: string,
): Promise<{ page: Page; errors: readonly string[] }> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => {
    // Firefox asks for an icon that the policy of this page forbids: that is not the widget's.
    if (!message.includes("favicon.ico")) errors.push(message);
  });
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url === HOST) {
      const html = `<!doctype html><html lang="en"><title>A page</title><script type="module" src="trapline-flow.js"></script>${body}`;
      return route.fulfill({
        contentType: "text/html",
        headers: { "content-security-policy": POLICY },
        body: html,
      });
    }
    if (url === `${HOST}trapline-flow.js`) {
      const script = readFileSync("dist-widgets/trapline-flow.js");
      return route.fulfill({ contentType: "text/javascript", body: script });
    }
    if (!url.endsWith("favicon.ico")) errors.push(`asked for ${url}`);
    return route.fulfill({ status: 204 });
  });
  await page.goto(HOST);
  return { page, errors };
}
