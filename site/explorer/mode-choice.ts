import { isName } from "./text-check.ts";

/** A mode with the knobs that are not at rest, as they are written: `on`, `256`, `vrouter`. */
export interface ModeChoice {
  readonly modeId: string;
  readonly knobs: Readonly<Record<string, string>>;
}

/** A choice as it stands in a link: `virtio-qemu:eventIndex=off:queueSize=64`. */
export function choiceToText({ modeId, knobs }: ModeChoice): string {
  const settings = Object.entries(knobs).map(([name, value]) => `:${name}=${value}`);
  return modeId + settings.join("");
}

/** The choice that a text of a link means, or undefined when it means none. */
export function textToChoice(text: string): ModeChoice | undefined {
  const [modeId = "", ...settings] = text.split(":");
  if (!isName(modeId)) return undefined;
  const knobs: Record<string, string> = {};
  for (const setting of settings) {
    const at = setting.indexOf("=");
    const name = setting.slice(0, at);
    const value = setting.slice(at + 1);
    if (at < 1 || !isName(name) || !isName(value)) return undefined;
    knobs[name] = value;
  }
  return { modeId, knobs };
}

/** A choice with one knob set, or at rest again where the value is undefined. */
export function withKnob(choice: ModeChoice, name: string, value: string | undefined): ModeChoice {
  const { [name]: _, ...others } = choice.knobs;
  return { ...choice, knobs: value === undefined ? others : { ...others, [name]: value } };
}
