// A reader's own capture through the explorer, in every browser: dropped, stepped, compared, linked, exported
// and taken in again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { readCapture } from "../../engine/packets/capture.ts";
import { generatePackets } from "../../engine/packets/packet-generator.ts";
import { writePcapng } from "../../engine/packets/pcapng-writer.ts";
import { drop } from "../support/drop.ts";
import { openExplorer, savedByCommand, sentenceOf } from "../support/explorer.ts";
import { BROWSERS } from "../support/launched.ts";
import { type OpenSite, openSite } from "../support/site.ts";

/** A capture made by hand: four frames that no bundled one has. */
const HAND_MADE = writePcapng(
  ["by hand"],
  generatePackets({ frameBytesWithoutFcs: 777, count: 4, seed: 9, direction: "tx" }).map(
    (frame, index) => ({ interfaceIndex: 0, timestampNs: BigInt(index) * 1000n, frame }),
  ),
);

const CAPTURES = [
  { name: "mine.pcap", bytes: readFileSync("site/public/captures/ping.pcap") },
  { name: "hand-made.pcapng", bytes: HAND_MADE },
];

const framesOf = (bytes: Uint8Array, name: string) =>
  readCapture(bytes, name).packets.map(({ frame }) => Buffer.from(frame).toString("hex"));

const packets = (page: Page, count: number) =>
  page.locator(".packet label", { hasText: `of ${count}` }).waitFor();

/** The modes beside each other in the comparison, once two have been run, and its stage. */
async function comparison(page: Page): Promise<{ modes: string[]; stage: string }> {
  await page.waitForFunction(() => {
    const lockstep = document.querySelector("trapline-lockstep");
    return (lockstep as unknown as { runs?: unknown[] } | null)?.runs?.length === 2;
  });
  return page.locator("trapline-lockstep").evaluate((element) => {
    const { runs, stage } = element as unknown as { runs: { modeId: string }[]; stage: string };
    return { modes: runs.map(({ modeId }) => modeId), stage };
  });
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

    for (const { name, bytes } of CAPTURES) {
      test(`Explore in ${browser}: ${name} is dropped, stepped, compared, linked, exported and taken in again`, async () => {
        const frames = framesOf(bytes, name);
        const { page, errors } = await openExplorer(site);
        await drop(page, name, bytes);
        await packets(page, frames.length);

        await page.keyboard.press("n");
        const before = await sentenceOf(page);
        await page.keyboard.press("ArrowRight");
        const place = await sentenceOf(page);
        assert.notEqual(place, before);
        await page.keyboard.press("ArrowLeft");
        assert.equal(await sentenceOf(page), before);
        await page.keyboard.press("ArrowRight");
        assert.match(page.url(), /from=file.*packet=2.*step=\d/);
        const link = page.url();

        await page.getByText("Compare", { exact: true }).first().click();
        const side = await comparison(page);
        assert.deepEqual(side.modes, ["vtx-rtl8139", "virtio-vhost"]);
        const exploration = await savedByCommand(site, page, "one file");
        await page.getByText("One mode", { exact: true }).click();
        await page.locator("trapline-crossing").first().waitFor();
        assert.equal(await sentenceOf(page), place);

        const wire = await savedByCommand(site, page, "wire pcap");
        assert.deepEqual(framesOf(wire, "wire.pcap"), frames);
        assert.match((await savedByCommand(site, page, "table behind")).toString(), /,/);
        assert.match((await savedByCommand(site, page, "SVG")).toString(), /^<svg/);
        const png = await savedByCommand(site, page, "PNG");
        assert.equal(png.subarray(1, 4).toString(), "PNG");
        assert.deepEqual(errors, []);
        await page.context().close();

        const { page: other, errors: otherErrors } = await openExplorer(site);
        await drop(other, "again.trapline.json", exploration);
        assert.deepEqual(await comparison(other), side);
        await other.getByText("One mode", { exact: true }).click();
        await other.locator("trapline-crossing").first().waitFor();
        assert.equal(await sentenceOf(other), place);
        assert.equal(other.url(), link);
        await drop(other, "wire.pcap", wire);
        await other.locator("summary", { hasText: "wire.pcap" }).waitFor();
        await packets(other, frames.length);
        assert.deepEqual(otherErrors, []);
        await other.context().close();
      });
    }

    test(`Explore in ${browser}: a link to one's own file asks for it, and is then at its place`, async () => {
      const [{ name, bytes } = { name: "", bytes: HAND_MADE }] = CAPTURES;
      const { page, errors } = await openExplorer(site, "#v=1&from=file&packet=3&step=2");
      await page.getByRole("alert").filter({ hasText: "choose the file again" }).waitFor();
      await drop(page, name, bytes);
      await packets(page, framesOf(bytes, name).length);
      await page.locator(".sentence", { hasText: /^2 of/ }).waitFor();
      assert.match(page.url(), /from=file&packet=3&step=2/);
      assert.deepEqual(errors, []);
      await page.context().close();
    });
  });
}
