import assert from "node:assert/strict";
import { test } from "node:test";
import { BANS } from "./bans.ts";
import {
  ALL_FILES,
  codeOnly,
  matchesIn,
  textOf,
  WRITTEN_FILES,
  withoutComments,
} from "./project.ts";

const SEARCHED = WRITTEN_FILES.filter((path) => /\.(?:[jt]s|html|css)$/.test(path));

for (const { name, where, pattern, instead, everywhere } of BANS) {
  test(`Ban: ${name}`, () => {
    const found = SEARCHED.filter((path) => where.test(path)).flatMap((path) => {
      const text = everywhere ? textOf(path) : codeIn(path);
      return matchesIn(path, text, pattern, `banned; use ${instead}`);
    });
    assert.deepEqual(found, []);
  });
}

test("Ban: nobody assigns to a column of a trace outside engine/trace", () => {
  const columns = columnNames().join("|");
  const assigned = new RegExp(
    String.raw`\btrace\.(?:${columns})\[[^\]]*\]\s*(?:[-+*/|&^]|<<|>>>?)?=(?!=)`,
    "g",
  );
  const found = SEARCHED.filter((path) => !path.startsWith("engine/trace/")).flatMap((path) => {
    return matchesIn(path, codeIn(path), assigned, "only engine/trace writes rows");
  });
  assert.deepEqual(found, []);
});

test("Ban: no file names a folder of somebody's machine or a package registry", () => {
  const folder =
    /(?:^|[\s"'`(=:])\/(?:home|Users|root|work|workspace|tmp)\/[\w.-]|\b[A-Z]:\\Users/gm;
  const registry =
    /https?:\/\/(?!registry\.npmjs\.org\b)[^\s"'/]*(?:registry|artifactory|nexus|npm\.)/g;
  const texts = ALL_FILES.filter((path) =>
    /\.(?:[jt]s|html|css|json|md|txt|yml|jsonl)$|^\.\w+/.test(path),
  );
  const found = texts
    .filter((path) => !path.startsWith("test/tidy/"))
    .flatMap((path) => [
      ...matchesIn(path, textOf(path), folder, "a path of one machine"),
      ...matchesIn(path, textOf(path), registry, "a registry's address"),
    ]);
  assert.deepEqual(found, []);
});

/** Code without comments and strings; in a page everything counts but what stands between tags. */
function codeIn(path: string): string {
  if (path.endsWith(".html")) return scriptsOf(textOf(path));
  return path.endsWith(".ts") || path.endsWith(".js") ? codeOnly(textOf(path)) : textOf(path);
}

/** The script cells of a page; the rest, prose among it, is blanked out. */
function scriptsOf(html: string): string {
  const isScript = /<script(?![^>]*text\/(?:markdown|html))[^>]*>/;
  let code = "";
  for (const part of html.split(/(?=<script)|(?<=<\/script>)/)) {
    code += isScript.test(part) ? codeOnly(withoutComments(part)) : part.replace(/[^\n]/g, " ");
  }
  return code;
}

function columnNames(): string[] {
  const store = "engine/trace/store.ts";
  if (!ALL_FILES.includes(store)) return ["startCycles"];
  return [...textOf(store).matchAll(/^ {2}(\w+): \w+Array,$/gm)].map(([, name]) => name ?? "");
}
