import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { execPath } from "node:process";
import { test } from "node:test";
import { aFrame, aPcap } from "../engine/packets/capture-files.ts";
import { inFolder, LAUNCHER, trapline } from "./a-command.ts";

const CAPTURES = "site/public/captures";

test("trapline run: it tells one packet as lanes of text and ends with its totals", () => {
  const { status, stdout, stderr } = trapline("run", "--mode", "vtx-rtl8139");
  assert.equal(status, 0);
  assert.equal(stderr, "");
  const lines = stdout.split("\n");
  assert.match(lines[0] ?? "", /^vtx-rtl8139: /);
  assert.match(lines[1] ?? "", /^1 packet, tx, apicv=on .*hostPath=bridge /);
  assert.match(stdout, /^ +cycle {2}guest +hypervisor +device +host and wire$/m);
  assert.match(stdout, /TPPoll ← 0x40 ─+▶ {2}exit: EPT misconfiguration/);
  assert.match(stdout, /^frames sent on the wire +1 +1\.00$/m);
});

test("trapline run: the same command prints the same, and --seed changes the packets", () => {
  const once = trapline("run", "--mode", "vmxnet3", "--packets", "4", "--size", "200").stdout;
  const again = trapline("run", "--mode", "vmxnet3", "--packets", "4", "--size", "200").stdout;
  assert.equal(once, again);
  const wire = (seed: string): string =>
    trapline("run", "--mode", "vtx-rtl8139", "--size", "imix", "--packets", "9", "--seed", seed)
      .stdout;
  assert.notEqual(wire("1"), wire("2"));
});

test("trapline run: --rows abbreviates the story and says how much is left", () => {
  const { stdout } = trapline("run", "--mode", "virtio-qemu", "--packets", "50", "--rows", "10");
  const [, more] = /… (\d+) more rows/.exec(stdout) ?? [];
  assert.ok(Number(more) > 1000, `${more} more rows`);
  assert.match(stdout, /^frames sent on the wire +50 +1\.00$/m);
  assert.doesNotMatch(
    trapline("run", "--mode", "virtio-qemu", "--rows", "0").stdout,
    /cycle {2}guest/,
  );
});

test("trapline run --json: it prints the totals as one JSON value", () => {
  const args = ["run", "--mode", "virtio-qemu", "--packets", "7", "--set", "ring=packed", "--json"];
  const { status, stdout } = trapline(...args);
  assert.equal(status, 0);
  const report = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
  assert.equal(report["mode"], "virtio-qemu");
  assert.equal(report["packetCount"], 7);
  assert.equal(report["knobs"]?.["ring"], "packed");
  assert.equal(report["totals"]?.["transmittedFrames"], 7);
});

test("trapline run --pcap: each bundled capture runs through, whichever way", () => {
  for (const file of readdirSync(CAPTURES).filter((name) => /\.pcap(ng)?$/.test(name))) {
    for (const dir of ["tx", "rx"]) {
      const args = ["run", "--mode", "vtx-rtl8139too", "--pcap", `${CAPTURES}/${file}`];
      const { status, stdout, stderr } = trapline(...args, "--dir", dir, "--json");
      assert.equal(status, 0, `${file}: ${stderr}`);
      const { packetCount, totals } = JSON.parse(stdout) as {
        packetCount: number;
        totals: Record<string, number>;
      };
      const arrived = dir === "tx" ? totals["transmittedFrames"] : totals["deliveredFrames"];
      assert.equal((arrived ?? 0) + (totals["droppedFrames"] ?? 0), packetCount, `${file} ${dir}`);
    }
  }
});

test(
  "trapline run --pcap --packets: a longer run repeats the capture, a shorter one cuts it",
  inFolder((folder) => {
    const packets = [aFrame(60), aFrame(90), aFrame(120)].map((data) => ({ data }));
    const file = folder.file("three.pcap", aPcap({ packets }));
    for (const [count, bytes] of [
      ["7", 2 * 270 + 60],
      ["2", 150],
    ] as const) {
      const args = ["run", "--mode", "vtx-rtl8139", "--pcap", file, "--packets", count, "--json"];
      const report = JSON.parse(trapline(...args).stdout) as { totals: Record<string, number> };
      assert.equal(report.totals["transmittedFrames"], Number(count));
      // Each frame is copied three times on its way: into the socket, by QEMU, into the host.
      assert.equal(report.totals["copiedBytes"], 3 * bytes);
    }
  }),
);

test("trapline run: a reader that has seen enough ends it without a complaint", async () => {
  const args = [LAUNCHER, "run", "--mode", "vtx-rtl8139", "--packets", "3000", "--rows", "100000"];
  const child = spawn(execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  child.stdout.once("data", () => child.stdout.destroy());
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(stderr, "");
  assert.equal(status, 0);
});
