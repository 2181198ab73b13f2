// A burst's accesses apart from its batches: the same however the burst was cut.
import { expect } from "chai";
import { XEN_DEFAULTS } from "../../../../engine/devices/xen-net/index.ts";
import { apartFromBatches } from "../../../../engine/recordings/xen/burst.ts";
import { engineTokens } from "../../../../engine/recordings/xen/engine-tokens.ts";
import { USUAL_ORDER, XenReplay } from "../../../../engine/recordings/xen/replay.ts";
import type { XenToken } from "../../../../engine/recordings/xen/token.ts";

const SIZES = Array.from({ length: 60 }, (_, n) => 60 + 24 * n);

/** The guest's accesses to rings and grants for all frames, sent in parts of `partFrames`. */
function guestAccesses(
  sender: "domU" | "dom0",
  partFrames: number,
  sizes: readonly number[] = SIZES,
): XenToken[] {
  const { ports } = XEN_DEFAULTS;
  const replay = new XenReplay(ports, 1);
  replay.connect();
  const tokens: XenToken[] = [];
  for (let at = 0; at < sizes.length; at += partFrames) {
    const part = sizes.slice(at, at + partFrames);
    tokens.push(...engineTokens(replay.send(sender, part, USUAL_ORDER), ports));
  }
  return tokens.filter(({ aspect }) => aspect === "rings" || aspect === "grants");
}

describe("A burst apart from its batches", () => {
  for (const sender of ["domU", "dom0"] as const) {
    it(`is the same in one part and in parts of 7, sent by ${sender}`, () => {
      const whole = guestAccesses(sender, SIZES.length);
      const parts = guestAccesses(sender, 7);
      const keys = (tokens: readonly XenToken[]): string[] => tokens.map(({ key }) => key);
      expect(keys(whole)).not.to.deep.equal(keys(parts));
      expect(keys(apartFromBatches(whole))).to.deep.equal(keys(apartFromBatches(parts)));
    });
  }

  it("is another when a frame is longer by one byte", () => {
    const keys = (sizes: readonly number[]): string[] =>
      apartFromBatches(guestAccesses("domU", SIZES.length, sizes)).map(({ key }) => key);
    const whole = keys(SIZES);
    const changed = keys(SIZES.map((bytes, n) => (n === 30 ? bytes + 1 : bytes)));
    expect(changed).not.to.deep.equal(whole);
  });
});
