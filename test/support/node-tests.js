// node test/support/node-tests.js NAME: runs test/NAME/**/*.test.ts under Node, which cannot read
// TypeScript in every version that we support: the tests are bundled first.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { argv, execPath, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const name = argv[2] ?? "";
const folder = join(root, "test", name);
const entryPoints = readdirSync(folder, { recursive: true })
  .filter((file) => String(file).endsWith(".test.ts"))
  .map((file) => join(folder, String(file)));
const outdir = join(root, ".cache", "node-tests", name);

rmSync(outdir, { recursive: true, force: true });
const { outputFiles } = await build({
  entryPoints,
  outdir,
  outbase: folder,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  sourcemap: true,
  outExtension: { ".js": ".mjs" },
  metafile: true,
}).then((result) => ({
  outputFiles: Object.keys(result.metafile.outputs).filter((file) => file.endsWith(".mjs")),
}));
const reporter = new URL("./node-reporter.js", import.meta.url).href;
const options = ["--enable-source-maps", "--test", `--test-reporter=${reporter}`];
const { status } = spawnSync(execPath, [...options, ...outputFiles], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, TRAPLINE_NODE_TESTS: name },
});
exit(status ?? 1);
