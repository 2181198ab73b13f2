import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { readPoints } from "../../../engine/validation/read-points.ts";

const POINT = { id: "a", mode: "m", metric: "TCP_RR", unit: "k transactions/s" };

describe("readPoints", () => {
  it("refuses a published value that is nothing or less: no ratio could be taken of it", () => {
    for (const value of [0, -3]) {
      expect(() => readPoints(JSON.stringify([{ ...POINT, value }]), "points.json")).to.throw(
        InputError,
        `points.json: point 1: its value ${value} is not above 0.`,
      );
    }
  });
});
