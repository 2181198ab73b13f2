import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cell } from "@observablehq/notebook-kit";
import { observable } from "@observablehq/notebook-kit/vite";
import type { IndexHtmlTransformContext, Plugin } from "vite";
import { checkLesson } from "./lesson-check.ts";
import { hasExpressions, markdownToHtml } from "./lesson-markdown.ts";

const KIT = fileURLToPath(new URL(".", import.meta.resolve("@observablehq/notebook-kit")));

/** The kit's inline theme: ours is a linked style sheet, as the policy of the page forbids inline styles. */
const INLINE_THEME =
  /<style type="text\/css">\s*(?:@import url\("observable:styles[^;]*;\s*)+<\/style>/;

/** Vite plugins that turn `lessons/*.html`, one `<notebook>` each, into pages of the site. */
export function lessons(root: string): Plugin[] {
  return [aliases(root), notebookPages(root)];
}

/** Puts our runtime in place of the kit's, whose standard library would load from other hosts. */
function aliases(root: string): Plugin {
  return {
    name: "trapline-lesson-aliases",
    config: () => ({
      resolve: {
        alias: [
          { find: /^observable:runtime$/, replacement: join(root, "site/notebook-runtime.ts") },
          { find: /^observable:(.*)$/, replacement: `${KIT}$1` },
        ],
      },
      optimizeDeps: {
        include: [
          "@observablehq/inspector",
          "@observablehq/runtime",
          "d3-array",
          "d3-axis",
          "d3-scale",
          "d3-selection",
          "d3-shape",
          "lit",
        ],
      },
    }),
  };
}

/** The kit's plugin, kept away from pages that are no lessons: it takes every page for a notebook. */
function notebookPages(root: string): Plugin {
  const kit = observable({
    template: join(root, "site/lesson-template.html"),
    transformTemplate: (html, { path }) => html.replaceAll("%ROOT%", rootOf(path)),
    transformNotebook(notebook, { path }) {
      for (const cell of notebook.cells) {
        if (cell.mode !== "md" || isStatic(cell)) continue;
        cell.value = markdownToHtml(cell.value);
        cell.mode = "html";
      }
      checkLesson(notebook, path);
      return notebook;
    },
  });
  if (!isPlugin(kit)) throw new TypeError("notebook-kit no longer gives one Vite plugin");
  const hook = kit.transformIndexHtml;
  if (typeof hook !== "object" || !("handler" in hook)) {
    throw new TypeError("notebook-kit no longer transforms pages with an ordered hook");
  }
  const { handler } = hook;
  return {
    ...kit,
    transformIndexHtml: {
      order: "pre",
      async handler(html: string, context: IndexHtmlTransformContext) {
        if (!context.path.startsWith("/lessons/")) return html;
        const page = await handler.call(this, html, context);
        if (typeof page !== "string") throw new TypeError("notebook-kit gave no page");
        return page.replace(INLINE_THEME, "");
      },
    },
  };
}

/** Whether the kit renders a Markdown cell once and for all: nothing to fill in, and no name to give. */
function isStatic({ value, output }: Cell): boolean {
  return output === undefined && !hasExpressions(value);
}

/** The way from a page back to the root of the site, such as `../`. */
function rootOf(path: string): string {
  return "../".repeat(path.split("/").length - 2);
}

function isPlugin(option: unknown): option is Plugin {
  return typeof option === "object" && option !== null && "transformIndexHtml" in option;
}
