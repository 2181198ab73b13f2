/**
 * What every cell of a lesson may name without an import: our notebook runtime defines exactly these,
 * and the build refuses a lesson that names anything else it does not define itself.
 */
export const LESSON_NAMES = [
  "now",
  "dark",
  "width",
  "Generators",
  "Mutable",
  "html",
  "svg",
  "htl",
] as const;

/** One name of `LESSON_NAMES`. */
export type LessonName = (typeof LESSON_NAMES)[number];

/** Names that the kit gives to a single cell, and globals of the browser that lessons may use. */
export const AMBIENT_NAMES = [
  "display",
  "view",
  "invalidation",
  "visibility",
  "location",
  "customElements",
  "structuredClone",
] as const;
