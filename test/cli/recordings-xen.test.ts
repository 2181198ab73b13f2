// The engine beside the Xen recording that the project carries, through the command that users have.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { trapline } from "./a-command.ts";

const FOLDER = join("test", "recordings", "xen", "xen-pv-netfront");

test("trapline verify: the engine does what Xen, netfront and netback recorded", () => {
  const { status, stdout, stderr } = trapline("verify", FOLDER);
  assert.equal(stderr, "");
  assert.match(stdout, /^xen-netfront\ninit +hypercalls 17\/17\n/);
  assert.match(stdout, /\ntx +8 packets, rings 112\/112, grants 48\/48, events 160\/160/);
  assert.match(stdout, /\nrx +8 packets, rings 104\/104, .*hypercalls 141\/141, cpu 101\/101\n/);
  assert.match(stdout, /holds: one grant copy for each packet \(recorded 64, engine 64/);
  assert.match(stdout, /\ncpu-fork +1 operations, hypercalls 70\/70/);
  assert.doesNotMatch(stdout, /DIVERGES|BROKEN/);
  assert.equal(status, 0);
});
