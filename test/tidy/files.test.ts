import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_FILES, CODE_FILES, importsOf, textOf, WRITTEN_FILES } from "./project.ts";

const TOP_LEVEL = ["engine", "components", "lessons", "site", "test", ".ci"];

/** Files that something other than an import starts. */
const ENTRIES = [
  /^[^/]+$/,
  /\.test\.ts$/,
  /\.d\.ts$/,
  /^engine\/(?:index|cli\/main|cli\/trapline)\.[jt]s$/,
  /^components\/index\.ts$/,
  /^test\/support\/(?:run-all|find-browsers|node-tests|node-reporter|golden|gallery|gallery\/main)\.[jt]s$/,
  /^test\/benchmark\/explorer\.js$/,
];

const WORD = "[a-z0-9]+(?:-[a-z0-9]+)*";
const KEBAB_PATH = new RegExp(`^(?:${WORD}/)*${WORD}(?:\\.${WORD})*$`);
const SPELT_OTHERWISE = /(?:^|\/)(?:README\.md|LICENSE)$/;

test("Files: every script is imported by another file or is an entry", () => {
  const pages = WRITTEN_FILES.filter((path) => path.endsWith(".html"));
  const imported = new Set([...CODE_FILES, ...pages].flatMap(importsOf).map((it) => it.target));
  const named = [...pages, "vite.config.ts", "vite.widgets.config.ts"].map(textOf).join("\n");
  const built = WRITTEN_FILES.filter((path) => path.startsWith("site/build/"));
  const helpers = `${named}\n${built.map(textOf).join("\n")}`;
  const dead = CODE_FILES.filter((path) => !imported.has(path))
    .filter((path) => !ENTRIES.some((entry) => entry.test(path)))
    .filter((path) => !helpers.includes(path));
  assert.deepEqual(dead, []);
});

test("Files: names are kebab-case", () => {
  const ours = WRITTEN_FILES.filter((path) => path.includes("/") && !path.startsWith(".ci/"));
  const wrong = ours.filter((path) => !KEBAB_PATH.test(path) && !SPELT_OTHERWISE.test(path));
  assert.deepEqual(wrong, []);
});

test("Files: the top level has the folders of the house and no other", () => {
  const folders = new Set(
    ALL_FILES.filter((path) => path.includes("/")).map((path) => path.split("/")[0] ?? ""),
  );
  assert.deepEqual(
    [...folders].filter((folder) => !TOP_LEVEL.includes(folder)),
    [],
  );
});

test("Files: every mode is exported by engine/modes/index.ts", () => {
  const modes = CODE_FILES.filter(
    (path) => /^engine\/modes\/[^/]+\.ts$/.test(path) && /= defineMode\(/.test(textOf(path)),
  );
  const index = ALL_FILES.find((path) => path === "engine/modes/index.ts");
  const exported = new Set((index ? importsOf(index) : []).map(({ target }) => target));
  assert.deepEqual(
    modes.filter((path) => !exported.has(path)),
    [],
  );
});
