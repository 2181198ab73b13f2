import assert from "node:assert/strict";
import { test } from "node:test";
import { CODE_FILES, textOf, WRITTEN_FILES } from "./project.ts";

const LINES_MAX = 400;
const MEDIAN_LINES_MAX = 150;

const linesOf = (path: string) => textOf(path).split("\n").length - 1;

test(`Sizes: no file written by hand has over ${LINES_MAX} lines`, () => {
  const files = WRITTEN_FILES.filter((path) => /\.(?:[jt]s|css|html)$/.test(path));
  const long = files.filter((path) => linesOf(path) > LINES_MAX);
  assert.deepEqual(
    long.map((path) => `${path}: ${linesOf(path)} lines`),
    [],
  );
});

test(`Sizes: the median file of code has at most ${MEDIAN_LINES_MAX} lines`, () => {
  const lines = CODE_FILES.map(linesOf).toSorted((a, b) => a - b);
  const median = lines[Math.floor(lines.length / 2)] ?? 0;
  assert.ok(median <= MEDIAN_LINES_MAX, `the median is ${median}`);
});
