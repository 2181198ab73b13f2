import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { normalizePath, type Plugin } from "vite";

/** What a lesson is poured into; no page of its own. */
const LESSON_TEMPLATE = "lesson-template.html";

/**
 * Serves and builds `site/NAME.html` as `/NAME.html`, so that the site's address has no folder of
 * the source in it. Pages name their scripts and styles from the root: `/site/NAME.ts`.
 */
export function pages(root: string): Plugin {
  const folder = join(root, "site");
  const pageNames = () => htmlFiles(folder).filter((name) => name !== LESSON_TEMPLATE);
  const pageOf = (id: string): string | undefined => {
    const name = basename(id);
    const isPage = normalizePath(dirname(id)) === normalizePath(join(root, "."));
    return isPage && pageNames().includes(name) ? join(folder, name) : undefined;
  };
  return {
    name: "trapline-pages",
    enforce: "pre",
    config: () => ({ build: { rolldownOptions: { input: inputs(root, pageNames()) } } }),
    resolveId: (id) => (pageOf(id) === undefined ? null : id),
    load(id) {
      const file = pageOf(id);
      return file === undefined ? null : readFileSync(file, "utf8");
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? "/", "http://localhost");
        const path = pathname === "/" ? "/index.html" : pathname;
        const name = path.slice(1);
        if (!pageNames().includes(name)) return next();
        const html = readFileSync(join(folder, name), "utf8");
        server.transformIndexHtml(path, html).then((page) => {
          response.setHeader("content-type", "text/html; charset=utf-8");
          response.end(page);
        }, next);
      });
    },
    handleHotUpdate({ file, server }) {
      if (file.startsWith(normalizePath(folder)) && file.endsWith(".html")) {
        server.ws.send({ type: "full-reload" });
      }
    },
  };
}

/** Every page of the site, by the path that it will be built to. */
function inputs(root: string, pageNames: readonly string[]): string[] {
  const lessonNames = htmlFiles(join(root, "lessons"));
  return [
    ...pageNames.map((name) => join(root, name)),
    ...lessonNames.map((name) => join(root, "lessons", name)),
  ];
}

function htmlFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".html"));
}
