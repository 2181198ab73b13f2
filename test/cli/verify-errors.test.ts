// A recording that cannot be read is one line on standard error and status 1.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { inFolder, trapline } from "./a-command.ts";

/** Runs `trapline verify` where it must fail so. */
function refuses(args: readonly string[], status: 1 | 2, message: string): void {
  const result = trapline("verify", ...args);
  assert.equal(result.stderr, `trapline: ${message}\n`);
  assert.equal(result.status, status);
  assert.equal(result.stdout, "");
}

test("trapline verify: usage that it does not understand has status 2", () => {
  refuses([], 2, "trapline verify needs a folder DIR.");
  refuses(["a", "b"], 2, "trapline verify takes one folder, not b.");
});

test(
  "trapline verify: a folder that cannot be read is named once, with the reason",
  inFolder((folder) => {
    const missing = folder.at("none");
    refuses(
      [missing],
      1,
      `${missing}: it cannot be read as a folder: there is no such file or folder.`,
    );
    const file = folder.file("plain", "text");
    refuses([file], 1, `${file}: it cannot be read as a folder: it is no folder.`);
  }),
);

test(
  "trapline verify: a folder without a manifest is no recording",
  inFolder((folder) => {
    const empty = folder.at("empty");
    mkdirSync(empty);
    refuses([empty], 1, "empty/manifest.json: missing, expected a recording's manifest");
    refuses([`${empty}/.`], 1, "empty/manifest.json: missing, expected a recording's manifest");
  }),
);

test(
  "trapline verify: a kind of recording that it does not know is named",
  inFolder((folder) => {
    folder.file("manifest.json", '{ "kind": "bhyve" }');
    const { status, stderr } = trapline("verify", folder.path);
    assert.match(stderr, /manifest\.json: field kind is "bhyve", expected one of device/);
    assert.equal(status, 1);
  }),
);

test(
  "trapline verify: a pipe or a folder in the place of a file is named instead of waited for",
  inFolder((folder) => {
    const pipe = folder.at("manifest.json");
    assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
    refuses([folder.path], 1, `${pipe}: it cannot be read: it is no regular file.`);
  }),
);

test(
  "trapline verify: a file that is no whole gzip file is named",
  inFolder((folder) => {
    const path = folder.file("init.jsonl.gz", "text");
    refuses([folder.path], 1, `${path}: it is no whole gzip file: incorrect header check.`);
  }),
);
