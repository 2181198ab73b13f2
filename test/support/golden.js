// `npm run golden`: writes test/golden/*.txt as the engine tells it now; review them as a diff.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "test", "golden");
const outfile = join(root, ".cache", "golden.mjs");

await build({
  entryPoints: [join(root, "test", "support", "golden-text.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
});
const { GOLDEN_TEXTS } = await import(pathToFileURL(outfile).href);
mkdirSync(folder, { recursive: true });
const names = new Set(GOLDEN_TEXTS.map(({ file }) => file));
for (const name of readdirSync(folder)) if (!names.has(name)) rmSync(join(folder, name));
for (const { file, make } of GOLDEN_TEXTS) writeFileSync(join(folder, file), make());
process.stdout.write(`${names.size} golden texts in test/golden\n`);
