import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { utimesSync } from "node:fs";
import { execPath } from "node:process";
import { test } from "node:test";

const LAUNCHER = "engine/cli/trapline.js";
const BUNDLE = ".cache/cli/main.mjs";

function trapline(...args: string[]) {
  return spawnSync(execPath, [LAUNCHER, ...args], { encoding: "utf8" });
}

test("Launcher: it prints what the command prints and nothing else", () => {
  const { status, stdout, stderr } = trapline("--help");
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: trapline/);
  assert.equal(stderr, "");
});

test("Launcher: it builds again when the bundle is older than a source", () => {
  trapline("--help");
  utimesSync(BUNDLE, 0, 0);
  const { status, stdout } = trapline("--help");
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: trapline/);
});

test("Launcher: it passes the exit status of the command on", () => {
  assert.equal(trapline("no-such-command").status, 2);
});

test("npx trapline: it runs in a checkout without a network", () => {
  const npx = spawnSync("npx", ["--no-install", "trapline", "--help"], {
    encoding: "utf8",
    shell: true,
  });
  assert.equal(npx.status, 0, npx.stderr);
  assert.match(npx.stdout, /^Usage: trapline/);
});
