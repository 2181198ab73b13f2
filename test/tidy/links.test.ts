import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import { ALL_FILES, finding, textOf } from "./project.ts";

const MARKDOWN = ALL_FILES.filter((path) => path.endsWith(".md"));
const LINK = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|<(?:img|a)\b[^>]*\b(?:src|href)="([^"]+)"/g;

test("Links: every relative link of a Markdown file leads to a file, and to a heading of it", () => {
  const dead = MARKDOWN.flatMap((path) => {
    const text = textOf(path).replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) =>
      code.replace(/./g, " "),
    );
    return [...text.matchAll(LINK)].flatMap((match) => {
      const link = match[1] ?? match[2] ?? "";
      return leadsSomewhere(path, link) ? [] : [finding(path, match.index, link)];
    });
  });
  assert.deepEqual(dead, []);
});

function leadsSomewhere(from: string, link: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return true;
  const [file = "", anchor = ""] = decodeURI(link).split("#");
  const target = file === "" ? from : posix.join(posix.dirname(from), file);
  if (!existsSync(target)) return false;
  return anchor === "" || !target.endsWith(".md") || anchorsOf(target).includes(anchor);
}

/** The anchors of a Markdown file's headings. */
function anchorsOf(path: string): string[] {
  return [...textOf(path).matchAll(/^#+\s+(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}
