import { type Notebook, transpile } from "@observablehq/notebook-kit";
import { AMBIENT_NAMES, LESSON_NAMES } from "./lesson-names.ts";

/** Imports that would reach for another host when the page is read. */
const REMOTE_IMPORT = /\b(?:from|import)\s*\(?\s*["'](npm:|jsr:|observable:|https?:)/;

/** A name that a cell uses, with the cell that uses it. */
interface Use {
  readonly cell: number;
  readonly name: string;
}

/**
 * Refuses at build time what would otherwise show only to a reader: remote imports, syntax errors
 * and names that nobody defines. Throws one error listing every problem by cell.
 */
export function checkLesson(notebook: Notebook, path: string): void {
  const problems: string[] = [];
  const defined = new Set<string>([...LESSON_NAMES, ...AMBIENT_NAMES]);
  const uses: Use[] = [];
  for (const cell of notebook.cells) {
    // What is still Markdown here is plain text, rendered by the build.
    if (cell.mode === "md") continue;
    const remote = REMOTE_IMPORT.exec(cell.value)?.[1];
    if (remote !== undefined)
      problems.push(`cell ${cell.id}: imports by ${remote} are not allowed`);
    try {
      const { inputs = [], outputs = [], output } = transpile(cell, { resolveFiles: true });
      for (const name of output === undefined ? outputs : [...outputs, output]) {
        defined.add(name).add(name.replace(/^(?:viewof\$|mutable )/, ""));
      }
      for (const name of inputs) uses.push({ cell: cell.id, name });
    } catch (error) {
      problems.push(`cell ${cell.id}: ${String(error)}`);
    }
  }
  for (const { cell, name } of uses) {
    if (!defined.has(name)) problems.push(`cell ${cell}: ${name} is not defined`);
  }
  if (problems.length > 0) throw new Error(`${path}\n  ${problems.join("\n  ")}`);
}
