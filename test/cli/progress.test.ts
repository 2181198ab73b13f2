import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress } from "../../engine/cli/progress.ts";

function aProgress(isTTY: boolean, barWidth = 0) {
  const written: string[] = [];
  const clock = { nowMs: 0 };
  const stream = { isTTY, write: (text: string) => written.push(text) };
  const progress = new Progress("packets", { stream, nowMs: () => clock.nowMs, barWidth });
  return { written, clock, progress };
}

test("Progress: it stays quiet for two seconds, then shows itself ten times a second at most", () => {
  const { written, clock, progress } = aProgress(true);
  for (const ms of [0, 1999, 2000, 2050, 2100]) {
    clock.nowMs = ms;
    progress.show(ms, 4000);
  }
  progress.end();
  assert.deepEqual(written, [
    "\r\x1b[Kpackets 2000 of 4000 (50 %)",
    "\r\x1b[Kpackets 2100 of 4000 (52 %)",
    "\r\x1b[K",
  ]);
});

test("Progress: it shows nothing when nobody is watching, and clears nothing it did not show", () => {
  for (const isTTY of [false, true]) {
    const { written, clock, progress } = aProgress(isTTY);
    clock.nowMs = isTTY ? 1000 : 9000;
    progress.show(1, 2);
    progress.end();
    assert.deepEqual(written, []);
  }
});

test("Progress: a bar fills up as work is done", () => {
  const { written, clock, progress } = aProgress(true, 8);
  clock.nowMs = 3000;
  progress.show(3, 8);
  clock.nowMs = 3100;
  progress.show(8, 8);
  assert.deepEqual(written, [
    "\r\x1b[Kpackets [###.....] 3 of 8 (37 %)",
    "\r\x1b[Kpackets [########] 8 of 8 (100 %)",
  ]);
});
