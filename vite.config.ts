import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { lessons } from "./site/build/lessons-plugin.ts";
import { pages } from "./site/build/pages-plugin.ts";
import { restingRuns } from "./site/build/resting-plugin.ts";

const root = fileURLToPath(new URL(".", import.meta.url));

/** The site: ordinary pages and lessons, static, movable, with no inline script or style. */
export default defineConfig({
  root,
  base: "./",
  appType: "mpa",
  publicDir: "site/public",
  plugins: [pages(root), lessons(root), restingRuns(root)],
  build: {
    outDir: "dist",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { chunkFileNames } },
  },
});

/** Names the script of an element by its folder: `define.ts` is what all of them are called. */
function chunkFileNames({ facadeModuleId }: { facadeModuleId?: string | null }): string {
  const [, element] = /\/components\/([^/]+)\/define\.ts$/.exec(facadeModuleId ?? "") ?? [];
  return `assets/${element ?? "[name]"}-[hash].js`;
}
