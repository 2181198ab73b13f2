#!/usr/bin/env node
// Runs engine/cli/main.ts in a checkout: bundles it first when a source is newer than the bundle.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pid } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, ".cache", "cli");
const bundle = join(folder, "main.mjs");

if (modifiedMs(bundle) <= newestMs(join(root, "engine"))) await rebuild();
await import(pathToFileURL(bundle).href);

/** When the newest file or folder below was changed; a folder changes when a file in it is removed. */
function newestMs(directory) {
  let newest = modifiedMs(directory);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestMs(path) : modifiedMs(path));
  }
  return newest;
}

function modifiedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Writes the bundle under another name first: two commands may start at the same time. */
async function rebuild() {
  const { build } = await import("esbuild");
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `main.${pid}.mjs`);
  try {
    await build({
      entryPoints: [join(root, "engine/cli/main.ts")],
      outfile: draft,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      packages: "external",
      logLevel: "error",
    });
    renameSync(draft, bundle);
  } finally {
    rmSync(draft, { force: true });
  }
}
