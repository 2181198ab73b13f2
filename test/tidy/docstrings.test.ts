import assert from "node:assert/strict";
import { test } from "node:test";
import { CODE_FILES, finding, textOf } from "./project.ts";

const DOCUMENTED = /^(?:engine|components|lessons|site)\/.*(?<!\.d)\.ts$/;
const EXPORT =
  /^export (?:default )?(?:async )?(?:abstract )?(?:const|function\*?|class|interface|type) (\w+)/gm;

test("Docstrings: every export says what it is", () => {
  const bare = CODE_FILES.filter((path) => DOCUMENTED.test(path)).flatMap((path) => {
    const text = textOf(path);
    return [...text.matchAll(EXPORT)]
      .filter(({ index }) => !text.slice(0, index).trimEnd().endsWith("*/"))
      .map((match) => finding(path, match.index, `${match[1]} has no docstring`));
  });
  assert.deepEqual(bare, []);
});
