import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { execPath } from "node:process";
import { test } from "node:test";
import { AFolder, inFolder, LAUNCHER, trapline } from "./a-command.ts";

const SMALL = [
  "--modes=virtio-vhost,vf-posted",
  "--dir=rx",
  "--packets=200",
  "--packet-bytes=64,imix",
  "--loads=50,200",
];

test(
  "trapline sweep: it prints capacities by mode and size, and writes a line of CSV for each load",
  inFolder((folder) => {
    const file = folder.at("sweep.csv");
    const { status, stdout } = trapline("sweep", ...SMALL, "--csv", file);
    assert.equal(status, 0);
    assert.match(stdout, /^8 loads: 4 modes and sizes, \d at a time$/m);
    assert.match(stdout, /^mode +64 B +IMIX$/m);
    assert.match(stdout, /^vf-posted +\S+ \(\S+…\S+\) +\S+ \(\S+…\S+\)$/m);
    const lines = readFileSync(file, "utf8").trimEnd().split("\r\n");
    assert.equal(lines.length, 9);
    assert.deepEqual(folder.names, ["sweep.csv"]);
  }),
);

test("trapline sweep: the number of workers changes nothing", () => {
  const one = trapline("sweep", ...SMALL, "--json", "--workers", "1").stdout;
  const three = trapline("sweep", ...SMALL, "--json", "--workers", "3").stdout;
  assert.equal(one, three);
  const sweep = JSON.parse(one) as { complete: boolean; results: { loads: unknown[] }[] };
  assert.equal(sweep.complete, true);
  assert.deepEqual(
    sweep.results.map(({ loads }) => loads.length),
    [2, 2, 2, 2],
  );
});

test("trapline sweep: an interrupt ends it with what is done and status 130, and no file", async () => {
  const folder = new AFolder();
  const file = folder.at("sweep.csv");
  const args = [LAUNCHER, "sweep", "--packets", "20000", "--csv", file, "--workers", "2"];
  const child = spawn(execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    // The heading is printed when the workers are at work.
    if (out === "") child.kill("SIGINT");
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise((resolve) => child.once("close", resolve));
  const written = existsSync(file);
  folder.remove();
  assert.equal(status, 130);
  assert.match(out, /^Cancelled: \d+ of 84 modes and sizes are done\.$/m);
  assert.equal(said, `trapline: interrupted; ${file} is not written.\n`);
  assert.equal(written, false);
});

test("trapline sweep: mistakes are one line, with status 1 for input and 2 for usage", () => {
  const wrong: readonly (readonly [args: string[], status: number, message: RegExp])[] = [
    [["--loads", "0"], 1, /^trapline: --loads: 0 is not a number from 0\.1 to 1000\.$/],
    [["--rates", "1Gbit"], 1, /^trapline: --rates: 1Gbit is in bits/],
    [["--workers", "0"], 1, /^trapline: --workers: 0 is not a whole number from 1 to 64\.$/],
    [["--csv", "/no/such/folder/x.csv"], 1, /there is no folder/],
    [["--loads", "5", "--rates", "5"], 2, /^trapline: --rates does not go with --loads\.$/],
    [["--packet-bytes", "64,64"], 2, /^trapline: --packet-bytes: 64 is named twice\.$/],
  ];
  for (const [args, status, message] of wrong) {
    const { stderr, status: given } = trapline("sweep", ...args);
    assert.equal(given, status, args.join(" "));
    assert.match(stderr.trimEnd(), message);
    assert.equal(stderr.split("\n").length, 2);
  }
});
