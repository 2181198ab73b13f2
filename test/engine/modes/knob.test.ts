import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { findMode, MODES } from "../../../engine/modes/index.ts";
import { readKnobs, type KnobSpecs } from "../../../engine/modes/knob.ts";

const SPECS: KnobSpecs = {
  event: { type: "boolean", default: true, doc: "a switch" },
  budget: { type: "integer", default: 64, min: 1, max: 300, doc: "a number" },
  size: { type: "integer", default: 256, min: 16, max: 1024, powerOfTwo: true, doc: "a power" },
  ring: { type: "choice", default: "split", choices: ["split", "packed"], doc: "a choice" },
};

function complaint(settings: Record<string, boolean | number | string>, specs = SPECS): string {
  try {
    readKnobs("m", specs, settings);
  } catch (error) {
    expect(error).to.be.instanceOf(InputError);
    return (error as Error).message;
  }
  return "";
}

describe("readKnobs", () => {
  it("gives every knob its default", () => {
    expect(readKnobs("m", SPECS, {})).to.deep.equal({
      event: true,
      budget: 64,
      size: 256,
      ring: "split",
    });
  });

  it("reads texts as the knob's type, and takes values of it as they are", () => {
    expect(
      readKnobs("m", SPECS, { event: "off", budget: "7", size: 16, ring: "packed" }),
    ).to.deep.equal({
      event: false,
      budget: 7,
      size: 16,
      ring: "packed",
    });
    for (const on of [true, "on", "true", "1"])
      expect(readKnobs("m", SPECS, { event: on })["event"]).to.equal(true);
    for (const off of [false, "off", "false", "0"]) {
      expect(readKnobs("m", SPECS, { event: off })["event"]).to.equal(false);
    }
  });

  it("names the knob, the value and what was expected", () => {
    const cases: [Record<string, boolean | number | string>, string][] = [
      [{ speed: 1 }, "Knob speed: mode m has no such knob; it has event, budget, size, ring."],
      [
        { toString: "x" },
        "Knob toString: mode m has no such knob; it has event, budget, size, ring.",
      ],
      [{ event: "maybe" }, "Knob event: maybe is not on or off."],
      [{ event: 1 }, "Knob event: 1 is not on or off."],
      [{ budget: 0 }, "Knob budget: 0 is not an integer from 1 to 300."],
      [{ budget: "301" }, "Knob budget: 301 is not an integer from 1 to 300."],
      [{ budget: 1.5 }, "Knob budget: 1.5 is not an integer from 1 to 300."],
      [{ budget: "1e2" }, "Knob budget: 1e2 is not an integer from 1 to 300."],
      [{ budget: "" }, "Knob budget:  is not an integer from 1 to 300."],
      [{ size: 48 }, "Knob size: 48 is not a power of two from 16 to 1024."],
      [{ size: 2048 }, "Knob size: 2048 is not a power of two from 16 to 1024."],
      [{ ring: "round" }, "Knob ring: round is not one of split, packed."],
      [{ ring: true }, "Knob ring: true is not one of split, packed."],
    ];
    for (const [settings, message] of cases) expect(complaint(settings)).to.equal(message);
    expect(complaint({ any: 1 }, {})).to.equal("Knob any: mode m has no such knob; it has none.");
  });
});

describe("MODES", () => {
  it("have ids, titles and parts of their own, and defaults that their knobs allow", () => {
    expect(new Set(MODES.map((mode) => mode.id)).size).to.equal(MODES.length);
    expect(new Set(MODES.map((mode) => mode.title)).size).to.equal(MODES.length);
    for (const mode of MODES) {
      const defaults = Object.fromEntries(
        Object.entries(mode.knobs).map(([name, spec]) => [name, spec.default]),
      );
      expect(readKnobs(mode.id, mode.knobs, defaults)).to.deep.equal(defaults);
      expect(findMode(mode.id)).to.equal(mode);
    }
  });

  it("are named when one is asked for that does not exist", () => {
    expect(() => findMode("none")).to.throw(
      InputError,
      "Mode none: there is no such mode; there are native,",
    );
  });
});
