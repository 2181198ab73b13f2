import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The widgets: one module for anyone's page, `<script type="module" src="trapline-flow.js">`. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  publicDir: false,
  build: {
    outDir: "dist-widgets",
    target: "es2022",
    reportCompressedSize: true,
    lib: { entry: { "trapline-flow": "site/widgets.ts" }, formats: ["es"] },
    // Library mode leaves white space in its output unless told otherwise.
    rolldownOptions: {
      output: { minify: true, entryFileNames: "[name].js", codeSplitting: false },
    },
  },
});
