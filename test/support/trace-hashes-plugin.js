import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const outfile = join(root, ".cache", "trace-hash.mjs");

/** The command that a test in the browser gives to learn what Node computes. */
export const TRACE_HASHES_IN_NODE = "trace-hashes-in-node";

/** A Web Test Runner plugin: runs test/support/trace-hash.ts in Node and answers with the hashes of a mode. */
export function traceHashesPlugin() {
  return {
    name: "trace-hashes-in-node",
    async executeCommand({ command, payload }) {
      if (command !== TRACE_HASHES_IN_NODE) return undefined;
      bundle ??= bundled();
      return (await bundle).traceHashesOf(payload);
    },
  };
}

/** Bundled once: a command must be answered within seconds, on a busy machine too. */
let bundle;

async function bundled() {
  await build({
    entryPoints: [join(root, "test/support/trace-hash.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}
