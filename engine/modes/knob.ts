import { InputError } from "../core/input-error.ts";

/** One option of a mode, as a reader may set it. */
export type KnobSpec =
  | { readonly type: "boolean"; readonly default: boolean; readonly doc: string }
  | {
      readonly type: "integer";
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly powerOfTwo?: true;
      readonly doc: string;
    }
  | {
      readonly type: "choice";
      readonly default: string;
      readonly choices: readonly string[];
      readonly doc: string;
    };

/** The knobs of a mode by name. */
export type KnobSpecs = Readonly<Record<string, KnobSpec>>;

/** Values of knobs by name. */
export type KnobValues = Readonly<Record<string, boolean | number | string>>;

/**
 * Completes what a reader set with defaults.
 * @param settings Values by knob name; strings are read as the knob's type (`on`, `off`, `256`).
 * @throws InputError naming the knob, the value and what was expected.
 */
export function readKnobs(mode: string, specs: KnobSpecs, settings: KnobValues): KnobValues {
  for (const name of Object.keys(settings)) {
    if (Object.hasOwn(specs, name)) continue;
    const known = Object.keys(specs).join(", ");
    throw new InputError(
      `Knob ${name}: mode ${mode} has no such knob; it has ${known === "" ? "none" : known}.`,
    );
  }
  const values: Record<string, boolean | number | string> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const given = settings[name];
    values[name] = given === undefined ? spec.default : readKnob(name, spec, given);
  }
  return values;
}

function readKnob(
  name: string,
  spec: KnobSpec,
  given: boolean | number | string,
): boolean | number | string {
  if (spec.type === "boolean") {
    if (given === true || given === "on" || given === "true" || given === "1") return true;
    if (given === false || given === "off" || given === "false" || given === "0") return false;
    throw new InputError(`Knob ${name}: ${String(given)} is not on or off.`);
  }
  if (spec.type === "choice") {
    if (typeof given === "string" && spec.choices.includes(given)) return given;
    throw new InputError(
      `Knob ${name}: ${String(given)} is not one of ${spec.choices.join(", ")}.`,
    );
  }
  const text = String(given);
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  const power = spec.powerOfTwo === true ? "a power of two " : "";
  const fits = value >= spec.min && value <= spec.max;
  if (!fits || (spec.powerOfTwo === true && !Number.isInteger(Math.log2(value)))) {
    throw new InputError(
      `Knob ${name}: ${text} is not ${power === "" ? "an integer " : power}from ${spec.min} to ${spec.max}.`,
    );
  }
  return value;
}
