import assert from "node:assert/strict";
import { test } from "node:test";
import { ENGINE_EDGES, ENGINE_FILE_EDGES, FOLDER_EDGES, RUNNING_NAMES } from "./edges.ts";
import {
  CODE_FILES,
  finding,
  type Import,
  importsOf,
  SHIPPED_PACKAGES,
  TOOL_PACKAGES,
  WRITTEN_FILES,
} from "./project.ts";

const PAGES = WRITTEN_FILES.filter((path) => /^(?:lessons|site)\/.*\.html$/.test(path));
const IMPORTS = [...CODE_FILES, ...PAGES].flatMap(importsOf);

const topFolder = (path: string) => (path.includes("/") ? (path.split("/")[0] ?? "") : "");
const enginePart = (path: string) => path.split("/")[1] ?? "";
const broken = ({ from, offset }: Import, what: string) => finding(from, offset, what);

test("Imports: every relative import names a file that exists, with its extension", () => {
  const files = new Set(WRITTEN_FILES);
  const wrong = IMPORTS.filter(({ specifier }) => specifier.startsWith("."))
    .filter(({ target }) => target !== undefined && !files.has(target))
    .map((it) => broken(it, `${it.specifier} does not exist`));
  assert.deepEqual(wrong, []);
});

test("Imports: folders meet only along the allowed edges, at #engine and #components", () => {
  const wrong = IMPORTS.flatMap((it) => {
    const from = topFolder(it.from);
    const rule = FOLDER_EDGES[from];
    if (rule === undefined || it.target === undefined) return [];
    const to = topFolder(it.target);
    if (to === from) return [];
    if (!rule.to.includes(to)) return [broken(it, `${from} must not import ${to || "the root"}`)];
    if (rule.deep || it.specifier.startsWith("#")) return [];
    return [broken(it, `${to} is imported as #${to}, not by a path`)];
  });
  assert.deepEqual(wrong, []);
});

test("Imports: the folders of the engine know only what lies below them", () => {
  const wrong = IMPORTS.flatMap((it) => {
    if (topFolder(it.from) !== "engine" || topFolder(it.target ?? "") !== "engine") return [];
    const from = enginePart(it.from);
    const to = enginePart(it.target ?? "");
    const allowed = ENGINE_EDGES[from];
    if (from === "index.ts" || from === to) return [];
    if (allowed === undefined) return [broken(it, `${from} has no row in the table of edges`)];
    if (allowed.includes(to)) return [];
    if (ENGINE_FILE_EDGES[from]?.includes(it.target ?? "")) return [];
    return [broken(it, `${from} must not import ${to}`)];
  });
  assert.deepEqual(wrong, []);
});

test("Imports: the engine needs no package, and Node only in engine/cli", () => {
  const wrong = IMPORTS.filter(({ from, target, specifier }) => {
    const isCommand = from.startsWith("engine/cli/") && /^(?:node:|esbuild$)/.test(specifier);
    return topFolder(from) === "engine" && target === undefined && !isCommand;
  }).filter(({ specifier }) => !/^[./]+$/.test(specifier));
  assert.deepEqual(
    wrong.map((it) => broken(it, `the engine must not import ${it.specifier}`)),
    [],
  );
});

test("Imports: a device knows no other device; shared rings are in devices/virtio", () => {
  const wrong = IMPORTS.flatMap((it) => {
    const [, from] = /^engine\/devices\/([^/]+)\//.exec(it.from) ?? [];
    const [, to] = /^engine\/devices\/([^/]+)\//.exec(it.target ?? "") ?? [];
    if (from === undefined || to === undefined || from === to) return [];
    if (to === "virtio" && from.startsWith("virtio-")) return [];
    return [broken(it, `device ${from} must not import device ${to}`)];
  });
  assert.deepEqual(wrong, []);
});

test("Imports: a driver never imports its device", () => {
  const isDriver = (path: string) => /^engine\/devices\/.*\bdriver\b[^/]*(?:\/|\.ts$)/.test(path);
  const isDevice = (path: string) => /^engine\/devices\/[^/]+\/device\.ts$/.test(path);
  const wrong = IMPORTS.filter(({ from, target }) => isDriver(from) && isDevice(target ?? "")).map(
    (it) => broken(it, `a driver must not import ${it.target}`),
  );
  assert.deepEqual(wrong, []);
});

test("Imports: no module of the engine imports itself in a circle, types aside", () => {
  assert.deepEqual(circles(IMPORTS.filter(({ from }) => topFolder(from) === "engine")), []);
});

test("Imports: components never run the engine", () => {
  const wrong = IMPORTS.filter(({ from, specifier, typeOnly }) => {
    return topFolder(from) === "components" && specifier === "#engine" && !typeOnly;
  }).flatMap((it) => {
    const names = it.names.match(/(?:type\s+)?\w+/g) ?? [];
    const running = names.filter((name) => RUNNING_NAMES.includes(name));
    return running.map((name) => broken(it, `a component must not import ${name}`));
  });
  assert.deepEqual(wrong, []);
});

test("Imports: every package is declared, and what pages load is no development tool", () => {
  const wrong = IMPORTS.flatMap((it) => {
    const name = packageOf(it.specifier);
    if (it.target !== undefined || name === undefined) return [];
    const shipped = /^(?:components|lessons|site\/(?!build\/))/.test(it.from);
    const declared = shipped ? SHIPPED_PACKAGES : [...SHIPPED_PACKAGES, ...TOOL_PACKAGES];
    return declared.includes(name) ? [] : [broken(it, `package.json does not give it ${name}`)];
  });
  assert.deepEqual(wrong, []);
});

/** The package of a specifier; undefined for relative ones, Node's own, the kit's aliases and what the build makes. */
function packageOf(specifier: string): string | undefined {
  if (/^(?:[./#]|node:|observable:|virtual:)/.test(specifier)) return undefined;
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
}

/** Circles among imports that are left at run time, each as `a -> b -> a`. */
function circles(imports: readonly Import[]): string[] {
  const graph = new Map<string, string[]>();
  for (const { from, target, typeOnly } of imports) {
    if (target === undefined || typeOnly) continue;
    graph.set(from, [...(graph.get(from) ?? []), target]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(" -> "));
    if (start >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
