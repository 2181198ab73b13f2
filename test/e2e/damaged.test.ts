// Whatever is dropped or chosen anywhere on the site: what is damaged gets a sentence that names it, and
// changes nothing.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import {
  DAMAGED_CAPTURES,
  REFUSED,
  type Refused,
  REFUSED_CAPTURES,
  REFUSED_EXPLORATIONS,
  REFUSED_RECORDINGS,
} from "../support/damaged-files.ts";
import { dropOn } from "../support/drop.ts";
import { BROWSERS } from "../support/launched.ts";
import { pageText } from "../support/page-text.ts";
import { type OpenSite, openSite, settled } from "../support/site.ts";

/** A place that takes files: where it is, how it is given them, and what it must refuse. */
interface Zone {
  readonly address: string;
  /** Where it is dropped, or the field that it is chosen in. */
  readonly selector: string;
  /** What is there when the page is. */
  readonly shows: string;
  readonly refused: readonly Refused[];
  readonly isField?: boolean;
}

const EXPLORE = "explore.html#v=1&mode=virtio-qemu&count=1&step=5";
const FIELD = { selector: "[name=capture]", refused: DAMAGED_CAPTURES, isField: true };
const PAGE = { selector: "body", refused: REFUSED_CAPTURES };
const RECORDING = { shows: "trapline-recorded .phases", refused: REFUSED_RECORDINGS };

const ZONES: readonly Zone[] = [
  { address: "index.html", shows: "trapline-flow .sentence", ...PAGE },
  { address: "index.html", shows: "trapline-flow .sentence", ...FIELD },
  { address: "size.html#mix=1518", shows: "[name=mix]", ...PAGE },
  { address: "size.html#mix=1518", shows: "[name=mix]", ...FIELD },
  { address: EXPLORE, shows: ".sentence", selector: "body", refused: REFUSED_EXPLORATIONS },
  { address: EXPLORE, shows: ".sentence", ...FIELD },
  {
    address: `${EXPLORE}&view=compare&vs=virtio-vhost`,
    shows: "trapline-lockstep",
    selector: "trapline-lockstep",
    refused: REFUSED,
  },
  {
    address: "explore.html#v=1&view=recorded",
    selector: "trapline-recorded .sources",
    ...RECORDING,
  },
  { address: "explore.html#v=1&view=recorded", selector: ".bar", ...RECORDING },
  {
    address: "explore.html#v=1&view=recorded",
    selector: "trapline-recorded input[type=file] >> nth=1",
    ...RECORDING,
    refused: REFUSED_RECORDINGS.filter(({ dropped }) => isSmallFile(dropped)),
    isField: true,
  },
];

/** How many fields for files each page has, in its views together; each is one of the zones. */
const FIELDS: Readonly<Record<string, number>> = {
  "index.html": 1,
  "size.html": 1,
  "explore.html": 1,
  // The third is for a whole folder: what it hands on goes the way of the second.
  "explore.html#v=1&view=recorded": 2,
};

function isSmallFile(dropped: Refused["dropped"]): boolean {
  if (typeof dropped === "string") return false;
  return dropped.every(({ bytes, isFolder }) => typeof bytes !== "number" && isFolder !== true);
}

async function opened(site: OpenSite, { address, shows }: Zone): Promise<Page> {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(120_000);
  await page.goto(site.url + address, { waitUntil: "networkidle" });
  await page.locator(shows).first().waitFor();
  await settled(page);
  return page;
}

/** What the page shows once it has all that it asked for. */
async function textAtRest(page: Page): Promise<string> {
  for (let last = ""; ; ) {
    const text = await pageText(page);
    if (text === last) return text;
    last = text;
    await page.waitForTimeout(500);
  }
}

/** What the page says is wrong, once that is another sentence than the last. */
async function saidAfter(page: Page, last: string): Promise<string> {
  for (let times = 0; times < 600; times++) {
    const said = (await page.getByRole("alert").allInnerTexts()).join(" ").trim();
    if (said !== last && said !== "") return said;
    await page.waitForTimeout(100);
  }
  throw new Error(`The page says nothing new after: ${last}`);
}

async function give(page: Page, zone: Zone, { dropped }: Refused): Promise<void> {
  if (zone.isField !== true || typeof dropped === "string") {
    await dropOn(page, zone.selector, dropped);
    return;
  }
  const files = dropped.map(({ name, bytes }) => {
    assert.ok(typeof bytes !== "number");
    return { name, mimeType: "", buffer: Buffer.from(bytes) };
  });
  await page.locator(zone.selector).setInputFiles(files);
}

for (const browser of BROWSERS) {
  describe(browser, () => {
    let site: OpenSite;

    before(async () => {
      site = await openSite({ browser });
    });

    after(async () => {
      await site?.close();
    });

    for (const zone of ZONES) {
      const way = zone.isField ? "chosen in" : "dropped on";
      test(`Damaged files in ${browser}: ${way} ${zone.selector} of ${zone.address} they get a sentence and change nothing`, async () => {
        const page = await opened(site, zone);
        const errors: string[] = [];
        page.on("pageerror", ({ message }) => {
          // Firefox reports what its own unpacking ends with even where the page has heard of it.
          if (!message.includes("without reaching the stream end")) errors.push(message);
        });
        const before = await textAtRest(page);
        let said = "";
        for (const refused of zone.refused) {
          await give(page, zone, refused);
          said = await saidAfter(page, said);
          assert.match(said, refused.says, refused.what);
          await settled(page);
          assert.equal(await pageText(page), before, refused.what);
        }
        assert.deepEqual(errors, []);
        await page.close();
      });
    }
  });
}

test("Damaged files: every field for files on the site is tried", async () => {
  const site = await openSite();
  const pages = readdirSync("dist", { recursive: true })
    .map((path) => String(path).replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".html"));
  for (const address of [...pages, "explore.html#v=1&view=recorded"]) {
    const page = await site.browser.newPage();
    await page.goto(site.url + address, { waitUntil: "networkidle" });
    await settled(page);
    assert.equal(await page.locator("input[type=file]").count(), FIELDS[address] ?? 0, address);
    await page.close();
  }
  await site.close();
});
