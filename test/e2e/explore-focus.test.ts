import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { focusedName, unseenFocus } from "../support/access.ts";
import { LOOKS, lookAt, openExplorer } from "../support/explorer-looks.ts";
import { type OpenSite, openSite, settled } from "../support/site.ts";

let site: OpenSite;

before(async () => {
  site = await openSite();
});

after(async () => {
  await site?.close();
});

async function explore(hash: string): Promise<Page> {
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${site.url}explore.html${hash}`, { waitUntil: "networkidle" });
  await settled(page);
  return page;
}

/** What is done by keyboard from where, and where the focus is afterwards. */
const WAYS: readonly {
  readonly name: string;
  readonly hash?: string;
  readonly from: string;
  readonly keys: readonly string[];
  readonly lands: RegExp;
}[] = [
  {
    name: "the command palette gives it back at Escape",
    from: "button:text-is('Copy link')",
    keys: ["Control+k", "ArrowDown", "Escape"],
    lands: /^Copy link$/,
  },
  {
    name: "the map of keys gives it back when it is closed",
    from: "button:text-is('Commands')",
    keys: ["?", "Enter"],
    lands: /^Commands$/,
  },
  {
    name: "a menu gives it back at Escape",
    from: "#menu-cpu summary",
    keys: ["Enter", "Tab", "Escape"],
    lands: /^CPU$/,
  },
  {
    name: "a panel that is opened by its key has it",
    from: "button:text-is('Copy link')",
    keys: ["2"],
    lands: /^Rings$/,
  },
  {
    name: "tabs keep it when arrows go through them",
    from: "#tab-state",
    keys: ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"],
    lands: /^Events$/,
  },
  {
    name: "another view does not lose it with the tab that is gone",
    from: "#tab-state",
    keys: ["Alt+2"],
    lands: /\S/,
  },
  {
    name: "a mode taken out of a comparison leaves it to its neighbour",
    hash: "#v=1&view=compare&vs=virtio-vhost,vf-posted",
    from: "button:has-text('remove'):below(:text('virtio-vhost')) >> nth=-1",
    keys: ["Enter"],
    lands: /^(?:remove|Add a mode)/,
  },
  {
    name: "a knob that is reset has it instead of its button",
    hash: "#v=1&mode=virtio-qemu:ioeventfd=off",
    from: "#menu-knobs summary",
    keys: ["Enter", "Tab", "Tab", "Tab", "Enter"],
    lands: /\S/,
  },
];

test("Explore: the focus is never lost, whatever opens, closes or goes", async () => {
  const page = await explore("#v=1");
  for (const { name, hash = "#v=1", from, keys, lands } of WAYS) {
    await page.goto("about:blank");
    await page.goto(`${site.url}explore.html${hash}`, { waitUntil: "networkidle" });
    await settled(page);
    await page.locator(from).first().focus();
    for (const key of keys) await page.keyboard.press(key);
    await settled(page);
    await page.waitForTimeout(50);
    assert.match(await focusedName(page), lands, name);
  }
  await page.close();
});

test("Explore: Tab goes through every view and out at its end, and the focus is always seen", async () => {
  const page = await openExplorer(site);
  for (const look of LOOKS) {
    await lookAt(page, look);
    await page.locator("a.name").focus();
    const stops = new Set<string>();
    for (let tabs = 0; tabs < 400; tabs++) {
      await page.keyboard.press("Tab");
      const { id, problem } = await unseenFocus(page);
      // Behind the last stop comes the first again, or the browser's own controls.
      if (id === "" || stops.values().next().value === id) break;
      assert.equal(problem, "", `${look.name}: ${id}`);
      assert.ok(!stops.has(id), `${look.name}: ${id} has the focus twice`);
      stops.add(id);
    }
    assert.ok(stops.size > 20, `${look.name}: ${stops.size} stops`);
  }
  await page.close();
});
