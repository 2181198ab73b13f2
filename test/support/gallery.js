// node test/support/gallery.js [FOLDER [WORDS]]: a picture of every state of every page of dist/, in
// each size and theme that people use, or of those whose names have the words: "explore-ledger",
// "rings.phone", ".contrast.". With --readme it makes the README's picture instead.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const outfile = join(root, ".cache", "gallery-command.mjs");
process.chdir(root);
// Node 20 does not read TypeScript.
await build({
  entryPoints: [join(root, "test", "support", "gallery", "main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
await import(outfile);
