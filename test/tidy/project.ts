import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** Data that nobody writes by hand: recordings, captures, golden texts, the lock file. */
const DATA = /^(?:test\/(?:recordings|golden)\/|site\/public\/captures\/|package-lock\.json$)/;

const LISTED = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
  encoding: "utf8",
  maxBuffer: 1 << 26,
});

/** Every file of the project that git knows or would take, as paths from the root with `/`. */
export const ALL_FILES: readonly string[] = [...new Set(LISTED.split("\0"))]
  .filter((path) => path !== "" && existsSync(path))
  .toSorted();

/** The files that people write. */
export const WRITTEN_FILES = ALL_FILES.filter((path) => !DATA.test(path));

/** TypeScript and JavaScript that people write. */
export const CODE_FILES = WRITTEN_FILES.filter((path) => /\.[jt]s$/.test(path));

const texts = new Map<string, string>();

/** The text of a file; each is read once. */
export function textOf(path: string): string {
  let text = texts.get(path);
  if (text === undefined) {
    text = readFileSync(path, "utf8");
    texts.set(path, text);
  }
  return text;
}

/** A place where a file breaks a rule, as `path:line: what`. */
export function finding(path: string, offset: number, what: string): string {
  const line = textOf(path).slice(0, offset).split("\n").length;
  return `${path}:${line}: ${what}`;
}

/** Every match of a pattern in a text made from a file (lines kept), as findings. */
export function matchesIn(path: string, text: string, pattern: RegExp, what: string): string[] {
  return [...text.matchAll(pattern)].map((match) => finding(path, match.index, what));
}

/** One import of one file by another. */
export interface Import {
  readonly from: string;
  /** As written: `./store.ts`, `#engine`, `lit`. */
  readonly specifier: string;
  /** The file that a relative or `#` specifier names, from the root; undefined for a package. */
  readonly target: string | undefined;
  /** Whether only types are imported, so that nothing is left of it at run time. */
  readonly typeOnly: boolean;
  /** The names in braces, as written. */
  readonly names: string;
  readonly offset: number;
}

const IMPORT =
  /\b(?:import|export)\s+(type\s+)?([^"';()=]*?\bfrom\s*)?"([^"\n]+)"|\bimport\(\s*"([^"\n]+)"\s*\)|new URL\(\s*"(\.[^"\n]+)"/g;

const PACKAGE = JSON.parse(textOf("package.json")) as Record<
  "imports" | "dependencies" | "devDependencies",
  Record<string, string>
>;

/** Packages that pages may load. */
export const SHIPPED_PACKAGES = Object.keys(PACKAGE.dependencies);

/** Packages that only building and testing need. */
export const TOOL_PACKAGES = Object.keys(PACKAGE.devDependencies);

/** The imports of a script, or of the cells and script tags of a page. */
export function importsOf(path: string): Import[] {
  const text = path.endsWith(".html") ? textOf(path) : withoutComments(textOf(path));
  return [...text.matchAll(IMPORT)].map((match) => {
    const specifier = match[3] ?? match[4] ?? match[5] ?? "";
    return {
      from: path,
      specifier,
      target: targetOf(path, specifier),
      typeOnly: match[1] !== undefined,
      names: match[2] ?? "",
      offset: match.index,
    };
  });
}

function targetOf(path: string, specifier: string): string | undefined {
  const [plain = ""] = specifier.split("?");
  // new URL("..", import.meta.url) names a folder.
  if (/^[./]+$/.test(plain)) return undefined;
  if (plain.startsWith(".")) return posix.join(posix.dirname(path), plain);
  const own = PACKAGE.imports[plain] ?? elementPath(plain);
  return own === undefined ? undefined : posix.normalize(own);
}

/** What `#components/NAME` stands for by the pattern of package.json. */
function elementPath(specifier: string): string | undefined {
  const [, name] = /^#components\/([^/]+)$/.exec(specifier) ?? [];
  return name && PACKAGE.imports["#components/*"]?.replace("*", name);
}

const COMMENT_OR_STRING =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g;

const blank = (text: string) => text.replace(/[^\n]/g, " ");

/** A script with its comments blanked out; offsets and lines stay. */
export function withoutComments(text: string): string {
  return text.replace(COMMENT_OR_STRING, (part) => (part.startsWith("/") ? blank(part) : part));
}

/** A script with comments and the text of plain strings blanked out; templates stay, they hold code. */
export function codeOnly(text: string): string {
  return text.replace(COMMENT_OR_STRING, (part) => (part.startsWith("`") ? part : blank(part)));
}
