// The alias of `observable:runtime`. It takes the kit's modules one by one: the kit's own standard
// library would load from other hosts.
import { Runtime } from "@observablehq/runtime";
import {
  type DefineState,
  type Definition,
  define as defineCell,
} from "observable:runtime/define.js";
import * as Generators from "observable:runtime/stdlib/generators/index.js";
import { Mutable } from "observable:runtime/stdlib/mutable.js";
import type { LessonName } from "./build/lesson-names.ts";
import { html, svg } from "./lesson-html.ts";

const LIBRARY: Record<LessonName, () => unknown> = {
  now: () => Generators.now(),
  dark: () => Generators.dark(),
  width: () => Generators.width(document.querySelector("main") ?? document.body),
  Generators: () => Generators,
  Mutable: () => Mutable,
  html: () => html,
  svg: () => svg,
  htl: () => ({ html, svg }),
};

/** The reactive runtime of this page. */
export const runtime = new Runtime(LIBRARY);

/** The module that holds the cells of this page's lesson. */
export const main = runtime.module();

/** Defines one cell; the pages that the kit generates call it once for each. */
export function define(state: DefineState, definition: Definition): void {
  defineCell(main, state, definition);
}
