// One link, one run: what is saved of it is the same to the byte in every browser, and from the command.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { AFolder, trapline } from "../cli/a-command.ts";
import { openExplorer, savedByCommand } from "../support/explorer.ts";
import { BROWSERS } from "../support/launched.ts";
import { type OpenSite, openSite } from "../support/site.ts";

const FORMATS = [
  { ending: "json", words: "Perfetto" },
  { ending: "csv", words: "trace as CSV" },
  { ending: "pcap", words: "wire pcap" },
];

const SCENARIOS = [
  {
    hash: "#v=1&mode=vtx-rtl8139&from=ping.pcap",
    args: ["--mode", "vtx-rtl8139", "--pcap", "site/public/captures/ping.pcap"],
  },
  {
    hash: "#v=1&mode=virtio-vhost:hostPath=vrouter&dir=echo&count=5&size=300&gap=3",
    args: ["--mode", "virtio-vhost", "--set", "hostPath=vrouter", "--dir", "echo"].concat(
      ["--packets", "5", "--size", "300"],
      ["--gap-us", "3"],
    ),
  },
  {
    hash: "#v=1&mode=xen-netfront&from=web-page.pcapng&dir=rx",
    args: [
      "--mode",
      "xen-netfront",
      "--pcap",
      "site/public/captures/web-page.pcapng",
      "--dir",
      "rx",
    ],
  },
];

const sites: OpenSite[] = [];

before(async () => {
  for (const browser of BROWSERS) sites.push(await openSite({ browser }));
});

after(async () => {
  for (const site of sites) await site.close();
});

for (const { hash, args } of SCENARIOS) {
  test(`Explore: ${hash} saves the same bytes in ${BROWSERS.join(", ")} and from the command`, async () => {
    const wanted = byCommand(args);
    for (const site of sites) {
      const { page, errors } = await openExplorer(site, hash);
      for (const { ending, words } of FORMATS) {
        const bytes = await savedByCommand(site, page, words);
        assert.ok(bytes.length > 100);
        assert.ok(bytes.equals(wanted.get(ending) ?? new Uint8Array()), `${ending} ${hash}`);
      }
      assert.deepEqual(errors, []);
      await page.context().close();
    }
  });
}

/** What the command saves of a run, by ending. */
function byCommand(args: readonly string[]): ReadonlyMap<string, Buffer> {
  const folder = new AFolder();
  const files = FORMATS.map(({ ending }) => {
    const file = folder.at(`run.${ending}`);
    const { status, stderr } = trapline("run", ...args, "--export", file);
    assert.equal(status, 0, stderr);
    return [ending, readFileSync(file)] as const;
  });
  folder.remove();
  return new Map(files);
}
