import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { layoutFaults } from "../support/gallery/layout-faults.ts";
import { LOOKS, TESTED_LOOKS } from "../support/gallery/look.ts";
import { reach, seeIn } from "../support/gallery/reach.ts";
import type { PageState } from "../support/gallery/page-state.ts";
import { EXPLORER_STATES } from "../support/gallery/explorer-states.ts";
import { type OpenSite, openSite, violations, watchPage } from "../support/site.ts";

/** Pages that are worked on at a time. */
const PAGES = 2;
/** What another size or theme can break; all else that axe looks at is the same in each. */
const RULES_OF_LOOKS = ["color-contrast", "target-size"];

let site: OpenSite;
const idle: Page[] = [];

before(async () => {
  site = await openSite();
  for (let i = 0; i < PAGES; i++) {
    const page = await (await site.browser.newContext()).newPage();
    page.setDefaultTimeout(300_000);
    idle.push(page);
  }
});

after(async () => {
  await site?.close();
});

async function faultsOf(page: Page, state: PageState): Promise<string[]> {
  const { errors } = await watchPage(page, site.url);
  await reach(page, site.url, state);
  const faults: string[] = [];
  for (const look of TESTED_LOOKS) {
    await seeIn(page, look);
    const rules = look === LOOKS.desk ? [] : RULES_OF_LOOKS;
    const found = [...(await layoutFaults(page)), ...(await violations(page, state.part, rules))];
    faults.push(...found.map((fault) => `${look.name}: ${fault}`));
  }
  return state.loses ? faults : [...faults, ...errors];
}

describe("States of the explorer", { concurrency: PAGES }, () => {
  for (const state of EXPLORER_STATES) {
    test(`State ${state.name}: it can be seen, nothing lies wrong, axe finds nothing`, async () => {
      const page = idle.pop();
      assert(page !== undefined, "there is a page for each test that runs at a time");
      try {
        assert.deepEqual(await faultsOf(page, state), []);
      } finally {
        page.removeAllListeners();
        await page.unrouteAll({ behavior: "ignoreErrors" });
        idle.push(page);
      }
    });
  }
});
