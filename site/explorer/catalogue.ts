import { type KnobSpecs, MODES, type ModeParts } from "#engine";

/** What the page knows of a mode without the engine: plain values, posted by the worker. */
export interface ModeEntry {
  readonly id: string;
  readonly title: string;
  readonly parts: ModeParts;
  readonly knobs: KnobSpecs;
}

/** All modes in the order of every list. */
export function catalogueOf(): readonly ModeEntry[] {
  return MODES.map(({ id, title, parts, knobs }) => ({ id, title, parts, knobs }));
}
