import { join } from "node:path";
import { build } from "esbuild";
import type { Plugin } from "vite";

const NAME = "virtual:resting-runs";

/**
 * Gives the home page what it shows at rest as `virtual:resting-runs`: the engine runs when the site is
 * built, so that the first figure is alive before the engine is loaded.
 */
export function restingRuns(root: string): Plugin {
  return {
    name: "trapline-resting-runs",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    async load(id) {
      if (id !== `\0${NAME}`) return null;
      return `export default ${JSON.stringify(await runAtBuild(root))};`;
    },
  };
}

/** Runs the engine here: its TypeScript is bundled into a module in memory first. */
async function runAtBuild(root: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "site/home/resting-runs.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "esm",
  });
  const code = outputFiles[0]?.text ?? "";
  const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    restingRuns(): Promise<string>;
  };
  return module.restingRuns();
}
