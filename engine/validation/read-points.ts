import { InputError } from "../core/input-error.ts";
import type { PublishedPoint } from "./published-point.ts";

const TEXTS = ["id", "mode", "metric", "unit", "config", "packet", "source"] as const;
/** Points of one file; more would take hours. */
const POINTS_MAX = 10_000;

/**
 * Reads points from the JSON of `{"validation": [...]}` or of an array.
 * @param name What the file is called, for messages.
 * @throws InputError naming the file, the point and the field.
 */
export function readPoints(text: string, name: string): readonly PublishedPoint[] {
  const value = parse(text, name);
  const list = isRecord(value) ? value["validation"] : value;
  if (!Array.isArray(list)) {
    throw new InputError(`${name}: there is no array "validation" of points in it.`);
  }
  if (list.length === 0) throw new InputError(`${name}: there is no point in it.`);
  if (list.length > POINTS_MAX) {
    throw new InputError(`${name}: ${list.length} points are more than ${POINTS_MAX}.`);
  }
  return list.map((point: unknown, index) => readPoint(point, `${name}: point ${index + 1}`));
}

function readPoint(value: unknown, where: string): PublishedPoint {
  if (!isRecord(value)) throw new InputError(`${where} is no object.`);
  for (const field of TEXTS) {
    if (typeof value[field] === "string" || (field !== "id" && value[field] === undefined))
      continue;
    throw new InputError(`${where}: its ${field} is no text.`);
  }
  const published = value["value"];
  if (typeof published !== "string" && !Number.isFinite(published)) {
    throw new InputError(`${where}: its value is neither a number nor text.`);
  }
  if (typeof published === "number" && published <= 0)
    throw new InputError(`${where}: its value ${published} is not above 0.`);
  const text = (field: string): string => (typeof value[field] === "string" ? value[field] : "");
  const year = value["year"];
  return {
    id: text("id"),
    mode: text("mode"),
    metric: text("metric"),
    value: published as number | string,
    unit: text("unit"),
    config: text("config"),
    packet: text("packet"),
    source: text("source"),
    where: text("where"),
    verified: text("verified"),
    kind: text("kind"),
    ...(typeof year === "number" ? { year } : {}),
  };
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${name}: it is not JSON.`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
