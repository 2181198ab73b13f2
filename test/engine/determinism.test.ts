// The same scenario gives the same bytes in Node and in a browser: every column of the trace, for
// every mode, every direction and every setting of a knob. The Node side runs in the test runner.
import { executeServerCommand } from "@web/test-runner-commands";
import { expect } from "chai";
import { MODES } from "../../engine/modes/index.ts";
import { defaultHashes, SEED, traceHashes, type TraceHashes } from "../support/trace-hash.ts";

/** Every setting of every knob in Node and here, and the defaults here again. */
const TIMEOUT_MS = 120_000;

describe("A trace", () => {
  for (const mode of MODES) {
    it(`of ${mode.id} is the same to the byte in Node and here, seed ${SEED}`, async () => {
      const inNode = await executeServerCommand<TraceHashes, string>(
        "trace-hashes-in-node",
        mode.id,
      );
      const here = traceHashes(mode);
      expect(here).to.deep.equal(inNode);
      expect(here).to.deep.include(defaultHashes(mode));
    }).timeout(TIMEOUT_MS);
  }
});
