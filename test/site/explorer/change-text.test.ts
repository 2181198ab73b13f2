import { explorerRunOf } from "#components";
import { findMode, type KnobValues, simulate } from "#engine";
import { expect } from "chai";
import { changeText } from "../../../site/explorer/change-text.ts";

const frames = [new Uint8Array(64).fill(1), new Uint8Array(128).fill(2)];

function aRun(mode: string, knobs: KnobValues = {}) {
  return explorerRunOf(
    simulate({ mode: findMode(mode), knobs, frames, direction: "tx", history: true }),
  );
}

describe("changeText", () => {
  it("changeText: counts that are others are told with both values, the greatest change first", () => {
    const [before, after] = [aRun("virtio-qemu"), aRun("virtio-qemu", { ioeventfd: false })];
    const text = changeText("ioeventfd: off", before, after);
    expect(text).to.match(/^ioeventfd: off: .*; .* cycles a packet instead of .*\.$/);
    const [was, is] = [before.totals.userExits, after.totals.userExits];
    expect(is).to.be.greaterThan(was);
    expect(text).to.contain(`${is}\u00A0exits to user space instead of ${was}`);
  });

  it("changeText: a run that is the same is called so", () => {
    expect(changeText("packets: as before", aRun("native"), aRun("native"))).to.match(
      /^packets: as before: the same crossings as before; .* cycles a packet as before\.$/,
    );
  });
});
